/** A request and its answer, as the log shows them. */
import { ApiError, errorOf } from "../../api/errors";
import { watchRefusals } from "./refusals";
import type { Target } from "./target";
import { type Trouble, troubleOf } from "./trouble";

export type Headers = [name: string, value: string][];
export type Sent = { method: string; url: string; headers: Headers; body?: string };
export type Got = { status: number; statusText: string; headers: Headers; text: string; body: unknown };
export type Exchange = {
  sent: Sent;
  got?: Got;
  /** To the answer's first byte, and to its last. */
  waitMs?: number;
  ms: number;
  trouble?: Trouble;
};

/** Whose secret a route takes. */
export type Side = "open" | "ingest" | "access";

export function headersFor(target: Target, side: Side, body?: string): Headers {
  const headers: Headers = [["Accept", "application/json"]];
  if (body !== undefined) headers.push(["Content-Type", "application/json"]);
  if (side === "access" && target.access) headers.push(["Authorization", `Bearer ${target.access}`]);
  if (side === "ingest" && target.ingest) headers.push(["X-Ingest-Secret", target.ingest]);
  return headers;
}

/** Send a request and say how it went; it throws only when it is stopped. */
export async function send(target: Target, side: Side, sent: Sent, signal: AbortSignal): Promise<Exchange> {
  const { method, url, headers, body } = sent;
  const began = performance.now();
  const ms = () => performance.now() - began;
  const refusals = watchRefusals();
  try {
    const init: RequestInit = { method, headers, signal, cache: "no-store", ...(body !== undefined && { body }) };
    const response = await fetch(url, init);
    const waitMs = ms();
    const got = await read(response.clone());
    const exchange = { sent, got, waitMs, ms: ms() };
    if (response.ok) return exchange;
    return { ...exchange, trouble: await troubleOf(await errorOf(response), side, target, sent, refusals.seen) };
  } catch (error) {
    if (signal.aborted) throw error;
    const took = ms();
    return { sent, ms: took, trouble: await troubleOf(new ApiError(0, {}), side, target, sent, refusals.seen) };
  } finally {
    refusals.end();
  }
}

async function read(response: Response): Promise<Got> {
  const { status, statusText } = response;
  const text = await response.text();
  return { status, statusText, headers: [...response.headers], text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text || undefined;
  }
}
