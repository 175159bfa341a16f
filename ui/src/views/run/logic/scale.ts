/** Where the bar of an event begins and how long it is: by time, tokens or cost. */
import type { Outline } from "./tree";

export const MEASURES = ["time", "tokens", "cost"] as const;
export type Measure = (typeof MEASURES)[number];

export const measureOf = (text: string | null): Measure => MEASURES.find((each) => each === text) ?? "time";

/** In parts of the track: 0 to 1. */
export type Bar = { left: number; width: number };

export type Span = { start: number; ms: number };

/** Return when a run began, and how long it and all of its events took. */
export function spanOf(events: readonly Outline[], startedAt: string, endedAt: string | null): Span {
  let start = Date.parse(startedAt);
  let end = endedAt ? Date.parse(endedAt) : start;
  for (const event of events) {
    if (!event.timestamp) continue;
    const begins = Date.parse(event.timestamp);
    if (begins < start) start = begins;
    const ends = event.ended_at ? Date.parse(event.ended_at) : begins;
    if (ends > end) end = ends;
  }
  return { start, ms: Math.max(end - start, 1) };
}

/** Return an event's amount by a measure; nothing where it was not recorded. */
export function amountOf(event: Outline, by: Measure): number | null {
  if (by === "time") return event.duration_ms;
  if (by === "cost") return event.cost_usd;
  if (event.tokens_prompt === null && event.tokens_completion === null) return null;
  return (event.tokens_prompt ?? 0) + (event.tokens_completion ?? 0);
}

/** Return what draws the bars of a run's events. */
export function barsBy(by: Measure, events: readonly Outline[], span: Span): (event: Outline) => Bar | null {
  if (by === "time") {
    return ({ timestamp, duration_ms }) => {
      if (!timestamp) return null;
      const left = Math.min(Math.max((Date.parse(timestamp) - span.start) / span.ms, 0), 1);
      return { left, width: Math.min((duration_ms ?? 0) / span.ms, 1 - left) };
    };
  }
  const most = events.reduce((before, event) => Math.max(before, amountOf(event, by) ?? 0), 0);
  return (event) => {
    const amount = amountOf(event, by);
    return amount === null || most === 0 ? null : { left: 0, width: amount / most };
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// Times are round in their own way from a second on.
const TIMES = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 6, 12].map((each) => each * HOUR),
  DAY,
];
const STEPS = [1, 2, 5];

/** Return round places along a track that are at least some share of it apart, 0 left out. */
export function ticks(most: number, by: Measure, apart = 0.2): number[] {
  if (!(most > 0)) return [];
  const least = most * apart;
  const power = 10 ** Math.floor(Math.log10(least));
  const decimal = (STEPS.find((each) => each * power >= least) ?? 10) * power;
  const step = (by === "time" && decimal >= SECOND && TIMES.find((each) => each >= least)) || decimal;
  const found: number[] = [];
  for (let count = 1; count * step < most * 0.94; count += 1) found.push(count * step);
  return found;
}

/** A time on the scale: "10 s", "1 m 30 s". */
export function tickOf(ms: number): string {
  if (ms < SECOND) return `${Number(ms.toPrecision(3))} ms`;
  const parts = [
    [Math.floor(ms / HOUR), "h"],
    [Math.floor((ms % HOUR) / MINUTE), "m"],
    [Math.round((ms % MINUTE) / SECOND), "s"],
  ] as const;
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}
