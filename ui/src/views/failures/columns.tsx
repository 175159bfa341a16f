import type { Schemas } from "../../api/client";
import { ago, count, NOTHING } from "../../parts/format";
import type { Column } from "../../parts/Table";
import { CategoryMark } from "../../parts/values";
import { State } from "./State";
import { lifeOf, runsOf, titleOf, versionsOf } from "./words";

type Failure = Schemas["Failure"];

/** What fails, and the message that it shows, on two lines. */
function What({ failure }: { failure: Failure }) {
  return (
    <span class="failure-what" title={[titleOf(failure), failure.message].filter(Boolean).join("\n")}>
      <span>{titleOf(failure)}</span>
      <span class="mono dim">{failure.message ?? NOTHING}</span>
    </span>
  );
}

/** When it was seen, as a bar on the time since the oldest of the list. */
function Life({ failure, from, now }: { failure: Failure; from: number; now: Date }) {
  const { left, width } = lifeOf(failure.first_seen, failure.last_seen, from, now.getTime());
  return (
    <span class="life" title={`seen from ${failure.first_seen} to ${failure.last_seen}`}>
      <i style={{ left: `${left}%`, width: `max(4px, ${width}%)` }} />
    </span>
  );
}

function Agents({ agents }: { agents: readonly string[] }) {
  const [first, ...others] = agents;
  return (
    <span title={agents.join(", ")}>
      {first}
      {others.length > 0 && <span class="dim"> and {others.length} more</span>}
    </span>
  );
}

/** The columns of a list whose oldest failure was first seen at a moment. */
export function columns(from: number, now: Date): Column<Failure>[] {
  return [
    { title: "Category", quiet: true, width: "24px", cell: (each) => <CategoryMark category={each.category} quiet /> },
    { title: "Failure", link: true, width: "minmax(180px, 2.6fr)", cell: (each) => <What failure={each} /> },
    { title: "Agents", width: "minmax(96px, 1fr)", cell: (each) => <Agents agents={each.agents} /> },
    {
      title: "Versions",
      width: "112px",
      cell: (each) => <span title={versionsOf(each)}>{versionsOf(each) || NOTHING}</span>,
    },
    { title: "State", width: "152px", cell: (each) => <State failure={each} /> },
    { title: "First to last seen", width: "120px", cell: (each) => <Life failure={each} from={from} now={now} /> },
    { title: "Runs", width: "56px", align: "end", cell: (each) => count(runsOf(each)) },
    { title: "Last seen", width: "72px", align: "end", cell: (each) => <Ago at={each.last_seen} now={now} /> },
  ];
}

function Ago({ at, now }: { at: string; now: Date }) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString("en")}>
      {ago(at, now)}
    </time>
  );
}

/** The same in two lines. */
export function PhoneRow({ failure }: { failure: Failure }) {
  return (
    <span class="failure-phone">
      <CategoryMark category={failure.category} quiet />
      <span class="failure-what">
        <span>{titleOf(failure)}</span>
        <State failure={failure} />
      </span>
      <span class="failure-phone-end number">
        <span>{count(runsOf(failure))}</span>
        <span class="dim">{ago(failure.last_seen, new Date())}</span>
      </span>
    </span>
  );
}
