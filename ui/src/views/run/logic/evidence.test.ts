import { describe, expect, it } from "vitest";
import { type Hypothesis, marksOf, named, placeOf, rolesIn } from "./evidence";
import { evidence, report } from "./fixtures";

const CALL = evidence("tool_call", "call-1", "was refused");
const hypothesis = (given: Partial<Hypothesis>) =>
  ({ evidence_ids: [], contradicting_evidence_ids: [], highlights: [], ...given }) as unknown as Hypothesis;

describe("evidence", () => {
  it("has a place in the run", () => {
    expect(placeOf(CALL)).toBe("tool_calls/call-1");
    expect(placeOf(evidence("contrast", "call-1"))).toBe("tool_calls/call-1");
    expect(placeOf(evidence("guardrail", "a/b"))).toBe("guardrail_events/a/b");
    expect(placeOf(evidence("baseline", "run-1"))).toBe("run");
  });

  it("marks the highlights of the claim that it was opened from", () => {
    const claim = hypothesis({
      highlights: [
        { evidence_id: CALL.evidence_id, path: "tool_calls/call-1/error_message", start: 1, end: 4 },
        { evidence_id: "ev_other", path: "tool_calls/call-2/error_message", start: 0, end: 9 },
      ],
    });
    expect([...marksOf(CALL, claim, {})]).toEqual([["error_message", [{ start: 1, end: 4 }]]]);
  });

  it("of an id with a slash finds its field", () => {
    const odd = evidence("tool_call", "a/b");
    const claim = hypothesis({
      highlights: [{ evidence_id: odd.evidence_id, path: "tool_calls/a/b/error_message", start: 0, end: 2 }],
    });
    expect([...marksOf(odd, claim, {}).keys()]).toEqual(["error_message"]);
  });

  it("without highlights marks what it quotes, wherever it stands", () => {
    const fields = { args_json: { note: "it was refused" }, error_message: "🙈 was refused" };
    expect([...marksOf(CALL, undefined, fields)]).toEqual([["error_message", [{ start: 2, end: 13 }]]]);
    expect([...marksOf(CALL, undefined, { attributes: { log: ["x", "it was refused"] } }).keys()]).toEqual([
      "attributes/log/1",
    ]);
    expect(marksOf(CALL, undefined, { error_message: "else" }).size).toBe(0);
  });

  it("says what each event is to the report", () => {
    const other = evidence("step", "step-2");
    const roles = rolesIn(
      report({
        evidence_index: [CALL, other, evidence("run", "r")],
        causal_chain: [CALL.evidence_id, "ev_run_r"],
        hypotheses: [hypothesis({ evidence_ids: [CALL.evidence_id], contradicting_evidence_ids: [other.evidence_id] })],
        recovered_evidence_ids: [other.evidence_id, "ev_gone"],
      }),
    );
    expect(Object.fromEntries(roles)).toEqual({
      "tool_calls/call-1": { chain: 1, cited: true },
      "steps/step-2": { against: true, recovered: true },
      run: { chain: 2 },
    });
    expect(rolesIn(undefined).size).toBe(0);
  });

  it("is named in sentences as a whole word only", () => {
    const index = [CALL, evidence("tool_call", "call-10"), evidence("step", "1")];
    const parts = named("Call call-10 after call-1, not xcall-1 or 1.", index);
    expect(parts.map((part) => (part.evidence ? `<${part.text}>` : part.text)).join("")).toBe(
      "Call <call-10> after <call-1>, not xcall-1 or 1.",
    );
    expect(named("nothing", [])).toEqual([{ text: "nothing" }]);
  });
});
