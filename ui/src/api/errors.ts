/** What can go wrong with a request, in words that say what to do about it. */
import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
type Kind = "network" | "secret" | "closed" | "missing" | "refused" | "busy" | "fault";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Seconds after which the API wants to be asked again. */
    readonly retryAfter?: number,
  ) {
    super(problem.title ?? `The API answered ${status}`);
  }

  get kind(): Kind {
    if (this.status === 0) return "network";
    if (this.status === 401) return "secret";
    if (this.status === 403) return "closed";
    if (this.status === 404) return "missing";
    if (this.status === 429 || this.status === 503) return "busy";
    return this.status < 500 ? "refused" : "fault";
  }
}

/** Return the error of an answer that is none of success. */
export async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("retry-after")) || undefined;
  let problem: Problem = {};
  try {
    const body: unknown = await response.json();
    if (body && typeof body === "object") problem = body;
  } catch {
    // API Gateway's own refusals are not always JSON.
  }
  return new ApiError(response.status, problem, seconds);
}

export type Explanation = { title: string; remedy: string; fields: string[]; requestId?: string };

const REMEDIES: Record<Kind, [string, string]> = {
  network: [
    "The API does not answer",
    "Check that the stack runs and that this machine is online. If the API is at another origin, it has to allow this one in AllowedOrigins.",
  ],
  secret: ["The secret is needed", "Give the stack's AccessSecret. It stays in this tab."],
  closed: [
    "Reading is closed",
    "The stack has no AccessSecret. Deploy it with one, or with OpenAccess=true on a private machine.",
  ],
  missing: ["Not found", "It may have expired or been deleted, or the address is wrong."],
  refused: ["The request was refused", "Change what is named below, and try again."],
  busy: ["Busy", "AWS holds requests back. Try again in some seconds."],
  fault: ["The API failed", "The function's log says why, under the request id."],
};

/** Say what happened, and what to do. */
export function explain(error: unknown): Explanation {
  if (!(error instanceof ApiError)) {
    const remedy = "Reload the page. If it was deployed anew meanwhile, that loads its new version.";
    return { title: "The page failed", remedy: `${remedy} ${String(error)}`, fields: [] };
  }
  const [title, remedy] = REMEDIES[error.kind];
  const { detail, errors, request_id } = error.problem;
  return {
    title,
    remedy: error.kind === "secret" || error.kind === "network" || !detail ? remedy : `${sentence(detail)} ${remedy}`,
    fields: (errors ?? []).map((field) => `${field.loc.join(".")}: ${field.msg}`),
    ...(request_id ? { requestId: request_id } : {}),
  };
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
