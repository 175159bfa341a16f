import "./run.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import { request } from "../../api/client";
import { explain } from "../../api/errors";
import { useKeys } from "../../app/keys";
import type { ViewProps } from "../../app/places";
import { link } from "../../app/router";
import { say } from "../../app/toasts";
import { Empty } from "../../parts/Empty";
import { ErrorNote } from "../../parts/ErrorNote";
import { Skeleton } from "../../parts/Skeleton";
import { CategoryMark } from "../../parts/values";
import { type Analysing, isMissing, type RunDetail, useAnalysis, useEvents, useRun } from "./data";
import { EventPane } from "./EventPane";
import { Head } from "./Head";
import { placeOf, type Report, rolesIn } from "./logic/evidence";
import { lastBegun } from "./logic/replay";
import { spanOf } from "./logic/scale";
import { change, forgetHeld, RUN, show, shown } from "./logic/state";
import { treeOf } from "./logic/tree";
import { closeEvidence, type Open, openEvidence, openIn, stepEvidence, useReturn } from "./open";
import { Replay } from "./Replay";
import { ReportPane } from "./ReportPane";
import { Toolbar } from "./Toolbar";
import { Waterfall } from "./Waterfall";
import { headline } from "./words";

/** A run: left what happened, right why it failed, below the event that is looked at. */
export default function Run({ params }: ViewProps) {
  const id = params.id ?? "";
  const { data, error, reload } = useRun(id);
  useEffect(() => forgetHeld, []);
  if (isMissing(error)) return <Gone id={id} known={data !== undefined} />;
  if (!data) return error === undefined ? <Shape /> : <ErrorNote error={error} retry={reload} />;
  return <Shown run={data} reload={reload} />;
}

function Gone({ id, known }: { id: string; known: boolean }) {
  return (
    <div class="empty gone">
      <h1>{known ? "This run was deleted" : "There is no such run"}</h1>
      <p>
        <code class="gone-id">{id}</code>
      </p>
      <p>
        {known
          ? "It went with its events, its analyses and their reports."
          : "It may have been deleted, or have expired, or its id is another one."}
      </p>
      <a class="link" href={link("/runs")}>
        See the runs there are
      </a>
    </div>
  );
}

/** The shape of what is to come. */
function Shape() {
  return (
    <div class="run-view">
      <div class="run-head">
        <Skeleton lines={2} />
      </div>
      <div class="run-body">
        <div class="run-left run-shape">
          <Skeleton lines={10} />
        </div>
        <div class="report-pane">
          <Skeleton lines={8} />
        </div>
      </div>
    </div>
  );
}

function Shown({ run, reload }: { run: RunDetail; reload: () => void }) {
  const id = shown.analysis.value ?? run.rca_runs.at(-1)?.rca_run_id;
  const analysing = useAnalysis(id, reload);
  const report = analysing.rca?.report;
  const events = useEvents(run.run_id, run.revision);
  const items = events.data?.items;
  const tree = useMemo(() => treeOf(items ?? [], run.agent_name), [items, run.agent_name]);
  // A run that is under way has lasted until now: until the header was asked for last.
  const ended = run.status === "running" ? new Date().toISOString() : run.ended_at;
  const span = useMemo(
    () => spanOf(items ?? [], run.started_at, ended),
    [items, run.started_at, run.status === "running" ? run : ended],
  );
  const roles = useMemo(() => rolesIn(report), [report]);
  const [asking, analyse] = useAnalyse(run, reload);

  const evidence = shown.evidence.value;
  const chosen = shown.event.value;
  const asked = openIn(report, evidence, shown.claim.value);
  // Nobody chose: the proof of the root cause is what to see first.
  const root = useMemo(() => openIn(report, report ? firstSight(report) : null, null), [report]);
  const open = asked ?? (chosen ? undefined : root);
  const at = shown.at.value;
  const last = useMemo(() => (at === null ? undefined : lastBegun(items ?? [], span, at)), [items, span, at]);
  const looked = chosen ?? last ?? (open ? placeOf(open.evidence) : RUN);
  useReturn(asked);
  useEvidenceKeys(asked, root, report);
  return (
    <div class="run-view" data-asked={asked !== undefined || chosen !== null} data-report={shown.report.value}>
      <Head run={run} analyse={analyse} asking={asking} answer={<AnswerLine analysing={analysing} />} />
      <div class="run-body">
        <div class="run-left">
          {events.error !== undefined && <ErrorNote error={events.error} retry={events.reload} />}
          {items?.length === 0 && (
            <Empty title="No event was recorded">
              <p>Record the agent's steps and tool calls: without them there is nothing to find a cause in.</p>
            </Empty>
          )}
          {items && items.length > 0 && (
            <section class="run-happened" aria-label="What happened">
              <Toolbar hasPath={roles.size > 0} hasTimes={span.ms > 1} />
              {at !== null && <Replay events={items} span={span} at={at} />}
              <Waterfall
                run={run}
                tree={tree}
                span={span}
                roles={roles}
                looked={looked}
                total={events.data?.total ?? items.length}
              />
            </section>
          )}
          {!items && events.error === undefined && (
            <div class="run-shape">
              <Skeleton lines={10} />
            </div>
          )}
          {items && (
            <EventPane
              run={run}
              tree={tree}
              span={span}
              path={looked}
              at={at}
              report={report}
              open={at === null ? open : asked}
              asked={asked !== undefined}
            />
          )}
        </div>
        <ReportPane run={run} analysing={analysing} id={id} />
      </div>
    </div>
  );
}

/** The root of the failure; where there is none, what failed and was not made good. */
function firstSight(report: Report): string | null {
  const left = report.evidence_index.filter((each) => !report.recovered_evidence_ids.includes(each.evidence_id));
  return report.root_evidence_id ?? left[0]?.evidence_id ?? null;
}

/** The answer in a line that opens the report, where the report is a drawer. */
function AnswerLine({ analysing: { rca } }: { analysing: Analysing }) {
  const report = rca?.report;
  return (
    <button
      type="button"
      class="answer-line"
      aria-expanded={shown.report.value}
      onClick={() => show({ report: "open" })}
    >
      {report && report.hypotheses.length > 0 && <CategoryMark category={report.category} quiet />}
      <span>{report ? headline(report) : rca ? "Analysing" : "Not analysed"}</span>
    </button>
  );
}

function useAnalyse(run: RunDetail, reload: () => void): [boolean, () => void] {
  const [asking, setAsking] = useState(false);
  const analyse = () => {
    if (asking) return;
    setAsking(true);
    request("post", "/agent-runs/{run_id}/rca-runs", {
      path: { run_id: run.run_id },
      query: { force: run.rca_runs.some((each) => each.revision === run.revision) },
    })
      .then(
        (created) => {
          change({ analysis: created.rca_run_id, against: null, evidence: null, claim: null, event: null });
          reload();
        },
        (error: unknown) => say(`${explain(error).title}. ${explain(error).remedy}`),
      )
      .finally(() => setAsking(false));
  };
  useKeys([{ keys: "r", does: "analyse the run", run: analyse }]);
  return [asking, analyse];
}

function useEvidenceKeys(asked: Open | undefined, root: Open | undefined, report: Parameters<typeof openIn>[0]): void {
  const open = () => {
    const now = openIn(report, shown.evidence.peek(), shown.claim.peek());
    if (now && report) stepEvidence(report, now, 1);
    else if (root) openEvidence(root.evidence, root.claim);
  };
  const back = () => {
    if (asked) closeEvidence();
    else if (shown.report.value) change({ report: null });
  };
  useKeys([
    { keys: "e", does: "open the evidence, then the next", run: open },
    { keys: "Escape", does: "back to the claim", run: back },
  ]);
}
