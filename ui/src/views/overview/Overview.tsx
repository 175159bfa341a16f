import "./overview.css";
import { signal } from "@preact/signals";
import { get } from "../../api/client";
import { useLoad } from "../../api/load";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { ErrorNote } from "../../parts/ErrorNote";
import { plural } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { Tabs } from "../../parts/Tabs";
import { Time } from "../../parts/values";
import { FirstRun } from "../first/FirstRun";
import { Figures, FiguresSkeleton } from "./Figures";
import { ListSkeleton } from "./Lines";
import { Agents, FailingTools } from "./Lists";
import { OpenFailures } from "./OpenFailures";
import { Over } from "./Over";
import { hoursOf, PERIODS } from "./periods";
import { inTurn } from "./turns";
import { Worse } from "./Worse";

const REFRESH_MS = 30_000;
const SLOW_REFRESH_MS = 300_000;
/** Once there was a run, an empty period is just that. */
const begun = signal(false);

export default function Overview() {
  const hours = hoursOf(query.value);
  const long = hours > 168;
  const bucket = long ? "day" : "hour";
  // The trend of a day reads a week of counters anyway, so that the day before comes for nothing.
  const back = long ? hours : hours * 2;
  const every = long ? SLOW_REFRESH_MS : REFRESH_MS;
  const asked = <T,>(signal: AbortSignal, ask: () => Promise<T>) => (long ? inTurn(ask, signal) : ask());
  const overview = useLoad(
    `overview ${hours}`,
    (signal) => asked(signal, () => get("/metrics/overview", { query: { hours }, signal })),
    every,
  );
  const categories = useLoad(
    `categories ${hours}`,
    (signal) =>
      asked(signal, () => get("/metrics/trends", { query: { hours: back, bucket, group_by: "category" }, signal })),
    every,
  );
  const versions = useLoad(
    `versions ${hours}`,
    (signal) => asked(signal, () => get("/metrics/trends", { query: { hours, bucket, group_by: "version" }, signal })),
    every,
  );
  const since = overview.data?.since;
  if (overview.data?.total_runs) begun.value = true;
  if (overview.data?.total_runs === 0) return <Nothing />;
  // Whatever keeps this away keeps the rest away, too: it is said once.
  if (overview.error !== undefined && !overview.data) {
    return (
      <>
        <Head />
        <ErrorNote error={overview.error} retry={overview.reload} />
      </>
    );
  }
  return (
    <>
      <Head />
      <Loaded of={overview} skeleton={<FiguresSkeleton />}>
        {(data) => <Figures overview={data} categories={categories.data} />}
      </Loaded>
      <Over categories={categories} versions={versions} overview={overview.data} hours={hours} />
      <div class="overview">
        <div>
          <OpenFailures />
          <section>
            <h2>Agents</h2>
            {overview.data ? (
              <Agents agents={overview.data.by_agent} since={overview.data.since} />
            ) : (
              <ListSkeleton of={overview} />
            )}
          </section>
        </div>
        <div>
          <Worse versions={versions} />
          <section>
            <h2>Failing tools</h2>
            {overview.data ? <FailingTools tools={overview.data.top_failing_tools} /> : <ListSkeleton of={overview} />}
          </section>
        </div>
      </div>
      {since && (
        <p class="dim">
          Runs that came in since <Time at={since} />
          {overview.data?.running ? (
            <>
              , and <a href={link("/runs", { status: "running" })}>{plural(overview.data.running, "run")} under way</a>
            </>
          ) : null}
          .
        </p>
      )}
    </>
  );
}

function Head() {
  return (
    <header class="view-head">
      <h1>Overview</h1>
      <Tabs name="hours" label="Period" tabs={PERIODS} />
    </header>
  );
}

/** No run in the period: either none at all yet, or none as young. */
function Nothing() {
  const any = useLoad("any run", (signal) => get("/agent-runs", { query: { limit: 1 }, signal }));
  if (any.data?.items.length === 0 && !begun.value) return <FirstRun />;
  return (
    <>
      <Head />
      {any.data && (
        <Empty title="No runs in this period">
          <p>
            The last one began <Time at={any.data.items[0]?.started_at} />. Choose a longer period, or go to{" "}
            <a href={link("/runs")}>all runs</a>.
          </p>
        </Empty>
      )}
    </>
  );
}
