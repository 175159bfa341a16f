import { useState } from "preact/hooks";
import { get, request, type Schemas } from "../../api/client";
import { explain } from "../../api/errors";
import { useLoad } from "../../api/load";
import type { ViewProps } from "../../app/places";
import { link } from "../../app/router";
import { say } from "../../app/toasts";
import { Fact } from "../../parts/Fact";
import { count, NOTHING, words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { type Column, Table } from "../../parts/Table";
import { CategoryMark, StatusDot, Time } from "../../parts/values";

type Sighting = Schemas["Sighting"];

const COLUMNS: readonly Column<Sighting>[] = [
  { title: "Run", link: true, width: "minmax(120px, 1fr)", cell: (seen) => <span class="mono">{seen.run_id}</span> },
  { title: "Seen", width: "128px", align: "end", cell: (seen) => <Time at={seen.seen_at} /> },
];

export default function Failure({ params }: ViewProps) {
  const fingerprint = params.fingerprint ?? "";
  const failure = useLoad(`failure ${fingerprint}`, (signal) =>
    get("/failures/{fingerprint}", { path: { fingerprint }, signal }),
  );
  return <Loaded of={failure}>{(data) => <Shown failure={data} reload={failure.reload} />}</Loaded>;
}

function Shown({ failure, reload }: { failure: Schemas["FailureDetail"]; reload: () => void }) {
  const [busy, setBusy] = useState(false);
  const status = failure.status === "resolved" ? "open" : "resolved";
  const change = () => {
    setBusy(true);
    request("patch", "/failures/{fingerprint}", { path: { fingerprint: failure.fingerprint }, body: { status } })
      .then(reload, (error: unknown) => say(`${explain(error).title}. ${explain(error).remedy}`))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <header class="view-head">
        <CategoryMark category={failure.category} quiet />
        <h1>{failure.tool ? `${failure.tool}: ${words(failure.cause)}` : words(failure.cause)}</h1>
        <StatusDot status={failure.status} />
        <button type="button" onClick={change} disabled={busy}>
          {status === "resolved" ? "Mark as resolved" : "Open again"}
        </button>
      </header>
      {failure.message && <p class="mono">{failure.message}</p>}
      <dl class="facts">
        <Fact name="Runs">{count(failure.count)}</Fact>
        <Fact name="First seen">
          <Time at={failure.first_seen} />
        </Fact>
        <Fact name="Last seen">
          <Time at={failure.last_seen} />
        </Fact>
        <Fact name="First version">{failure.first_version ?? NOTHING}</Fact>
        <Fact name="Last version">{failure.last_version ?? NOTHING}</Fact>
        <Fact name="Agents">{failure.agents.join(", ")}</Fact>
        {failure.resolved_at && (
          <Fact name="Resolved">
            <Time at={failure.resolved_at} />
          </Fact>
        )}
      </dl>
      <Table
        label="Runs that showed it last"
        rows={failure.last_runs}
        columns={COLUMNS}
        keyOf={(seen) => seen.run_id}
        linkTo={(seen) => link(`/runs/${encodeURIComponent(seen.run_id)}`, { analysis: seen.rca_run_id })}
      />
    </>
  );
}
