import { get, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { count, NOTHING, words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { type Column, Table } from "../../parts/Table";
import { Tabs } from "../../parts/Tabs";
import { type Filter, Tokens } from "../../parts/Tokens";
import { CategoryMark, StatusDot, Time } from "../../parts/values";

type Failure = Schemas["Failure"];

const FILTERS: readonly Filter[] = [
  { name: "category", title: "category" },
  { name: "agent_name", title: "agent" },
  { name: "status", title: "status", values: ["open", "resolved", "reopened"] },
  { name: "since", title: "since" },
];
const SORTS = [
  { value: "last_seen", title: "Newest" },
  { value: "count", title: "Most frequent" },
];

const COLUMNS: readonly Column<Failure>[] = [
  { title: "Status", width: "96px", cell: (failure) => <StatusDot status={failure.status} /> },
  { title: "Category", width: "180px", cell: (failure) => <CategoryMark category={failure.category} />, wide: true },
  {
    title: "Failure",
    link: true,
    width: "minmax(120px, 2fr)",
    cell: (failure) => (
      <>
        {failure.tool && <span class="mono">{failure.tool} </span>}
        {words(failure.cause)} <span class="dim">{failure.message}</span>
      </>
    ),
  },
  { title: "Agents", width: "minmax(96px, 1fr)", cell: (failure) => failure.agents.join(", "), wide: true },
  { title: "Last version", width: "88px", cell: (failure) => failure.last_version ?? NOTHING, wide: true },
  { title: "Runs", width: "56px", align: "end", cell: (failure) => count(failure.count) },
  { title: "Last seen", width: "128px", align: "end", cell: (failure) => <Time at={failure.last_seen} />, wide: true },
];

export default function Failures() {
  const state = Object.fromEntries(
    [...FILTERS.map(({ name }) => name), "sort"].map((name) => [name, query.value.get(name)]),
  );
  const pages = usePages(`failures ${JSON.stringify(state)}`, (cursor, signal) =>
    get("/failures", { query: { ...state, limit: 100, cursor } as object, ...(signal && { signal }) }),
  );
  return (
    <>
      <header class="view-head">
        <h1>Failures</h1>
        <Tabs name="sort" label="Order" tabs={SORTS} />
      </header>
      <Tokens filters={FILTERS} />
      <Loaded of={pages}>
        {() =>
          pages.rows.length ? (
            <Table
              label="Failures"
              rows={pages.rows}
              columns={COLUMNS}
              keyOf={(failure) => failure.fingerprint}
              linkTo={(failure) => link(`/failures/${failure.fingerprint}`)}
              onEnd={pages.more}
            />
          ) : (
            <Empty title="No failures">
              <p>What fails in more than one run is listed here, once its analyses are done.</p>
            </Empty>
          )
        }
      </Loaded>
    </>
  );
}
