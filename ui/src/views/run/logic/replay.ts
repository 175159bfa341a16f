/** A run as it was known at a moment: what had begun, and what had ended. */
import type { Span } from "./scale";
import type { Outline } from "./tree";

/** Return the moments at which something became known, in milliseconds into the run, from its beginning to its end. */
export function momentsOf(events: readonly Outline[], span: Span): number[] {
  const found = new Set([0, span.ms]);
  for (const event of events) {
    if (event.timestamp) found.add(Date.parse(event.timestamp) - span.start);
    if (event.ended_at) found.add(Date.parse(event.ended_at) - span.start);
  }
  return [...found].filter((each) => each >= 0).sort((one, other) => one - other);
}

/** Return the place of the last moment that is not after a time. */
export function momentAt(moments: readonly number[], ms: number): number {
  let low = 0;
  let high = moments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((moments[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Tell whether an event had begun. One without a time is known at the end only. */
export function hasBegun({ timestamp, ended_at }: Outline, span: Span, at: number): boolean {
  const begins = timestamp ?? ended_at;
  return begins ? Date.parse(begins) - span.start <= at : at >= span.ms;
}

/** Return the path of the event that began last. */
export function lastBegun(events: readonly Outline[], span: Span, at: number): string | undefined {
  return events.findLast((event) => hasBegun(event, span, at))?.path;
}

/** Return an event as it was known then: one that had not ended was running, and had cost nothing yet. */
export function asOf(event: Outline, span: Span, at: number): Outline {
  const ended = event.ended_at ?? event.timestamp;
  if (ended ? Date.parse(ended) - span.start <= at : at >= span.ms) return event;
  const begins = event.timestamp ? Date.parse(event.timestamp) - span.start : at;
  return {
    ...event,
    status: "running",
    ended_at: null,
    duration_ms: Math.max(at - begins, 0),
    tokens_prompt: null,
    tokens_completion: null,
    cost_usd: null,
    status_code: null,
    error: null,
    output_chars: 0,
  };
}

/** Fields of an event that are known when it begins. */
const KNOWN_AT_START = new Set([
  "step_id",
  "call_id",
  "event_id",
  "name",
  "kind",
  "type",
  "parent_step_id",
  "agent_name",
  "model",
  "tool_name",
  "args_json",
  "args_hash",
  "started_at",
  "created_at",
  "input_summary",
  "run_id",
  "agent_version",
  "environment",
  "trace_id",
  "correlation_ids",
  "available_tools",
]);

/** Return the fields of an event that had not ended: what came of it is left out. */
export function fieldsAtStart(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => KNOWN_AT_START.has(name)));
}
