import { get, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { NOTHING } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { type Column, Table } from "../../parts/Table";
import { type Filter, Tokens } from "../../parts/Tokens";
import { Chip, Duration, Money, StatusDot, Time } from "../../parts/values";

type Run = Schemas["ListedRun"];

const FILTERS: readonly Filter[] = [
  { name: "agent_name", title: "agent" },
  { name: "status", title: "status", values: ["success", "failure", "running"] },
  { name: "environment", title: "environment" },
  { name: "since", title: "since" },
  { name: "until", title: "until" },
];

const COLUMNS: readonly Column<Run>[] = [
  { title: "Status", width: "88px", cell: (run) => <StatusDot status={run.status} /> },
  { title: "Run", link: true, width: "minmax(120px, 1.4fr)", cell: (run) => <span class="mono">{run.run_id}</span> },
  { title: "Agent", width: "minmax(96px, 1fr)", cell: (run) => run.agent_name, wide: true },
  { title: "Version", width: "80px", cell: (run) => run.agent_version ?? NOTHING, wide: true },
  { title: "What failed", width: "minmax(120px, 2fr)", cell: (run) => <Failed run={run} />, wide: true },
  { title: "Took", width: "72px", align: "end", cell: (run) => <Duration ms={run.duration_ms} /> },
  { title: "Cost", width: "72px", align: "end", cell: (run) => <Money usd={run.cost?.total_cost_usd} />, wide: true },
  { title: "Started", width: "128px", align: "end", cell: (run) => <Time at={run.started_at} />, wide: true },
];

export default function Runs() {
  const state = Object.fromEntries(FILTERS.map(({ name }) => [name, query.value.get(name) ?? undefined]));
  const pages = usePages(`runs ${JSON.stringify(state)}`, (cursor, signal) =>
    get("/agent-runs", { query: { ...state, limit: 100, cursor } as object, ...(signal && { signal }) }),
  );
  return (
    <>
      <header class="view-head">
        <h1>Runs</h1>
      </header>
      <Tokens filters={FILTERS} />
      <Loaded of={pages}>
        {() =>
          pages.rows.length ? (
            <Table
              label="Runs"
              rows={pages.rows}
              columns={COLUMNS}
              keyOf={(run) => run.run_id}
              linkTo={(run) => link(`/runs/${encodeURIComponent(run.run_id)}`)}
              onEnd={pages.more}
            />
          ) : (
            <Nothing filtered={Object.values(state).some(Boolean)} />
          )
        }
      </Loaded>
    </>
  );
}

function Failed({ run }: { run: Run }) {
  if (run.status !== "success") return <span class="dim">{run.error_message ?? run.error_type ?? ""}</span>;
  const calls = run.unrecovered_failures ?? 0;
  return calls ? (
    <Chip title="It says that it succeeded; nothing made these calls good.">{calls} failed, not recovered</Chip>
  ) : null;
}

function Nothing({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty title="No run is like that">
      <a href={link("/runs")}>Take the filters away</a>
    </Empty>
  ) : (
    <Empty title="No runs yet">
      <p>
        Send one from the <a href={link("/console")}>console</a>, or POST it to /agent-runs.
      </p>
    </Empty>
  );
}
