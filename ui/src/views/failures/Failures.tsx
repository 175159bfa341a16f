import "./failures.css";
import { get, type Schemas } from "../../api/client";
import { useLoad } from "../../api/load";
import { usePages } from "../../api/pages";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { Further } from "../../parts/Further";
import { words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { RowsSkeleton } from "../../parts/RowsSkeleton";
import type { Filter } from "../../parts/suggest";
import { Table } from "../../parts/Table";
import { Tabs } from "../../parts/Tabs";
import { Tokens } from "../../parts/Tokens";
import { runFilters } from "../runs/filters";
import { columns, PhoneRow } from "./columns";

type Failure = Schemas["Failure"];

const KNOWN_HOURS = 168;
const PAGE = 100;
const ROW = 52;
const SORTS = [
  { value: "recent", title: "Newest" },
  { value: "count", title: "Most frequent" },
];
const STATES: Filter = {
  name: "status",
  title: "state",
  closed: true,
  values: [
    { value: "open", title: "open" },
    { value: "reopened", title: "came back" },
    { value: "resolved", title: "resolved" },
  ],
};

export default function Failures() {
  const known = useLoad("known names", (signal) => get("/metrics/overview", { query: { hours: KNOWN_HOURS }, signal }));
  const filters = failureFilters(known.data);
  const state = Object.fromEntries(
    [...filters.map(({ name }) => name), "sort"].map((name) => [name, query.value.get(name) ?? undefined]),
  );
  const filtered = filters.some(({ name }) => state[name]);
  const pages = usePages<Failure>(`failures ${JSON.stringify(state)}`, (cursor, signal) =>
    get("/failures", { query: { ...state, limit: PAGE, cursor } as object, ...(signal && { signal }) }),
  );
  const oldest = Math.min(...pages.rows.map((failure) => Date.parse(failure.first_seen)));
  return (
    <>
      <header class="view-head">
        <h1>Failures</h1>
        <Tabs name="sort" label="Order" tabs={SORTS} />
      </header>
      <Tokens filters={filters} placeholder={`Filter by ${filters.map(({ title }) => title).join(", ")}`} />
      <Loaded of={pages} skeleton={<RowsSkeleton />}>
        {() =>
          pages.rows.length ? (
            <Table
              label="Failures"
              rows={pages.rows}
              columns={columns(oldest, new Date())}
              phone={(failure) => <PhoneRow failure={failure} />}
              keyOf={(failure) => failure.fingerprint}
              linkTo={(failure) => link(`/failures/${failure.fingerprint}`)}
              height={ROW}
              onEnd={pages.more}
              fill
            />
          ) : !pages.ended ? null : filtered ? (
            <Empty title="No failure is like that">
              <p>
                <a href={link("/failures", { sort: state.sort })}>Take the filters away</a>
              </p>
            </Empty>
          ) : (
            <Empty title="No failures">
              <p>What fails is listed here once its analysis is done, one entry however many runs show it.</p>
            </Empty>
          )
        }
      </Loaded>
      <Further pages={pages} what="failures" />
    </>
  );
}

function failureFilters(known: Schemas["Overview"] | undefined): Filter[] {
  const ofRuns = runFilters(known, new Date(), null);
  const same = (name: string) => ofRuns.filter((filter) => filter.name === name);
  const tools = (known?.top_failing_tools ?? []).map(({ tool }) => ({ value: tool }));
  return [
    STATES,
    ...same("category").map((filter) => ({
      ...filter,
      hint: "",
      // Of those that were not analysed there is no failure to list.
      values: (filter.values ?? [])
        .filter(({ value }) => value !== "not_analysed")
        .map((each) => ({ ...each, title: words(each.value) })),
    })),
    { name: "tool", title: "tool", values: tools },
    ...same("agent_name"),
    ...same("since"),
  ];
}
