/** Why a request did not work, and what to do about it: what the browser keeps to itself is found out. */
import { type ApiError, explain } from "../../api/errors";
import type { Sent, Side } from "./exchange";
import type { Target } from "./target";

export type Trouble = {
  kind: "offline" | "mixed" | "policy" | "cors" | "network" | "secret" | "stranger" | "answer";
  title: string;
  remedy: string;
  fields: string[];
  requestId?: string;
};

/** Long enough for a machine that is far away, short enough to wait for. */
const PROBE_MS = 5000;

export async function troubleOf(
  error: ApiError,
  side: Side,
  target: Target,
  sent: Sent,
  refused: ReadonlySet<string>,
): Promise<Trouble> {
  if (error.kind === "network") return unreached(sent.url, refused);
  const { title, remedy, fields, requestId } = explain(error);
  const told = { fields, ...(requestId && { requestId }) };
  if (error.kind === "secret") return { kind: "secret", ...secretWanted(side, target), ...told };
  return { kind: "answer", title, remedy, ...told };
}

/** Say what keeps a request from arriving. */
export async function unreached(url: string, refused: ReadonlySet<string>): Promise<Trouble> {
  const { origin, protocol, hostname } = new URL(url);
  const say = (kind: Trouble["kind"], title: string, remedy: string): Trouble => ({ kind, title, remedy, fields: [] });
  if (!navigator.onLine && !isLoopback(hostname))
    return say("offline", "This machine is offline", "Connect it to the network, and run it again.");
  if (location.protocol === "https:" && protocol === "http:" && !isLoopback(hostname))
    return say("mixed", "The browser sends nothing from HTTPS to HTTP", `Give the address that begins with https://.`);
  // The browser tells of a refusal in an event of its own, in its own time.
  await new Promise((resolve) => setTimeout(resolve));
  if (refused.has(origin))
    return say(
      "policy",
      `This page may not speak to ${origin}`,
      `Its policy holds it to the stack that served it. Open ${origin}/ui/console, the page of that stack itself.`,
    );
  if (origin === location.origin)
    return say(
      "network",
      "The stack does not answer",
      "Check that it still runs: make run starts one on this machine.",
    );
  if (await answersAnyone(url))
    return say(
      "cors",
      `${origin} answers, but not to this page (CORS)`,
      `Name ${location.origin} in AllowedOrigins of that stack. Locally: make run ARGS="--parameter AllowedOrigins=${location.origin}".`,
    );
  return say("network", `Nothing answers at ${origin}`, "Check the address, and that the stack runs.");
}

/** Tell whether an answer comes when the page does not ask to read it. */
async function answersAnyone(url: string): Promise<boolean> {
  try {
    await fetch(url, {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PROBE_MS),
    });
    return true;
  } catch {
    return false;
  }
}

function secretWanted(side: Side, target: Target): { title: string; remedy: string } {
  const [name, given] = side === "ingest" ? ["ingest", target.ingest] : ["access", target.access];
  const parameter = side === "ingest" ? "IngestSecret" : "AccessSecret";
  if (given) return { title: `That is not the ${name} secret`, remedy: `Give the stack's ${parameter} above.` };
  return {
    title: `The ${name} secret is needed`,
    remedy: `Give the stack's ${parameter} above. It stays in this tab.`,
  };
}

/** Something answers at the address that is not this API. */
export function stranger(origin: string): Trouble {
  const remedy = "Give the address of the API: the output ApiUrl of the stack, or what make run prints.";
  return { kind: "stranger", title: `What answers at ${origin} is another service`, remedy, fields: [] };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}
