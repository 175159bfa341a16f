/** The way from a claim to its proof and back. */
import { useEffect, useRef } from "preact/hooks";
import { type Evidence, type Hypothesis, placeOf, type Report } from "./logic/evidence";
import { change, show, shown } from "./logic/state";

/** Claims of the report as a whole, beside those of its hypotheses. */
export const CHAIN = "chain";
export const SEEN = "seen";

export type Open = {
  evidence: Evidence;
  hypothesis: Hypothesis | undefined;
  claim: string;
  /** What else the same claim rests on. */
  all: string[];
};

/** Return the evidence that the address names, or none. */
export function openIn(report: Report | null | undefined, id: string | null, claim: string | null): Open | undefined {
  const evidence = report?.evidence_index.find((each) => each.evidence_id === id);
  if (!report || !evidence) return undefined;
  const hypothesis =
    report.hypotheses.find((each) => each.hypothesis_id === claim) ??
    report.hypotheses.find((each) => each.evidence_ids.includes(evidence.evidence_id));
  const of = claim ?? hypothesis?.hypothesis_id ?? SEEN;
  return { evidence, hypothesis, claim: of, all: evidenceOf(report, of) };
}

function evidenceOf(report: Report, claim: string): string[] {
  if (claim === CHAIN) return report.causal_chain;
  const found = report.hypotheses.find((each) => each.hypothesis_id === claim);
  if (found) return [...found.evidence_ids, ...found.contradicting_evidence_ids];
  return report.evidence_index.map((each) => each.evidence_id);
}

// Whether Back leads to the claim: it does not from a link that was sent.
let stepped = false;
addEventListener("popstate", () => {
  stepped = false;
});

/** What the address says of a piece of evidence that is open. */
export const evidenceState = (evidence: Evidence, claim: string) => ({
  evidence: evidence.evidence_id,
  claim,
  event: placeOf(evidence),
  report: null,
});

/** Open a piece of evidence; from one of a claim to another is no step of its own. */
export function openEvidence(evidence: Evidence, claim: string): void {
  const state = evidenceState(evidence, claim);
  if (shown.evidence.peek()) change(state);
  else {
    stepped = true;
    show(state);
  }
}

/** Return to the claim. */
export function closeEvidence(): void {
  if (stepped) history.back();
  else change({ evidence: null, claim: null, event: null });
}

export const chipId = (claim: string, evidence: string): string => `chip-${claim}-${evidence}`;

/** Return the focus to the chip of the evidence that was open. */
export function useReturn(open: Open | undefined): void {
  const before = useRef<Open | undefined>(undefined);
  useEffect(() => {
    const left = before.current;
    before.current = open;
    if (open || !left || shown.event.peek() === placeOf(left.evidence)) return;
    // A drawer opens first.
    requestAnimationFrame(() => {
      const chip = document.getElementById(chipId(left.claim, left.evidence.evidence_id));
      chip?.focus({ preventScroll: true });
      chip?.scrollIntoView({ block: "nearest" });
    });
  }, [open?.claim, open?.evidence.evidence_id]);
}

/** Go on to the next evidence of the claim that is open. */
export function stepEvidence(report: Report, open: Open, by: number): void {
  const at = open.all.indexOf(open.evidence.evidence_id);
  const id = open.all[(at + by + open.all.length) % open.all.length];
  const next = report.evidence_index.find((each) => each.evidence_id === id);
  if (next) openEvidence(next, open.claim);
}
