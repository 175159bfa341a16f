import { describe, expect, it } from "vitest";
import { at, event } from "./fixtures";
import { asOf, fieldsAtStart, hasBegun, lastBegun, momentAt, momentsOf } from "./replay";
import { amountOf, barsBy, spanOf, tickOf, ticks } from "./scale";

const EVENTS = [
  event("steps/a", { begins: 0, ms: 100, tokens_prompt: 30, tokens_completion: 10, cost_usd: 0.02 }),
  event("steps/b", { begins: 100, ms: 300, tokens_prompt: 10, cost_usd: 0.04 }),
  event("steps/c", { timestamp: null, ended_at: null, duration_ms: null }),
];
const SPAN = spanOf(EVENTS, at(0), null);

describe("bars", () => {
  it("lie where and as long as it took", () => {
    expect(SPAN.ms).toBe(400);
    expect(EVENTS.map(barsBy("time", EVENTS, SPAN))).toEqual([
      { left: 0, width: 0.25 },
      { left: 0.25, width: 0.75 },
      null,
    ]);
  });

  it("are as long as what was used, beside the most of one event", () => {
    expect(EVENTS.map(barsBy("tokens", EVENTS, SPAN)).map((bar) => bar?.width)).toEqual([1, 0.25, undefined]);
    expect(EVENTS.map(barsBy("cost", EVENTS, SPAN)).map((bar) => bar?.width)).toEqual([0.5, 1, undefined]);
    expect(EVENTS.map((each) => amountOf(each, "tokens"))).toEqual([40, 10, null]);
  });

  it("stay within the track for events before the start and after the end that the run says", () => {
    const events = [event("steps/early", { begins: -50, ms: 10 }), event("steps/late", { begins: 900, ms: 200 })];
    const span = spanOf(events, at(0), at(100));
    expect(span.ms).toBe(1150);
    for (const bar of events.map(barsBy("time", events, span))) {
      expect((bar?.left ?? -1) >= 0 && (bar?.left ?? 2) + (bar?.width ?? 0) <= 1).toBe(true);
    }
  });

  it("have a scale in round numbers, few of them", () => {
    expect(ticks(45_000, "time").map(tickOf)).toEqual(["10 s", "20 s", "30 s", "40 s"]);
    expect(ticks(2_091_000, "time").map(tickOf)).toEqual(["10 m", "20 m", "30 m"]);
    expect(ticks(400_000, "time").map(tickOf)).toEqual(["2 m", "4 m", "6 m"]);
    expect(ticks(480, "time").map(tickOf)).toEqual(["100 ms", "200 ms", "300 ms", "400 ms"]);
    expect(ticks(9_000, "tokens")).toEqual([2_000, 4_000, 6_000, 8_000]);
    expect(ticks(0, "cost")).toEqual([]);
    expect(tickOf(90_000)).toBe("1 m 30 s");
  });
});

describe("a replay", () => {
  it("steps from one thing that happened to the next", () => {
    const moments = momentsOf(EVENTS, SPAN);
    expect(moments).toEqual([0, 100, 400]);
    expect([0, 99, 100, 399, 1e9].map((ms) => momentAt(moments, ms))).toEqual([0, 0, 1, 1, 2]);
  });

  it("knows of no event that had not begun, and of no end that had not come", () => {
    expect(EVENTS.map((each) => hasBegun(each, SPAN, 50))).toEqual([true, false, false]);
    expect(EVENTS.map((each) => hasBegun(each, SPAN, 400))).toEqual([true, true, true]);
    expect(lastBegun(EVENTS, SPAN, 150)).toBe("steps/b");
    expect(lastBegun([], SPAN, 150)).toBeUndefined();
    const then = asOf({ ...(EVENTS[1] as (typeof EVENTS)[0]), status: "failure", error: "X" }, SPAN, 250);
    expect(then).toMatchObject({ status: "running", duration_ms: 150, error: null, ended_at: null, cost_usd: null });
    expect(asOf(EVENTS[0] as (typeof EVENTS)[0], SPAN, 250)).toBe(EVENTS[0]);
    expect(
      Object.keys(fieldsAtStart({ tool_name: "t", args_json: {}, result_summary: "r", error_message: "e" })),
    ).toEqual(["tool_name", "args_json"]);
  });
});
