import type { ComponentChildren } from "preact";
import { link, path, query } from "../../app/router";
import { spelt } from "../../parts/spelt";
import { Kind, type Shape } from "./Kind";
import { type Evidence, named, type Report } from "./logic/evidence";
import { shown } from "./logic/state";
import { chipId, evidenceState, openEvidence } from "./open";

type LinkProps = {
  evidence: Evidence;
  claim: string;
  class: string;
  id?: string;
  title?: string;
  current?: boolean;
  children: ComponentChildren;
};

/** The way to the proof: a link, so that it can be sent and opened beside. */
export function EvidenceLink({ evidence, claim, current, children, ...given }: LinkProps) {
  return (
    <a
      {...given}
      href={link(path.value, { ...Object.fromEntries(query.value), ...evidenceState(evidence, claim) })}
      aria-current={current ? "true" : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        openEvidence(evidence, claim);
      }}
    >
      {children}
    </a>
  );
}

const SHAPES: Record<Evidence["kind"], Shape> = {
  step: "step",
  tool_call: "tool",
  contrast: "tool",
  guardrail: "guard",
  run: "end",
  baseline: "end",
};

type Props = { report: Report; ids: readonly string[]; claim: string; label: string; against?: boolean };

/** What a claim rests on: each opens its event with the words marked. */
export function Chips({ report, ids, claim, label, against = false }: Props) {
  const index = new Map(report.evidence_index.map((each) => [each.evidence_id, each]));
  const open = shown.claim.value === claim ? shown.evidence.value : null;
  return (
    <ul class="chips" aria-label={label} data-against={against}>
      {ids.map((id) => {
        const evidence = index.get(id);
        if (!evidence) return null;
        const chain = report.causal_chain.indexOf(id) + 1;
        return (
          <li key={id}>
            <EvidenceLink
              evidence={evidence}
              claim={claim}
              class="evidence"
              id={chipId(claim, id)}
              current={open === id}
              title={`${evidence.title}\n${evidence.snippet}`}
            >
              {chain > 0 ? <b class="chain-number">{chain}</b> : <Kind of={SHAPES[evidence.kind]} />}
              <span class="evidence-title">{evidence.title}</span>
              <q class="evidence-quote">{spelt(evidence.snippet)}</q>
            </EvidenceLink>
          </li>
        );
      })}
    </ul>
  );
}

/** A sentence of the report, in which each event that it names leads there. */
export function Sentence({ text, report, claim }: { text: string; report: Report; claim: string }) {
  return (
    <>
      {named(text, report.evidence_index).map(({ text: part, evidence }, index) =>
        evidence ? (
          <EvidenceLink key={index} evidence={evidence} claim={claim} class="link">
            {part}
          </EvidenceLink>
        ) : (
          part
        ),
      )}
    </>
  );
}
