/** The progress of an analysis as it comes: by its stream, resumed after a drop, or by asking where streams do not get through. */
import { get, type Schemas } from "./client";
import { ApiError, errorOf } from "./errors";
import { secret } from "./secret";
import { EventParser } from "./sse";

export type Progress = Pick<Schemas["RcaDetail"], "status" | "step" | "pct" | "message">;
export type Follower = {
  onProgress: (progress: Progress) => void;
  /** How it comes in now. */
  onState?: (state: "live" | "resuming" | "asking") => void;
  signal: AbortSignal;
};

const ENDS = new Set(["done", "error"]);
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const ASK_MS = 1500;
/** Drops in a row without a single event, after which it asks instead. */
const MOST_DROPS = 3;

/** Follow an analysis to its end; it returns then, or when the signal says so. */
export async function follow(rcaRunId: string, streamUrl: string, follower: Follower): Promise<void> {
  let lastId = "";
  let drops = 0;
  let retryMs = RETRY_MS;
  while (!follower.signal.aborted) {
    try {
      const end = await read(streamUrl, lastId, follower, (id, retry) => {
        lastId = id;
        retryMs = retry ?? RETRY_MS;
        drops = 0;
      });
      if (end) return;
    } catch (error) {
      if (follower.signal.aborted) return;
      // A refusal will not get better by asking again for the same: a token that is over, a stream that is closed.
      if (error instanceof ApiError && error.kind !== "network" && error.kind !== "busy")
        return ask(rcaRunId, follower);
      drops += 1;
    }
    if (drops >= MOST_DROPS) return ask(rcaRunId, follower);
    follower.onState?.("resuming");
    await pause(Math.min(retryMs * 2 ** drops, LONGEST_RETRY_MS), follower.signal);
  }
}

/** Read one connection; true when the analysis has ended. */
async function read(
  url: string,
  lastId: string,
  { onProgress, onState, signal }: Follower,
  came: (id: string, retryMs: number | undefined) => void,
): Promise<boolean> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  // The address carries a token of its own where one is needed; the secret goes to no other origin.
  if (secret.peek() && new URL(url, location.origin).origin === location.origin) {
    headers.Authorization = `Bearer ${secret.peek()}`;
  }
  let response: Response;
  try {
    response = await fetch(url, { headers, signal, cache: "no-store" });
  } catch {
    // Not told to the viewer: the API itself may well be up.
    throw new ApiError(0, {});
  }
  if (response.status === 204) return true;
  if (!response.ok || !response.body) throw await errorOf(response);
  onState?.("live");
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    for (const event of parser.push(value)) {
      came(event.id, parser.retryMs);
      const progress = JSON.parse(event.data) as Progress;
      onProgress(progress);
      if (ENDS.has(progress.status)) {
        await reader.cancel();
        return true;
      }
    }
  }
}

async function ask(rcaRunId: string, { onProgress, onState, signal }: Follower): Promise<void> {
  onState?.("asking");
  while (!signal.aborted) {
    try {
      const rca = await get("/agent-runs/rca-runs/{rca_run_id}", { path: { rca_run_id: rcaRunId }, signal });
      onProgress(rca);
      if (ENDS.has(rca.status)) return;
    } catch (error) {
      const passing = error instanceof ApiError && ["network", "busy"].includes(error.kind);
      if (signal.aborted) return;
      if (!passing) throw error;
    }
    await pause(ASK_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
