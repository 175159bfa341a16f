import { expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { askedSince, merge, together } from "./live";

type Run = Schemas["ListedRun"];
const run = (run_id: string, at: number, more: Partial<Run> = {}) =>
  ({ run_id, revision: 1, started_at: `2026-06-01T10:00:0${at}Z`, finding: null, ...more }) as Run;
const ids = (runs: Run[]) => runs.map((each) => each.run_id);
const NOW = Date.parse("2026-06-01T12:00:00Z");

it("what is listed is replaced by its newer version, and by itself where it has none", () => {
  const listed = [run("b", 2), run("a", 1)];
  const { rows, fresh } = merge(listed, [run("b", 2, { revision: 2 }), run("a", 1), run("c", 3)]);
  expect(rows[0]?.revision).toBe(2);
  expect(rows[1]).toBe(listed[1]);
  expect(ids(fresh)).toEqual(["c"]);
});

it("an analysis that ended shows without a new version", () => {
  const finding = { rca_run_id: "rca-1", category: "timeout", cause: "gateway", fingerprint: "f" };
  expect(merge([run("a", 1)], [run("a", 1, { finding })]).rows[0]?.finding).toEqual(finding);
});

it("new runs stand where they began, none twice", () => {
  expect(ids(together([run("c", 5), run("a", 1)], [run("d", 3), run("c", 5), run("e", 9)]))).toEqual([
    "e",
    "c",
    "d",
    "a",
  ]);
});

it("what is asked for begins some minutes before the newest run, not before the list does", () => {
  expect(askedSince("2026-06-01T11:00:00Z", undefined, NOW)).toBe("2026-06-01T10:55:00.000Z");
  expect(askedSince("2026-06-01T11:00:00Z", "2026-06-01T10:59:00Z", NOW)).toBe("2026-06-01T10:59:00Z");
  expect(askedSince(undefined, undefined, NOW)).toBe("2026-06-01T11:55:00.000Z");
  // The clock of who sent it is ahead.
  expect(askedSince("2026-06-02T11:00:00Z", undefined, NOW)).toBe("2026-06-01T11:55:00.000Z");
});
