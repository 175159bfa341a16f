import { useEffect, useRef } from "preact/hooks";
import { Empty } from "../../parts/Empty";
import { ErrorNote } from "../../parts/ErrorNote";
import { Skeleton } from "../../parts/Skeleton";
import { Analyses, Changes } from "./Analyses";
import type { Analysing, RunDetail } from "./data";
import { change, shown } from "./logic/state";
import { Report } from "./Report";
import { Steps, Took } from "./Steps";

type Props = { run: RunDetail; analysing: Analysing; id: string | undefined };

/** The report, or what stands in its place; a drawer where the window is narrow. */
export function ReportPane({ run, analysing, id }: Props) {
  const pane = useRef<HTMLElement>(null);
  const open = shown.report.value;
  useEffect(() => {
    if (open) pane.current?.focus();
  }, [open]);
  const against = shown.against.value;
  const report = analysing.rca?.report;
  return (
    <section class="report-pane" ref={pane} data-open={open} aria-label="Why it failed" tabIndex={-1}>
      <div class="report-bar">
        {id && run.rca_runs.some((each) => each.rca_run_id === id) && <Analyses refs={run.rca_runs} chosen={id} />}
        <button type="button" class="quiet report-close" onClick={() => change({ report: null })}>
          Close
        </button>
      </div>
      {report && <Took analysing={analysing} />}
      {report && report.revision < run.revision && (
        <p class="report-note">
          The run was replaced since: this is of revision {report.revision}, it is now at {run.revision}. Press r to
          analyse it.
        </p>
      )}
      {against && id && <Changes before={against} after={id} refs={run.rca_runs} />}
      <Content run={run} analysing={analysing} id={id} />
    </section>
  );
}

function Content({ run, analysing, id }: Props) {
  const { rca, error, reload } = analysing;
  if (!id) return <NotAnalysed run={run} />;
  if (error !== undefined && !rca?.report) return <ErrorNote error={error} retry={reload} />;
  if (!rca) return <Skeleton lines={10} />;
  if (rca.report) return <Report report={rca.report} />;
  if (rca.status === "error") {
    return (
      <div class="error-note" role="alert">
        <h2>The analysis failed</h2>
        <p>{rca.error_message} Press r to try again.</p>
      </div>
    );
  }
  return <Steps analysing={analysing} />;
}

function NotAnalysed({ run }: { run: RunDetail }) {
  if (run.status === "running") {
    return (
      <Empty title="Under way">
        <p>What happens shows here by itself, and the report as soon as the run has failed.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Not analysed">
      <p>
        Press <kbd>r</kbd> to find {run.status === "failure" ? "the root cause" : "what failed in it"}. It takes about a
        second.
      </p>
    </Empty>
  );
}
