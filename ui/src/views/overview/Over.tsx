import { useMemo } from "preact/hooks";
import type { Schemas } from "../../api/client";
import type { Loading } from "../../api/load";
import { link, query, setQuery } from "../../app/router";
import { HistoryChart, type Marker } from "../../charts/HistoryChart";
import { HistoryTable } from "../../charts/HistoryTable";
import { counted, historyOf, since } from "../../charts/history";
import { Loaded } from "../../parts/Loaded";
import { hoursOfBar, nameOf } from "./periods";

type Trends = Schemas["Trends"];
type Props = {
  categories: Loading<Trends>;
  versions: Loading<Trends>;
  overview: Schemas["Overview"] | undefined;
  hours: number;
};
const MOST_MARKERS = 3;

/** Successes and failures over time, as a chart or, as the address says, as a table. */
export function Over({ categories, versions, overview, hours }: Props) {
  const table = query.value.get("as") === "table";
  const utc = hours > 168;
  const from = overview?.since;
  const history = useMemo(() => {
    if (!categories.data || !overview) return undefined;
    const trends = since(categories.data, overview.since);
    const runs = runsOf(versions.data, trends.buckets);
    return historyOf(trends, runs, Date.parse(overview.as_of ?? overview.since), utc ? 1 : hoursOfBar(hours));
  }, [categories.data, versions.data, overview, hours]);
  const linkOf = (begins: number, ends: number, category?: string) =>
    link("/runs", {
      since: begins ? new Date(begins).toISOString() : from,
      until: ends ? new Date(ends).toISOString() : null,
      ...(category ? { category } : {}),
    });
  return (
    <section class="over">
      <header class="over-head">
        <h2>Over time</h2>
        <button type="button" class="quiet" onClick={() => setQuery({ as: table ? null : "table" })}>
          {table ? "Show as chart" : "Show as table"}
        </button>
      </header>
      <Loaded of={categories} skeleton={<div class="over-empty" role="status" aria-label="Loading" />}>
        {() =>
          history && overview ? (
            table ? (
              <HistoryTable history={history} utc={utc} linkOf={linkOf} />
            ) : (
              <HistoryChart
                history={history}
                total={counted(overview.successes + overview.failures, overview.failures)}
                period={nameOf(hours)}
                utc={utc}
                markers={markersOf(versions.data)}
                linkOf={linkOf}
              />
            )
          ) : (
            <div class="over-empty" role="status" aria-label="Loading" />
          )
        }
      </Loaded>
    </section>
  );
}

/** How many runs ended in each bucket, by the versions that ran. */
function runsOf(versions: Trends | undefined, buckets: readonly string[]): number[] {
  if (!versions) return [];
  return buckets.map((bucket) => {
    const at = versions.buckets.indexOf(bucket);
    return versions.groups.reduce((all, { total }) => all + (total[at] ?? 0), 0);
  });
}

/** The versions that got worse, where they began. */
function markersOf(versions: Trends | undefined): Marker[] {
  return (versions?.groups ?? [])
    .flatMap(({ group, agent_name, regression }) =>
      regression ? [{ at: Date.parse(regression.since), text: `${short(agent_name ?? "")} ${short(group)}` }] : [],
    )
    .slice(0, MOST_MARKERS);
}

const short = (name: string): string => (name.length > 28 ? `${name.slice(0, 27)}…` : name);
