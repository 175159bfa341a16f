import { Kind, type Shape } from "./Kind";
import { type Evidence, named, type Report } from "./logic/evidence";
import { shown } from "./logic/state";
import { chipId, openEvidence } from "./open";

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
            <button
              type="button"
              class="evidence"
              id={chipId(claim, id)}
              aria-pressed={open === id}
              title={`${evidence.title}\n${evidence.snippet}`}
              onClick={() => openEvidence(evidence, claim)}
            >
              {chain > 0 ? <b class="chain-number">{chain}</b> : <Kind of={SHAPES[evidence.kind]} />}
              <span class="evidence-title">{evidence.title}</span>
              <q class="evidence-quote">{evidence.snippet}</q>
            </button>
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
          <button key={index} type="button" class="link" onClick={() => openEvidence(evidence, claim)}>
            {part}
          </button>
        ) : (
          part
        ),
      )}
    </>
  );
}
