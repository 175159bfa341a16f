import type { Schemas } from "../../api/client";
import type { Bar } from "../../charts/Hours";

const HOUR_MS = 3_600_000;
const DAYS = 7;
const HOURS = 6;

/** Return the last week of a failure up to a moment, as bars of six hours cut at the viewer's midnight. */
export function weekOf(hours: readonly Schemas["HourSeen"][], end: number): Bar[] {
  const first = new Date(end);
  first.setDate(first.getDate() - DAYS + 1);
  first.setHours(0, 0, 0, 0);
  const bars: Bar[] = [];
  for (const at = first; at.getTime() < end; ) {
    const from = at.getTime();
    at.setHours(at.getHours() + HOURS);
    bars.push({ from, until: Math.max(at.getTime(), from + HOUR_MS), value: 0 });
  }
  for (const { hour, count, also_seen } of hours) {
    const moment = Date.parse(hour);
    const bar = bars.find(({ from, until }) => moment >= from && moment < until);
    if (bar) bar.value += count + also_seen;
  }
  return bars;
}
