import { describe, expect, it } from "vitest";
import { type Filter, meant, parseDuration, parseMoney, parseTime, suggest } from "./suggest";

const NOW = Date.parse("2026-06-10T12:00:00Z");
const FILTERS: Filter[] = [
  {
    name: "agent_name",
    title: "agent",
    values: [{ value: "order-agent", detail: "5 runs" }, { value: "refund-agent" }],
  },
  { name: "status", title: "status", closed: true, values: [{ value: "failure" }, { value: "success", title: "ok" }] },
  { name: "min_duration_ms", title: "slower", parse: parseDuration, show: (value) => `≥ ${value} ms` },
  { name: "fingerprint", title: "failure", unlisted: true },
];
const labels = (typed: string, set: string[] = []) =>
  suggest(FILTERS, typed, (name) => set.includes(name)).map(({ label }) => label);

describe("suggestions", () => {
  it("name the filters that are not set, and none that links alone set", () => {
    expect(labels("", ["status"])).toEqual(["agent:", "slower:"]);
  });

  it("find names and values by what was typed", () => {
    expect(labels("a")).toEqual(["agent:", "agent: order-agent", "agent: refund-agent", "status: failure"]);
    expect(labels("OK")).toEqual(["status: ok"]);
  });

  it("narrow the values of one filter, and take what is typed as a value", () => {
    expect(labels("agent:ref")).toEqual(["agent: ref", "agent: refund-agent"]);
    expect(labels("agent: refund-agent")).toEqual(["agent: refund-agent"]);
    expect(labels("slower:2s")).toEqual(["slower: ≥ 2000 ms"]);
  });

  it("take no value that a filter does not have", () => {
    expect(labels("status:broken")).toEqual([]);
    expect(labels("slower:soon")).toEqual([]);
  });

  it("keep colons within a value", () => {
    expect(labels("agent:a:b")).toEqual(["agent: a:b"]);
  });
});

it("a value is meant by itself or by its title, in any case", () => {
  const [, status] = FILTERS;
  expect(status && meant(status, "OK")).toBe("success");
  expect(status && meant(status, "Failure")).toBe("failure");
  expect(status && meant(status, "")).toBeUndefined();
});

it("times are so long ago, or dates of the viewer's calendar", () => {
  expect(parseTime("2h", NOW)).toBe("2026-06-10T10:00:00.000Z");
  expect(parseTime("7 D", NOW)).toBe("2026-06-03T12:00:00.000Z");
  expect(parseTime("2026-06-01", NOW)).toBe(new Date(2026, 5, 1).toISOString());
  expect(parseTime("2026-06-01T10:00:00Z", NOW)).toBe("2026-06-01T10:00:00.000Z");
  for (const none of ["", "soon", "7", "-2h", "2026-13-40"]) expect(parseTime(none, NOW)).toBeUndefined();
});

it("durations are seconds unless they say what they are", () => {
  expect(["5", "1.5s", "200 ms", "2m", "1h"].map(parseDuration)).toEqual(["5000", "1500", "200", "120000", "3600000"]);
  expect(["", "s", "-1", "5 days"].map(parseDuration)).toEqual([undefined, undefined, undefined, undefined]);
});

it("money is dollars", () => {
  expect(["$0.10", "2", "$ 3.5"].map(parseMoney)).toEqual(["0.10", "2", "3.5"]);
  expect(["", "ten", "-1"].map(parseMoney)).toEqual([undefined, undefined, undefined]);
});
