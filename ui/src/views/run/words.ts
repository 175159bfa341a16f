/** What a report says of itself, as people say it. */
import { words } from "../../parts/format";
import type { Hypothesis, Report } from "./logic/evidence";

const LEVELS = { high: "High confidence", medium: "Medium confidence", low: "Low confidence" };

export const confidenceWords = ({ confidence }: Hypothesis): string => LEVELS[confidence];

/** What a hypothesis rests on, as a sentence. */
export function basis(hypothesis: Hypothesis, report: Report): string {
  const root = report.evidence_index.find((each) => each.evidence_id === hypothesis.evidence_ids[0]);
  if (root?.kind === "baseline") return "It rests on a comparison with earlier runs.";
  if (hypothesis.rests_on === "only rules read it") return "A rule says so by its shape; there is no wording to read.";
  const text = hypothesis.rests_on;
  return text ? `${text[0]?.toUpperCase()}${text.slice(1)}.` : "";
}

/** The answer in one line. */
export function headline(report: Report): string {
  const [first] = report.hypotheses;
  if (first) return first.title;
  if (report.insufficient_evidence) return "Not enough was recorded to tell why it failed";
  const recovered = new Set(report.recovered_evidence_ids);
  const left = report.evidence_index.some((each) => each.kind === "tool_call" && !recovered.has(each.evidence_id));
  return left ? "Calls failed that nothing made good" : "Nothing failed that was not recovered";
}

const ACTIONS: Record<string, string> = {
  code_change: "Code",
  change_config: "Configuration",
  runbook: "Runbook",
  rollback: "Rollback",
  monitoring: "Monitoring",
  test: "Test",
};
export const actionWords = (type: string): string => ACTIONS[type] ?? words(type);
