import { useEffect, useRef } from "preact/hooks";
import { get, type Schemas } from "../../api/client";
import { useLoad } from "../../api/load";
import { link, path, query } from "../../app/router";
import { words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { Time } from "../../parts/values";
import type { RunDetail } from "./data";

type Ref = RunDetail["rca_runs"][number];
type Difference = Schemas["Difference"];

const state = () => Object.fromEntries(query.value);

/** All analyses of the run, newest first, and what changed between two of them. */
export function Analyses({ refs, chosen }: { refs: readonly Ref[]; chosen: string }) {
  const at = refs.findIndex((each) => each.rca_run_id === chosen);
  const current = refs[at];
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = (event: Event) => {
      const inside = event.target instanceof Node && box.current?.contains(event.target);
      if (!inside || (event instanceof KeyboardEvent && event.key === "Escape")) box.current?.removeAttribute("open");
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", leave);
    };
  }, []);
  return (
    <details class="analyses" ref={box}>
      <summary>
        Analysis {at + 1} of {refs.length}
        {current && (
          <span class="dim">
            {" "}
            <Time at={current.created_at} />
          </span>
        )}
      </summary>
      {/* What is chosen shows: the list gives way. */}
      <ol onClick={() => box.current?.removeAttribute("open")}>
        {refs
          .map((each, index) => ({ each, index }))
          .reverse()
          .map(({ each, index }) => (
            <li key={each.rca_run_id} data-chosen={each.rca_run_id === chosen}>
              <a
                href={link(path.value, {
                  ...state(),
                  analysis: index === refs.length - 1 ? null : each.rca_run_id,
                  against: null,
                  evidence: null,
                  claim: null,
                })}
                aria-current={each.rca_run_id === chosen ? "true" : undefined}
              >
                <span class="number dim">{index + 1}</span>
                <span>
                  {each.status === "done"
                    ? [each.category, each.cause]
                        .filter(Boolean)
                        .map((name) => words(name ?? ""))
                        .join(", ") || "done"
                    : words(each.status)}
                </span>
                <span class="dim">{[each.confidence, `revision ${each.revision}`].filter(Boolean).join(", ")}</span>
                <Time at={each.created_at} />
              </a>
              {each.rca_run_id !== chosen && each.status === "done" && current?.status === "done" && (
                <a class="link" href={link(path.value, { ...state(), against: each.rca_run_id })}>
                  What changed
                </a>
              )}
            </li>
          ))}
      </ol>
    </details>
  );
}

/** What changed from one analysis to another of the same run. */
export function Changes({ before, after, refs }: { before: string; after: string; refs: readonly Ref[] }) {
  const loaded = useLoad(`changes ${before} ${after}`, (signal) =>
    get("/agent-runs/rca-runs/{rca_run_id}/comparison", { path: { rca_run_id: after }, query: { before }, signal }),
  );
  const number = (id: string) => refs.findIndex((each) => each.rca_run_id === id) + 1;
  return (
    <section class="changes" aria-label="What changed">
      <header>
        <h2>
          Analysis {number(after)} beside {number(before)}
        </h2>
        <a class="link" href={link(path.value, { ...state(), against: null })}>
          Close
        </a>
      </header>
      <Loaded of={loaded}>{(changes) => <Shown changes={changes} />}</Loaded>
    </section>
  );
}

function Shown({ changes }: { changes: Schemas["Comparison"] }) {
  const changed = changes.hypotheses.filter(
    (each) =>
      each.rank_before !== each.rank_after ||
      each.differences.length ||
      each.evidence_added.length ||
      each.evidence_dropped.length,
  );
  return (
    <>
      {changes.same && <p>Both say the same.</p>}
      <Differences of={changes.differences} />
      {changed.map((each) => (
        <div key={`${each.category} ${each.title}`}>
          <p>
            <span class="change-sign">{sign(each.rank_before, each.rank_after)}</span> {each.title}{" "}
            <span class="dim">{each.confidence}</span>
          </p>
          <Differences of={each.differences} />
        </div>
      ))}
      {changes.causal_chain_changed && <p>The way to the failure is another one.</p>}
      <Sights title="Cites now" sign="+" of={changes.evidence_added} />
      <Sights title="Cites no more" sign="−" of={changes.evidence_dropped} />
      {changes.made_with.length > 0 && (
        <>
          <h3>Made with</h3>
          <Differences of={changes.made_with} />
        </>
      )}
    </>
  );
}

function sign(before: number | null, after: number | null): string {
  if (before === null) return "+";
  if (after === null) return "−";
  return before === after ? "~" : `${before} → ${after}`;
}

function Differences({ of }: { of: readonly Difference[] }) {
  if (!of.length) return null;
  return (
    <dl class="differences">
      {of.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{words(field)}</dt>
          <dd>
            <del>{said(before)}</del> → <ins>{said(after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const said = (value: Difference["before"]): string => (value === null ? "none" : words(String(value)));

function Sights({
  title,
  sign: mark,
  of,
}: {
  title: string;
  sign: string;
  of: readonly Schemas["ComparedEvidence"][];
}) {
  if (!of.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {of.map((each) => (
          <li key={each.evidence_id}>
            <span class="change-sign">{mark}</span> {each.title}
          </li>
        ))}
      </ul>
    </>
  );
}
