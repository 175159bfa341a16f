import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checker, type OpenApi } from "./check";

const document = JSON.parse(
  readFileSync("../layers/rca_core/rca_core/web/openapi.json", { encoding: "utf8" }),
) as OpenApi;
const check = checker(document);

describe("a run before it is sent", () => {
  it("is in form as the sample is", () => {
    expect(check(readFileSync("../events/tool_schema_mismatch.json", { encoding: "utf8" })).mistakes).toEqual([]);
  });

  it("is told where its JSON breaks", () => {
    const [mistake] = check('{\n  "agent_name": "a",\n  "status" "failure"\n}').mistakes;
    expect(mistake).toMatchObject({ severity: "refused", line: 3, column: 12, what: "colon expected" });
  });

  it("is told that there is nothing", () => {
    expect(check("").mistakes).toMatchObject([{ line: 1, column: 1, what: "value expected" }]);
  });

  it("is told what the API refuses and what it mends, each at its place", () => {
    const run = {
      run_id: "no blanks",
      status: "odd",
      steps: [{ latency_ms: "long" }, 3],
      tool_calls: [{ "a/b": 1, status_code: -1 }],
    };
    const found = check(JSON.stringify(run, null, 1)).mistakes;
    expect(found.map(({ severity, where, line }) => [severity, where, line])).toEqual([
      ["refused", "the run", 1],
      ["refused", "run_id", 2],
      ["mended", "status", 3],
      ["mended", "steps[0].latency_ms", 6],
      ["mended", "steps[1]", 8],
      ["mended", "tool_calls[0].status_code", 13],
    ]);
    expect(found[0]?.what).toBe("lacks agent_name");
    expect(found[3]?.what).toBe("is a text, not an integer");
  });

  it("is read by the grammar alone where the API's description is not at hand", () => {
    expect(checker(undefined)('{"status": "odd"}').mistakes).toEqual([]);
  });
});
