/** Axes: round numbers and times, as few as can be read. */

/** Return round numbers from 0 to at least `most`: whole ones, three to five of them. */
export function ticks(most: number, wanted = 3): number[] {
  const raw = Math.max(most, 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power);
  const count = Math.ceil(Math.max(most, 1) / step);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/** Return where a scale of percent begins: 0, or as near below the lowest value as shows how it moves. */
export function floorOf(rates: readonly (number | null)[]): number {
  const known = rates.filter((rate) => rate !== null);
  const lowest = known.length ? Math.min(...known) : 0;
  return [95, 90, 80, 60, 40, 20].find((each) => lowest >= each + (100 - each) * 0.1) ?? 0;
}

export type TimeTick = { at: number; text: string };

/** Return which slots are named below the axis, with at least `room` pixels for each. */
export function timeTicks(froms: readonly number[], width: number, utc = false, room = 72): TimeTick[] {
  const every = Math.max(1, Math.ceil(room / (width / Math.max(froms.length, 1))));
  const days = new Set(froms.map((from) => dayOf(from, utc)));
  const byDay = utc || days.size > 2;
  const named: TimeTick[] = [];
  for (const [at, from] of froms.entries()) {
    const newDay = at > 0 && dayOf(from, utc) !== dayOf(froms[at - 1] ?? from, utc);
    const last = named.at(-1);
    // The beginning gives way to the day that follows.
    if (last?.at === 0 && newDay && at < every) named.pop();
    else if (last && at - last.at < every) continue;
    if (
      byDay
        ? newDay || utc || (at === 0 && isMidnight(from))
        : at === 0 || newDay || new Date(from).getHours() % 3 === 0
    )
      named.push({ at, text: byDay || newDay ? dayOf(from, utc) : clockOf(from) });
  }
  return named;
}

/** Where the name of a tick stands: right of it, but never beyond the chart. */
export const placed = (x: number, width: number) =>
  x > width - 40 ? ({ x: width, "text-anchor": "end" } as const) : ({ x, "text-anchor": "start" } as const);

/** "Nov 24, 12:00 – 18:00"; whole days without the clock. */
export function span(from: number, until: number, utc = false): string {
  if (utc) return `${dayOf(from, true)} UTC`;
  if (until - from >= 23 * 3_600_000) return dayOf(from, false);
  return `${dayOf(from, false)}, ${clockOf(from)} – ${clockOf(until)}`;
}

/** "Nov 28, 13:00" or, of today, "13:00". */
export function shortMoment(iso: string, now: Date): string {
  const at = Date.parse(iso);
  const today = dayOf(at, false) === dayOf(now.getTime(), false);
  return today ? clockOf(at) : `${dayOf(at, false)}, ${clockOf(at)}`;
}

const DAY = { month: "short", day: "numeric" } as const;
const LOCAL_DAY = new Intl.DateTimeFormat("en", DAY);
const UTC_DAY = new Intl.DateTimeFormat("en", { ...DAY, timeZone: "UTC" });
const CLOCK = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const dayOf = (moment: number, utc: boolean): string => (utc ? UTC_DAY : LOCAL_DAY).format(moment);
const clockOf = (moment: number): string => CLOCK.format(moment);
const isMidnight = (moment: number): boolean => new Date(moment).getHours() === 0;

/** Return the path of a line through values, broken where there is none; single points are dots of their own. */
export function linePath(points: readonly (readonly [number, number] | null)[]): {
  path: string;
  dots: [number, number][];
} {
  let path = "";
  const dots: [number, number][] = [];
  for (const [at, point] of points.entries()) {
    if (!point) continue;
    const [x, y] = point;
    const joined = Boolean(points[at - 1]);
    if (!joined && !points[at + 1]) dots.push([x, y]);
    else path += `${joined ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return { path, dots };
}
