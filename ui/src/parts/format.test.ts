import { expect, test } from "vitest";
import { ago, duration, money, NOTHING, percent, plural, short } from "./format";

test.each([
  [0.42, "0.4 ms"],
  [38, "38 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [1240, "1.24 s"],
  [9_996, "10.0 s"],
  [59_960, "1 m 00 s"],
  [247_000, "4 m 07 s"],
  [7_500_000, "2 h 05 m"],
  [null, NOTHING],
])("%s ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("money below a cent still says something, and all of it lines up", () => {
  expect(money(1.5)).toBe("$1.50");
  expect(money(0)).toBe("$0.00");
  expect(money(0.00321)).toBe("$0.0032");
  expect(money(0.006)).toBe("$0.0060");
});

test("100% is said of all only", () => {
  expect(percent(100)).toBe("100%");
  expect(percent(99.999)).toBe(">99.99%");
  expect(percent(99.95)).toBe("99.95%");
  expect(percent(85.64)).toBe("85.6%");
  expect(percent(0)).toBe("0%");
});

test("a time ago has one unit", () => {
  const now = new Date("2026-01-15T12:00:00Z");
  expect(ago("2026-01-15T11:59:50Z", now)).toBe("now");
  expect(ago("2026-01-15T11:55:00Z", now)).toBe("5 m ago");
  expect(ago("2026-01-15T09:00:00Z", now)).toBe("3 h ago");
  expect(ago("2026-01-12T12:00:00Z", now)).toBe("3 d ago");
});

test("counts read as people say them", () => {
  expect(plural(1, "run")).toBe("1 run");
  expect(plural(12_000, "run")).toBe("12,000 runs");
  expect(short(12_345)).toBe("12.3K");
});
