import { describe, expect, it } from "vitest";
import { floorOf, linePath, ticks, timeTicks } from "./axis";

const HOUR = 3_600_000;

describe("ticks", () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 5, 10]],
    [17, [0, 10, 20]],
    [240, [0, 100, 200, 300]],
  ])("of at most %d", (most, expected) => {
    expect(ticks(most)).toEqual(expected);
  });

  it("are whole and reach the greatest value, whatever it is", () => {
    for (let most = 0; most < 5_000; most += 7) {
      const found = ticks(most);
      expect(found.at(-1)).toBeGreaterThanOrEqual(most);
      expect(found.every(Number.isInteger)).toBe(true);
      expect(found.length).toBeLessThanOrEqual(6);
    }
  });
});

it("a scale of percent begins near the lowest value, at 0 for want of any", () => {
  expect([[99, 100], [93, 99], [85], [10, 99], [null], []].map(floorOf)).toEqual([95, 90, 80, 0, 0, 0]);
});

describe("names of times", () => {
  const starts = (hours: number, step: number) => {
    const midnight = new Date(2026, 5, 1).getTime();
    return Array.from({ length: hours / step }, (_, at) => midnight + at * step * HOUR);
  };

  it("are of days where there are several", () => {
    const found = timeTicks(starts(168, 6), 1_000);
    expect(found.map(({ text }) => text)).toEqual(["Jun 1", "Jun 2", "Jun 3", "Jun 4", "Jun 5", "Jun 6", "Jun 7"]);
    expect(found.map(({ at }) => at)).toEqual([0, 4, 8, 12, 16, 20, 24]);
  });

  it("are of hours within a day, and fewer where there is no room", () => {
    expect(timeTicks(starts(24, 1), 1_000).map(({ text }) => text)).toEqual([
      "00:00",
      "03:00",
      "06:00",
      "09:00",
      "12:00",
      "15:00",
      "18:00",
      "21:00",
    ]);
    expect(timeTicks(starts(24, 1), 200).length).toBeLessThanOrEqual(3);
  });
});

it("a line is broken where there is no value, and a value alone is a dot", () => {
  const { path, dots } = linePath([[0, 1], [1, 2], null, [3, 4], null, [5, 6], [6, 7]]);
  expect(path).toBe("M0.0 1.0L1.0 2.0M5.0 6.0L6.0 7.0");
  expect(dots).toEqual([[3, 4]]);
});
