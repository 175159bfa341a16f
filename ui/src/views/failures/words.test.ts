import { expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { storyOf } from "../failure/events";
import { weekOf } from "../failure/week";
import { lifeOf, stateOf, versionsOf } from "./words";

it("the state of a failure says in which version it came back", () => {
  expect(stateOf({ status: "open", reopened_version: null })).toBe("open");
  expect(stateOf({ status: "reopened", reopened_version: "2.1.0" })).toBe("came back in 2.1.0");
  expect(stateOf({ status: "reopened", reopened_version: null })).toBe("came back");
});

it("versions are one, or the first and the last", () => {
  expect(versionsOf({ first_version: "1", last_version: "1" })).toBe("1");
  expect(versionsOf({ first_version: "1", last_version: "2" })).toBe("1 – 2");
  expect(versionsOf({ first_version: null, last_version: "2" })).toBe("2");
  expect(versionsOf({ first_version: null, last_version: null })).toBe("");
});

it("a life is a part of the scale, and never beyond it", () => {
  expect(lifeOf("1970-01-01T00:00:01Z", "1970-01-01T00:00:03Z", 0, 4_000)).toEqual({ left: 25, width: 50 });
  expect(lifeOf("1970-01-01T00:00:01Z", "1970-01-01T00:00:09Z", 0, 4_000)).toEqual({ left: 25, width: 75 });
  expect(lifeOf("1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z", 1_000, 1_000)).toEqual({ left: 0, width: 0 });
});

it("a story is told in the order in which it happened", () => {
  const failure = {
    first_seen: "2026-06-01T00:00:00Z",
    first_agent: "order-agent",
    first_version: "2.0.0",
    resolved_at: "2026-06-02T00:00:00Z",
    reopened_at: "2026-06-03T00:00:00Z",
    reopened_version: "2.1.0",
    last_seen: "2026-06-04T00:00:00Z",
    last_version: "2.1.0",
  } as Schemas["FailureDetail"];
  const told = (more: Partial<Schemas["FailureDetail"]>) => storyOf({ ...failure, ...more }).map(({ text }) => text);
  expect(told({})).toEqual([
    "First seen, in order-agent 2.0.0",
    "Resolved",
    "Came back in 2.1.0",
    "Last seen, in 2.1.0",
  ]);
  expect(told({ resolved_at: null, reopened_at: null, last_seen: failure.first_seen })).toEqual([
    "First seen, in order-agent 2.0.0",
  ]);
  // Resolved again, after it came back.
  expect(told({ resolved_at: "2026-06-05T00:00:00Z" }).at(-1)).toBe("Resolved");
});

it("a week is bars of six hours up to now, and counts each hour once", () => {
  const end = new Date(2026, 5, 7, 15, 30).getTime();
  const hour = (day: number, at: number) => new Date(2026, 5, day, at).toISOString();
  const bars = weekOf(
    [
      { hour: hour(1, 0), count: 1, also_seen: 2 },
      { hour: hour(7, 14), count: 3, also_seen: 0 },
      { hour: hour(7, 15), count: 1, also_seen: 0 },
      { hour: new Date(2026, 4, 20).toISOString(), count: 9, also_seen: 0 },
    ],
    end,
  );
  expect(bars.length).toBe(27);
  expect(bars[0]?.value).toBe(3);
  expect(bars.at(-1)?.value).toBe(4);
  expect(bars.reduce((sum, { value }) => sum + value, 0)).toBe(7);
});
