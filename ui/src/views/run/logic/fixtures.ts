/** Events and reports for tests. */
import type { Evidence, Report } from "./evidence";
import type { Outline } from "./tree";

const START = Date.parse("2026-03-02T09:00:00Z");
export const at = (ms: number): string => new Date(START + ms).toISOString();

/** Return an event; `begins` and `ms` are milliseconds into the run. */
export function event(path: string, given: Partial<Outline> & { begins?: number; ms?: number } = {}): Outline {
  const { begins = 0, ms = 10, ...fields } = given;
  const [group, id] = path.split("/");
  return {
    path,
    event_id: id ?? "",
    event_type: group === "steps" ? "step" : group === "tool_calls" ? "tool_call" : "guardrail",
    parent: null,
    agent_name: "helper",
    name: id ?? "",
    status: "success",
    kind: null,
    timestamp: at(begins),
    ended_at: at(begins + ms),
    duration_ms: ms,
    model: null,
    tokens_prompt: null,
    tokens_completion: null,
    cost_usd: null,
    retries: 0,
    status_code: null,
    error: null,
    output_chars: 0,
    ...fields,
  };
}

export function evidence(kind: Evidence["kind"], ref_id: string, snippet = ""): Evidence {
  return { evidence_id: `ev_${kind}_${ref_id}`, kind, ref_id, title: ref_id, snippet, occurred_at: null };
}

export function report(given: Partial<Report>): Report {
  return {
    evidence_index: [],
    hypotheses: [],
    causal_chain: [],
    recovered_evidence_ids: [],
    ...given,
  } as unknown as Report;
}
