import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow, type Progress } from "./follow";
import { EventParser } from "./sse";

const RUNNING = { status: "running", step: "Starting RCA", pct: 5, message: "" };
const DONE = { status: "done", step: "RCA complete", pct: 100, message: "" };
const event = (id: string, data: object) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
const URL_OF_STREAM = "http://stream.test/rca-runs/rca-1/stream?token=t";

function answering(...answers: (string | Response | Error)[]) {
  const asked: { to: string; headers: Headers }[] = [];
  vi.stubGlobal("fetch", (to: string, init: RequestInit) => {
    asked.push({ to, headers: new Headers(init.headers) });
    const next = answers.shift();
    if (next === undefined || next instanceof Error) return Promise.reject(next ?? new TypeError("no more"));
    return Promise.resolve(next instanceof Response ? next : new Response(next));
  });
  return asked;
}

async function followed() {
  const seen: Progress[] = [];
  const states: string[] = [];
  const done = follow("rca-1", URL_OF_STREAM, {
    onProgress: (progress) => seen.push(progress),
    onState: (state) => states.push(state),
    signal: new AbortController().signal,
  });
  await vi.runAllTimersAsync();
  await done;
  return { seen: seen.map((each) => each.pct), states };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("events are whole wherever their text was cut", () => {
  const text = `retry: 2000\r\n: still here\n${event("0001#0001", RUNNING)}data: a\ndata: b\n\n`;
  for (let cut = 0; cut <= text.length; cut += 1) {
    const parser = new EventParser();
    const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    expect(events.map((each) => each.id)).toEqual(["0001#0001", "0001#0001"]);
    expect(events[1]?.data).toBe("a\nb");
    expect(parser.retryMs).toBe(2000);
  }
});

test("a stream is followed to its end", async () => {
  answering(event("1", RUNNING) + event("2", DONE));
  expect(await followed()).toEqual({ seen: [5, 100], states: ["live"] });
});

test("after a drop it goes on behind the last event", async () => {
  const asked = answering(event("1", RUNNING), event("2", DONE));
  expect((await followed()).seen).toEqual([5, 100]);
  expect(asked.map((each) => each.headers.get("last-event-id"))).toEqual([null, "1"]);
});

test("a resumed stream that has nothing more is over", async () => {
  answering(event("1", RUNNING), new Response(null, { status: 204 }));
  expect((await followed()).seen).toEqual([5]);
});

test("where streams do not get through, it asks", async () => {
  const down = new TypeError("Failed to fetch");
  const asked = answering(down, down, down, Response.json(RUNNING), Response.json(DONE));
  expect(await followed()).toEqual({ seen: [5, 100], states: ["resuming", "resuming", "asking"] });
  expect(asked.at(-1)?.to).toBe("/agent-runs/rca-runs/rca-1");
});

test("a refused stream is not asked for again", async () => {
  const asked = answering(new Response("{}", { status: 401 }), Response.json(DONE));
  expect((await followed()).seen).toEqual([100]);
  expect(asked).toHaveLength(2);
});
