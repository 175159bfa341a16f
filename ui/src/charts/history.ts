/** What trends say over time, as a chart draws it. */
import type { Schemas } from "../api/client";

export type Slot = {
  /** Milliseconds since 1970; `until` is not included. */
  from: number;
  until: number;
  runs: number;
  failed: number;
  /** Percent of runs that succeeded; none where nothing ran. */
  rate: number | null;
};
export type Series = { name: string; values: number[]; sum: number; rise: Schemas["Rise"] | null };
export type History = { slots: Slot[]; series: Series[] };
export type Sum = { runs: number; failed: number; rate: number | null };

type Trends = Pick<Schemas["Trends"], "buckets" | "bucket" | "groups">;
const HOUR_MS = 3_600_000;

/**
 * Return categories over time. `hours` puts that many of the API's hours into one slot, cut at the viewer's midnight.
 *
 * `runs` says how many ended in each bucket where no category does: without failures there are no categories.
 */
export function historyOf(trends: Trends, runs: readonly number[], now: number, hours = 1): History {
  const ms = trends.bucket === "day" ? 24 * HOUR_MS : HOUR_MS;
  const starts = trends.buckets.map((bucket) => Date.parse(bucket));
  const totals = trends.groups[0]?.total ?? runs;
  const slotOf = starts.map((start) => (hours > 1 && trends.bucket === "hour" ? cut(start, hours) : start));
  const keys = [...new Set(slotOf)];
  const place = new Map(keys.map((key, at) => [key, at]));
  const gather = (values: readonly number[]) => {
    const sums: number[] = keys.map(() => 0);
    for (const [at, value] of values.entries()) {
      const slot = place.get(slotOf[at] ?? Number.NaN);
      if (slot !== undefined) sums[slot] = (sums[slot] ?? 0) + value;
    }
    return sums;
  };
  const series = trends.groups
    .map(({ group, failures, rise }) => ({ name: group, values: gather(failures), sum: sum(failures), rise }))
    .filter((each) => each.sum > 0)
    .sort((one, other) => other.sum - one.sum || one.name.localeCompare(other.name));
  const ended = gather(totals);
  const slots = keys.map((key, at) => {
    const first = starts.find((_, index) => slotOf[index] === key) ?? key;
    const last = starts.findLast((_, index) => slotOf[index] === key) ?? key;
    const failed = series.reduce((all, { values }) => all + (values[at] ?? 0), 0);
    return { from: first, until: Math.min(last + ms, Math.max(now, last)), ...counted(ended[at] ?? 0, failed) };
  });
  return { slots, series };
}

/** Return what all buckets before a moment amount to, of trends that go back further than what is shown. */
export function sumBefore(trends: Trends, moment: string): Sum {
  const before = (values: readonly number[]) =>
    sum(
      values.filter((_, at) => (trends.buckets[at] ?? "") && Date.parse(trends.buckets[at] ?? "") < Date.parse(moment)),
    );
  const failed = trends.groups.reduce((all, { failures }) => all + before(failures), 0);
  return counted(before(trends.groups[0]?.total ?? []), failed);
}

/** Return trends from a moment on. */
export function since<T extends Trends>(trends: T, moment: string): T {
  const first = trends.buckets.findIndex((bucket) => Date.parse(bucket) >= Date.parse(moment));
  if (first <= 0) return trends;
  return {
    ...trends,
    buckets: trends.buckets.slice(first),
    groups: trends.groups.map((group) => ({
      ...group,
      total: group.total.slice(first),
      failures: group.failures.slice(first),
    })),
  };
}

export const counted = (runs: number, failed: number): Sum => ({
  runs,
  failed,
  rate: runs > 0 ? (100 * (runs - failed)) / runs : null,
});

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** The start of the part of the viewer's day that a moment is in. */
function cut(moment: number, hours: number): number {
  const at = new Date(moment);
  at.setHours(Math.floor(at.getHours() / hours) * hours, 0, 0, 0);
  return at.getTime();
}
