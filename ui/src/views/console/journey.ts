/** The way of a run through a stack: is it up, in, asked about, followed, read. Each request is kept with its answer. */
import { signal } from "@preact/signals";
import type { Schemas } from "../../api/client";
import { ApiError, errorOf } from "../../api/errors";
import { type Exchange, type Headers, headersFor, type Sent, type Side, send } from "./exchange";
import { watchRefusals } from "./refusals";
import { ENDS, readStream, type Told } from "./stream";
import type { Target } from "./target";
import { stranger, type Trouble, troubleOf } from "./trouble";

export const STAGES = ["health", "ingest", "create", "stream", "poll", "report"] as const;
export type Stage = (typeof STAGES)[number];
export type Step = { state: "waiting" | "running" | "done" | "failed"; ms?: number };
/** A line of the log; `at` is in milliseconds since the journey began. */
export type Line = { at: number; stage?: Stage } & (
  | { kind: "exchange"; exchange: Exchange }
  | { kind: "event"; told: Told }
  | { kind: "note"; text: string; trouble?: Trouble }
);
export type Journey = {
  running: boolean;
  steps: Record<Stage, Step>;
  lines: Line[];
  runId?: string;
  rca?: Schemas["RcaDetail"];
};

const POLL_MS = 1000;
const RETRY_MS = 1000;
const MOST_DROPS = 4;

const waiting = (): Record<Stage, Step> =>
  Object.fromEntries(STAGES.map((stage) => [stage, { state: "waiting" }])) as Record<Stage, Step>;

/** Kept while the viewer is elsewhere on the page. */
export const journey = signal<Journey>({ running: false, steps: waiting(), lines: [] });
let current = new AbortController();

export function stop(): void {
  current.abort();
}

/** Send a run through; what happens is told in `journey`. */
export async function travel(target: Target, text: string): Promise<void> {
  current.abort();
  current = new AbortController();
  const trip = new Trip(target, current.signal);
  try {
    await trip.run(text);
  } catch (error) {
    if (!current.signal.aborted) throw error;
    trip.note("Stopped.");
  } finally {
    trip.end();
  }
}

class Trip {
  private readonly began = performance.now();

  constructor(
    private readonly target: Target,
    private readonly signal: AbortSignal,
  ) {
    journey.value = { running: true, steps: waiting(), lines: [] };
  }

  async run(text: string): Promise<void> {
    const health = await this.ask<Schemas["Health"]>("health", "open", "GET", "/");
    if (!health) return;
    if (health.service !== "agentops-smart-sre") {
      this.mark("health", { state: "failed" });
      return this.note("", stranger(this.target.origin), "health");
    }
    const stored = await this.ask<Schemas["Ingested"]>("ingest", "ingest", "POST", "/agent-runs", text);
    if (!stored) return;
    const run = encodeURIComponent(stored.run_id);
    this.set({ runId: stored.run_id });
    const created = await this.ask<Schemas["RcaCreated"]>("create", "access", "POST", `/agent-runs/${run}/rca-runs`);
    if (!created) return;
    await this.follow(created.stream_url);
    await this.poll(created.rca_run_id);
  }

  note(text: string, trouble?: Trouble, stage?: Stage): void {
    this.log({ kind: "note", text, ...(trouble && { trouble }) }, stage);
  }

  end(): void {
    const steps = { ...journey.peek().steps };
    for (const stage of STAGES) if (steps[stage].state === "running") steps[stage] = { state: "failed" };
    this.set({ running: false, steps });
  }

  private async ask<T>(stage: Stage, side: Side, method: string, path: string, body?: string): Promise<T | undefined> {
    this.mark(stage, { state: "running" });
    const headers = headersFor(this.target, side, body);
    const sent: Sent = { method, url: this.target.origin + path, headers, ...(body !== undefined && { body }) };
    const exchange = await send(this.target, side, sent, this.signal);
    this.log({ kind: "exchange", exchange }, stage);
    const failed = exchange.trouble !== undefined;
    this.mark(stage, { state: failed ? "failed" : "done", ms: exchange.ms });
    return failed ? undefined : (exchange.got?.body as T);
  }

  /** Follow the stream, from where it was left off after a drop. Without it the journey goes on: polling says the same. */
  private async follow(url: string): Promise<void> {
    this.mark("stream", { state: "running" });
    const began = performance.now();
    let lastId = "";
    for (let drops = 0; drops < MOST_DROPS; drops += 1) {
      const ended = await this.connect(url, lastId, (told) => {
        lastId = told.id;
        drops = 0;
        this.log({ kind: "event", told }, "stream");
      });
      if (ended !== "dropped") {
        return this.mark("stream", { state: ended === "ended" ? "done" : "failed", ms: performance.now() - began });
      }
      if (drops + 1 < MOST_DROPS) {
        this.note(`The stream dropped. Resuming${lastId ? ` behind ${lastId}` : ""}.`, undefined, "stream");
        await this.pause(RETRY_MS * 2 ** drops);
      }
    }
    this.note("The stream keeps dropping: asking instead.", undefined, "stream");
    this.mark("stream", { state: "failed", ms: performance.now() - began });
  }

  private async connect(
    url: string,
    lastId: string,
    onEvent: (told: Told) => void,
  ): Promise<"ended" | "dropped" | "refused"> {
    const headers: Headers = [["Accept", "text/event-stream"]];
    if (lastId) headers.push(["Last-Event-ID", lastId]);
    const sent: Sent = { method: "GET", url, headers };
    const began = performance.now();
    const refusals = watchRefusals();
    let opened = false;
    const onOpen = (response: Response) => {
      opened = true;
      if (!response.ok) return;
      const { status, statusText } = response;
      const ms = performance.now() - began;
      const got = { status, statusText, headers: [...response.headers] as Headers, text: "", body: undefined };
      this.log({ kind: "exchange", exchange: { sent, got, waitMs: ms, ms } }, "stream");
    };
    try {
      return (await readStream(url, headers, { onOpen, onEvent, signal: this.signal })) ? "ended" : "dropped";
    } catch (error) {
      if (this.signal.aborted) throw error;
      // What was open before, or is a repeat, will come back: only a first failure needs an explanation.
      if (!(error instanceof Response) && (opened || lastId)) return "dropped";
      const wrong = error instanceof Response ? await errorOf(error) : new ApiError(0, {});
      const trouble = await troubleOf(wrong, "open", this.target, sent, refusals.seen);
      this.log({ kind: "exchange", exchange: { sent, ms: performance.now() - began, trouble } }, "stream");
      return trouble.kind === "network" ? "dropped" : "refused";
    } finally {
      refusals.end();
    }
  }

  private async poll(rcaRunId: string): Promise<void> {
    const path = `/agent-runs/rca-runs/${encodeURIComponent(rcaRunId)}`;
    for (;;) {
      const rca = await this.ask<Schemas["RcaDetail"]>("poll", "access", "GET", path);
      if (!rca) return;
      this.set({ rca });
      if (ENDS.has(rca.status)) return this.mark("report", { state: rca.report ? "done" : "failed" });
      this.mark("poll", { state: "running" });
      await this.pause(POLL_MS);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      const abort = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      if (this.signal.aborted) abort();
      this.signal.addEventListener("abort", abort, { once: true });
    });
  }

  private log(line: DistributiveOmit<Line, "at" | "stage">, stage?: Stage): void {
    const at = performance.now() - this.began;
    this.set({ lines: [...journey.peek().lines, { at, ...line, ...(stage && { stage }) }] });
  }

  private mark(stage: Stage, step: Step): void {
    this.set({ steps: { ...journey.peek().steps, [stage]: step } });
  }

  private set(changes: Partial<Journey>): void {
    // A later journey has taken the place of a stopped one.
    if (this.signal !== current.signal) return;
    journey.value = { ...journey.peek(), ...changes };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
