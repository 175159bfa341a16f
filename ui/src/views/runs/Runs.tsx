import "./runs.css";
import { useState } from "preact/hooks";
import { get, type Schemas } from "../../api/client";
import { useLoad } from "../../api/load";
import { usePages } from "../../api/pages";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { Further } from "../../parts/Further";
import { plural } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { RowsSkeleton } from "../../parts/RowsSkeleton";
import type { Suggestion } from "../../parts/suggest";
import { Table } from "../../parts/Table";
import { Tokens } from "../../parts/Tokens";
import { Time } from "../../parts/values";
import { FirstRun } from "../first/FirstRun";
import { COLUMNS, PhoneRow } from "./columns";
import { runFilters } from "./filters";
import { useLive } from "./live";

type Run = Schemas["ListedRun"];

const PAGE = 100;
/** What the suggestions are of. */
const KNOWN_HOURS = 168;

export default function Runs() {
  const known = useLoad("known names", (signal) => get("/metrics/overview", { query: { hours: KNOWN_HOURS }, signal }));
  const filters = runFilters(known.data, new Date(), query.value.get("agent_name"));
  const state = Object.fromEntries(filters.map(({ name }) => [name, query.value.get(name) ?? undefined]));
  const filtered = Object.values(state).some(Boolean);
  const key = `runs ${JSON.stringify(state)}`;
  const pages = usePages<Run>(key, (cursor, signal) =>
    get("/agent-runs", {
      query: { ...state, findings: true, limit: PAGE, cursor } as object,
      ...(signal && { signal }),
    }),
  );
  const [top, setTop] = useState(true);
  const live = useLive(key, pages.rows, state, top);
  if (pages.data && !filtered && !live.rows.length) return <FirstRun />;
  return (
    <>
      <header class="view-head">
        <h1>Runs</h1>
        {pages.data && <LiveState {...live} />}
      </header>
      <Tokens filters={filters} placeholder="Filter, or search by id, agent, error or trace" others={searches} />
      <Loaded of={pages} skeleton={<RowsSkeleton />}>
        {() =>
          live.rows.length ? (
            <Table
              label="Runs"
              rows={live.rows}
              columns={COLUMNS}
              phone={(run) => <PhoneRow run={run} />}
              keyOf={(run) => run.run_id}
              linkTo={(run) => link(`/runs/${encodeURIComponent(run.run_id)}`, { analysis: run.finding?.rca_run_id })}
              isNew={live.isNew}
              onEnd={pages.more}
              onTop={setTop}
              fill
            />
          ) : (
            pages.ended && <Nothing state={state} />
          )
        }
      </Loaded>
      <Further pages={pages} what="runs" />
    </>
  );
}

function Nothing({ state }: { state: Record<string, string | undefined> }) {
  const { since, ...others } = state;
  return (
    <Empty title="No run is like that">
      {since && (
        <p>
          None that began since <Time at={since} />. The overview counts runs by when they came in, also those that
          began long before. <a href={link("/runs", others)}>Look further back</a>
        </p>
      )}
      <p>
        New ones show here as they come. <a href={link("/runs")}>Take the filters away</a>
      </p>
    </Empty>
  );
}

type LiveProps = Pick<ReturnType<typeof useLive>, "state" | "waiting" | "show">;

function LiveState({ state, waiting, show }: LiveProps) {
  if (state === "still") return <span class="live dim">Of the past</span>;
  return (
    <span class="live" data-state={state} role="status">
      {waiting > 0 && (
        <button type="button" onClick={show}>
          {plural(waiting, "new run")}
        </button>
      )}
      <i aria-hidden="true" />
      {state === "lost" ? "Not live: the API does not answer" : "Live"}
    </span>
  );
}

const ID = /^[A-Za-z0-9._:-]{4,128}$/;

/** What a text that is no filter may be: part of a run's texts, or its id. */
function searches(text: string): Suggestion[] {
  const found: Suggestion[] = [{ key: "text", label: `contains: ${text}`, detail: "search", set: { text } }];
  if (ID.test(text)) {
    found.push({
      key: "id",
      label: `Open run ${text}`,
      detail: "by id",
      to: link(`/runs/${encodeURIComponent(text)}`),
    });
  }
  return found;
}
