import { afterEach, expect, test, vi } from "vitest";
import { address, connection, get, request } from "./client";
import { ApiError, explain } from "./errors";
import { forget, remember } from "./secret";

function answering(...answers: (Response | Error)[]) {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", (to: string, init: RequestInit) => {
    asked.push(new Request(new URL(to, "http://stack.test"), init));
    const next = answers.shift();
    return next instanceof Response ? Promise.resolve(next) : Promise.reject(next);
  });
  return asked;
}

const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

test("an address has its parameters escaped, and no empty query", () => {
  expect(address("/agent-runs/{run_id}/timeline", { run_id: "a/b c" }, { limit: 5, offset: undefined })).toBe(
    "/agent-runs/a%2Fb%20c/timeline?limit=5",
  );
});

test("the secret goes with requests, and is kept in the session only", async () => {
  const asked = answering(Response.json({ items: [], next_cursor: null }), Response.json({}));
  remember("s3cret");
  await get("/agent-runs", {});
  forget();
  await get("/agent-runs", {});

  expect(asked.map((each) => each.headers.get("authorization"))).toEqual(["Bearer s3cret", null]);
  expect(localStorage.length).toBe(0);
});

test("a problem is told with its fields and its request id", async () => {
  const errors = [{ loc: ["query", "limit"], msg: "too large", type: "x" }];
  answering(problem(422, { title: "Invalid", detail: "Not as asked.", errors, request_id: "r-1" }));
  const error = await get("/agent-runs", {}).catch((caught: unknown) => caught);

  expect(explain(error)).toMatchObject({ fields: ["query.limit: too large"], requestId: "r-1" });
});

test.each([
  [401, "secret"],
  [403, "closed"],
  [404, "missing"],
  [429, "busy"],
  [503, "busy"],
  [500, "fault"],
])("status %s is %s, also where the body is no JSON", async (status, kind) => {
  answering(new Response("<html>", { status, headers: { "retry-after": "7" } }));
  const error = await get("/agent-runs", {}).catch((caught: unknown) => caught);

  expect(error).toMatchObject({ kind, retryAfter: 7 });
});

test("no answer at all is a lost connection, until one comes", async () => {
  answering(new TypeError("Failed to fetch"), Response.json({}));
  const error = await get("/agent-runs", {}).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(connection.value).toBe("lost");
  await get("/agent-runs", {});
  expect(connection.value).toBe("up");
});

test("an answer without a body is nothing", async () => {
  answering(new Response(null, { status: 204 }));
  expect(await request("delete", "/agent-runs/{run_id}", { path: { run_id: "run-1" } })).toBeUndefined();
});
