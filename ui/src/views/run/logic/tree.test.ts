import { describe, expect, it } from "vitest";
import { event } from "./fixtures";
import { matches, rowsOf, type Wanted } from "./rows";
import { around, treeOf } from "./tree";

const EVENTS = [
  event("steps/plan"),
  event("steps/find"),
  event("tool_calls/search", { parent: "steps/find", status: "failure", error: "TimeoutError" }),
  event("guardrail_events/g", { parent: "tool_calls/search" }),
  event("steps/sub", { parent: "steps/find", agent_name: "researcher" }),
  event("steps/answer"),
];
const all: Wanted = { opened: new Set(), folded: new Set(), find: "", end: "run" };
const paths = (wanted: Partial<Wanted>) =>
  rowsOf(treeOf(EVENTS, "helper"), { ...all, ...wanted }).map((row) =>
    row.kind === "gap" ? `${row.count} hidden, ${row.failed} failed` : row.path,
  );

describe("the tree", () => {
  it("holds each event before its parts, with its depth and whose it is", () => {
    const tree = treeOf(EVENTS, "helper");
    expect(tree.nodes.map(({ event: { path }, depth }) => `${depth} ${path}`)).toEqual([
      "0 steps/plan",
      "0 steps/find",
      "1 tool_calls/search",
      "2 guardrail_events/g",
      "1 steps/sub",
      "0 steps/answer",
    ]);
    expect(tree.nodes[1]?.end).toBe(5);
    expect(tree.nodes.filter((node) => node.entersAgent).map(({ event: { path } }) => path)).toEqual(["steps/sub"]);
    expect(tree.agents).toEqual(["helper", "researcher"]);
    expect(around(tree, 3)).toEqual([2, 1]);
  });

  it("loses none that name a parent that is not there, themselves or each other", () => {
    const odd = [
      event("steps/a", { parent: "steps/gone" }),
      event("steps/b", { parent: "steps/b" }),
      event("steps/c", { parent: "steps/d" }),
      event("steps/d", { parent: "steps/c" }),
    ];
    expect(treeOf(odd, "helper").nodes.map(({ event: { path } }) => path)).toEqual([
      "steps/a",
      "steps/b",
      "steps/c",
      "steps/d",
    ]);
  });

  it("takes ten thousand steps, each within the one before", () => {
    const deep = Array.from({ length: 10_000 }, (_, n) => event(`steps/${n}`, n ? { parent: `steps/${n - 1}` } : {}));
    expect(treeOf(deep, "helper").nodes.at(-1)?.depth).toBe(9_999);
  });
});

describe("the rows", () => {
  it("are all events and the end of the run", () => {
    expect(paths({})).toEqual([...EVENTS.map(({ path }) => path), "run"]);
  });

  it("leave out what is folded", () => {
    expect(paths({ folded: new Set(["steps/find"]) })).toEqual(["steps/plan", "steps/find", "steps/answer", "run"]);
  });

  it("of the failure path keep what it is part of, and say how much lies between", () => {
    const only = new Set(["guardrail_events/g"]);
    expect(paths({ only })).toEqual([
      "1 hidden, 0 failed",
      "steps/find",
      "tool_calls/search",
      "guardrail_events/g",
      "2 hidden, 0 failed",
      "run",
    ]);
    expect(paths({ only, opened: new Set(["steps/sub"]) }).slice(4)).toEqual(["steps/sub", "steps/answer", "run"]);
    expect(paths({ only: new Set(["steps/answer"]) })[0]).toBe("5 hidden, 1 failed");
  });

  it("are those that a search finds, folded or not", () => {
    expect(matches(treeOf(EVENTS, "helper"), "TIMEOUT search")).toEqual(["tool_calls/search"]);
    expect(paths({ find: "timeout", folded: new Set(["steps/find"]) })).toEqual([
      "steps/find",
      "tool_calls/search",
      "run",
    ]);
    expect(paths({ find: "nothing like it" })).toEqual(["run"]);
  });
});
