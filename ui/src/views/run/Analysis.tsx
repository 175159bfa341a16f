import { useEffect, useState } from "preact/hooks";
import { get, type Schemas } from "../../api/client";
import { follow, type Progress } from "../../api/follow";
import { useLoad } from "../../api/load";
import { link, path, query } from "../../app/router";
import { words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { CategoryMark, Chip } from "../../parts/values";

type Rca = Schemas["RcaDetail"];
type Report = Schemas["RcaReport"];

const STEPS = ["Starting RCA", "Collecting evidence", "Classifying failure", "Generating report", "RCA complete"];

/** An analysis: its steps as they come, then its report. */
export function Analysis({ id }: { id: string }) {
  const loaded = useLoad(`analysis ${id}`, (signal) =>
    get("/agent-runs/rca-runs/{rca_run_id}", { path: { rca_run_id: id }, signal }),
  );
  return <Loaded of={loaded}>{(rca) => <State rca={rca} reload={loaded.reload} />}</Loaded>;
}

function State({ rca, reload }: { rca: Rca; reload: () => void }) {
  const [progress, setProgress] = useState<Progress>(rca);
  const ended = rca.status === "done" || rca.status === "error";
  useEffect(() => {
    if (ended) return;
    const abort = new AbortController();
    follow(rca.rca_run_id, rca.stream_url, { onProgress: setProgress, signal: abort.signal }).then(reload, reload);
    return () => abort.abort();
  }, [rca.rca_run_id, ended]);
  if (rca.report) return <Shown report={rca.report} />;
  if (rca.status === "error") return <p role="alert">The analysis failed: {rca.error_message}</p>;
  const reached = STEPS.indexOf(progress.step);
  return (
    <ol class="steps" aria-live="polite">
      {STEPS.map((step, index) => (
        <li key={step} data-reached={index <= reached}>
          {step}
        </li>
      ))}
    </ol>
  );
}

function Shown({ report }: { report: Report }) {
  return (
    <article class="report">
      <header>
        <CategoryMark category={report.category} /> <span class="dim">{words(report.cause)}</span>
      </header>
      <p>{report.summary}</p>
      {report.insufficient_evidence && (
        <div class="report-missing">
          <h2>Insufficient evidence</h2>
          <p>{report.insufficient_reason}</p>
          <ul>
            {report.missing_evidence.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
      {report.hypotheses.map((hypothesis) => (
        <section key={hypothesis.hypothesis_id}>
          <h2>
            {hypothesis.title} <Chip>{hypothesis.confidence} confidence</Chip>
          </h2>
          <p>{hypothesis.description}</p>
          <Citations ids={hypothesis.evidence_ids} report={report} />
          <h3>Fix</h3>
          <p>{hypothesis.mitigation}</p>
          <h3>Check</h3>
          <ul class="report-list">
            {hypothesis.verification_steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </section>
      ))}
      <section>
        <h2>To do</h2>
        <ul class="report-list">
          {report.action_items.map((item) => (
            <li key={item.action_id}>
              <b>{item.title}</b> <span class="dim">{item.description}</span>
            </li>
          ))}
        </ul>
      </section>
    </article>
  );
}

/** What a claim rests on: each leads to its event. */
function Citations({ ids, report }: { ids: readonly string[]; report: Report }) {
  const state = Object.fromEntries(query.value);
  const index = new Map(report.evidence_index.map((evidence) => [evidence.evidence_id, evidence]));
  return (
    <ul class="citations" aria-label="Evidence">
      {ids.map((id) => {
        const evidence = index.get(id);
        return evidence ? (
          <li key={id}>
            <a class="citation" href={link(path.value, { ...state, event: evidence.ref_id })}>
              <span>{evidence.title}</span>
              <code>{evidence.snippet}</code>
            </a>
          </li>
        ) : null;
      })}
    </ul>
  );
}
