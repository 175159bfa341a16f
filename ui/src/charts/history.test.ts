import { describe, expect, it } from "vitest";
import { historyOf, since, sumBefore } from "./history";

const hour = (at: number) => new Date(2026, 5, 1, at).toISOString();
const group = (name: string, total: number[], failures: number[]) => ({
  group: name,
  agent_name: null,
  total,
  failures,
  rise: null,
  regression: null,
});
const TRENDS = {
  bucket: "hour" as const,
  buckets: [0, 1, 2, 3, 4, 5, 6, 7].map(hour),
  groups: [
    group("timeout", [4, 0, 2, 0, 0, 0, 5, 1], [1, 0, 0, 0, 0, 0, 0, 1]),
    group("rate_limited", [4, 0, 2, 0, 0, 0, 5, 1], [0, 0, 2, 0, 0, 0, 3, 0]),
    group("planner_loop", [4, 0, 2, 0, 0, 0, 5, 1], [0, 0, 0, 0, 0, 0, 0, 0]),
  ],
};
const NOW = new Date(2026, 5, 1, 7, 30).getTime();

describe("history", () => {
  it("has a slot for each bucket; where nothing ran there is no rate", () => {
    const { slots } = historyOf(TRENDS, [], NOW);
    expect(slots.map(({ runs, failed }) => [runs, failed])).toEqual([
      [4, 1],
      [0, 0],
      [2, 2],
      [0, 0],
      [0, 0],
      [0, 0],
      [5, 3],
      [1, 1],
    ]);
    expect(slots.map(({ rate }) => rate)).toEqual([75, null, 0, null, null, null, 40, 0]);
  });

  it("lists the categories that failed, the most frequent first", () => {
    const { series } = historyOf(TRENDS, [], NOW);
    expect(series.map(({ name, sum }) => [name, sum])).toEqual([
      ["rate_limited", 5],
      ["timeout", 2],
    ]);
  });

  it("puts hours together, cut at the viewer's midnight; the last slot ends now", () => {
    const { slots, series } = historyOf(TRENDS, [], NOW, 6);
    expect(slots.map(({ from }) => from)).toEqual([Date.parse(hour(0)), Date.parse(hour(6))]);
    expect(slots.map(({ until }) => until)).toEqual([Date.parse(hour(6)), NOW]);
    expect(slots.map(({ runs, failed }) => [runs, failed])).toEqual([
      [6, 3],
      [6, 4],
    ]);
    expect(series[0]?.values).toEqual([2, 3]);
  });

  it("knows the runs of a time without failures from elsewhere", () => {
    const { slots } = historyOf({ ...TRENDS, groups: [] }, [1, 2, 3, 4, 5, 6, 7, 8], NOW);
    expect(slots.map(({ rate }) => rate)).toEqual([100, 100, 100, 100, 100, 100, 100, 100]);
  });
});

it("trends are parted at a moment: what was before as a sum, what came since as it is", () => {
  expect(sumBefore(TRENDS, hour(3))).toEqual({ runs: 6, failed: 3, rate: 50 });
  expect(sumBefore({ ...TRENDS, groups: [] }, hour(3))).toEqual({ runs: 0, failed: 0, rate: null });
  const rest = since(TRENDS, hour(3));
  expect(rest.buckets).toEqual(TRENDS.buckets.slice(3));
  expect(rest.groups[1]?.failures).toEqual([0, 0, 0, 3, 0]);
});
