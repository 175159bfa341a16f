import { expect, test } from "vitest";
import { go, link, match, path, query, setQuery } from "./router";

test("a pattern gives its parameters, decoded", () => {
  expect(match("/runs/:id", "/runs/a%3Ab.c")).toEqual({ id: "a:b.c" });
  expect(match("/runs/:id", "/runs")).toBeUndefined();
  expect(match("/runs/:id", "/runs/%zz")).toBeUndefined();
});

test("links leave out what is empty", () => {
  expect(link("/runs", { status: "failure", agent_name: "", since: null })).toBe("/ui/runs?status=failure");
  expect(link("/")).toBe("/ui/");
});

test("state changes in the address, and Back takes it back only where the viewer chose", () => {
  go("/ui/runs/?status=failure");
  const before = history.length;
  setQuery({ agent_name: "billing" });
  setQuery({ event: "call-1" }, { replace: true });

  expect(path.value).toBe("/runs");
  expect(Object.fromEntries(query.value)).toEqual({ status: "failure", agent_name: "billing", event: "call-1" });
  expect(history.length).toBe(before + 1);
});
