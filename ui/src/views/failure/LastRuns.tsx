import { get, type Schemas } from "../../api/client";
import { ApiError } from "../../api/errors";
import { useLoad } from "../../api/load";
import { link } from "../../app/router";
import { type Column, Table } from "../../parts/Table";
import { Duration, Moment } from "../../parts/values";
import { Agent } from "../runs/columns";

type Row = Schemas["Sighting"] & { run: Schemas["RunDetail"] | null | undefined };

const COLUMNS: readonly Column<Row>[] = [
  {
    title: "Run",
    link: true,
    width: "minmax(120px, 1fr)",
    cell: ({ run_id }) => (
      <span class="mono" title={run_id}>
        {run_id}
      </span>
    ),
  },
  { title: "Agent", width: "minmax(120px, 1fr)", cell: ({ run }) => run && <Agent run={run} /> },
  {
    title: "Said",
    width: "minmax(120px, 1.6fr)",
    cell: ({ run }) => (
      <span class="dim" title={run?.error_message ?? undefined}>
        {run === null ? "This run is no longer there" : run?.error_message}
      </span>
    ),
  },
  { title: "Took", width: "64px", align: "end", cell: ({ run }) => run && <Duration ms={run.duration_ms} /> },
  { title: "Seen", width: "104px", align: "end", cell: (seen) => <Moment at={seen.seen_at} /> },
];

/** A run may be gone by now: it expired or was deleted. */
async function find(run_id: string, signal: AbortSignal): Promise<Schemas["RunDetail"] | null> {
  try {
    return await get("/agent-runs/{run_id}", { path: { run_id }, signal });
  } catch (error) {
    if (error instanceof ApiError && error.kind === "missing") return null;
    throw error;
  }
}

/** The runs that showed a failure last, each a way to its report. */
export function LastRuns({ failure }: { failure: Schemas["FailureDetail"] }) {
  const { fingerprint, last_runs: last } = failure;
  const runs = useLoad(`runs of ${fingerprint} ${failure.last_seen}`, (signal) =>
    Promise.all(last.map(({ run_id }) => find(run_id, signal))),
  );
  const rows = last.map((seen, at) => ({ ...seen, run: runs.data?.[at] })).reverse();
  return (
    <Table
      label="Runs that showed it last"
      rows={rows}
      columns={COLUMNS}
      phone={(row) => (
        <span class="run-phone">
          <span class="mono">{row.run_id}</span>
          <span>
            <span class="dim">
              {row.run ? <Agent run={row.run} /> : row.run === null ? "This run is no longer there" : ""}
            </span>
            <span class="dim run-phone-end">
              <Moment at={row.seen_at} />
            </span>
          </span>
        </span>
      )}
      keyOf={(row) => row.run_id}
      linkTo={(row) => link(`/runs/${encodeURIComponent(row.run_id)}`, { analysis: row.rca_run_id })}
    />
  );
}
