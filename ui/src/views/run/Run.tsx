import "./run.css";
import { useState } from "preact/hooks";
import { get, request, type Schemas } from "../../api/client";
import { explain } from "../../api/errors";
import { useLoad } from "../../api/load";
import { useKeys } from "../../app/keys";
import type { ViewProps } from "../../app/places";
import { query, setQuery } from "../../app/router";
import { say } from "../../app/toasts";
import { CopyButton } from "../../parts/CopyButton";
import { Empty } from "../../parts/Empty";
import { Fact } from "../../parts/Fact";
import { NOTHING, plural } from "../../parts/format";
import { JsonTree } from "../../parts/JsonTree";
import { Loaded } from "../../parts/Loaded";
import { Duration, Money, StatusDot, Time } from "../../parts/values";
import { Analysis } from "./Analysis";
import { Timeline } from "./Timeline";

/** The most that the API gives at once, and no run has more. */
const EVENTS = 10_000;

/** A run: left what happened, right why it failed, below the event that is looked at. */
export default function Run({ params }: ViewProps) {
  const id = params.id ?? "";
  const run = useLoad(`run ${id}`, (signal) => get("/agent-runs/{run_id}", { path: { run_id: id }, signal }));
  return <Loaded of={run}>{(data) => <Shown run={data} reload={run.reload} />}</Loaded>;
}

function Shown({ run, reload }: { run: Schemas["RunDetail"]; reload: () => void }) {
  const path = { run_id: run.run_id };
  const events = useLoad(`timeline ${run.run_id} ${run.revision}`, (signal) =>
    get("/agent-runs/{run_id}/timeline", { path, query: { limit: EVENTS }, signal }),
  );
  const [asking, setAsking] = useState(false);
  const analyse = () => {
    setAsking(true);
    request("post", "/agent-runs/{run_id}/rca-runs", { path, query: { force: run.rca_runs.length > 0 } })
      .then(
        (created) => {
          setQuery({ analysis: created.rca_run_id });
          reload();
        },
        (error: unknown) => say(`${explain(error).title}. ${explain(error).remedy}`),
      )
      .finally(() => setAsking(false));
  };
  useKeys([{ keys: "r", does: "analyse the run", run: analyse }]);
  const analysis = query.value.get("analysis") ?? run.rca_runs.at(-1)?.rca_run_id;
  const chosen = query.value.get("event");
  return (
    <>
      <header class="view-head">
        <h1 class="run-name">{run.run_id}</h1>
        <StatusDot status={run.status} />
        <CopyButton text={run.run_id} label="Copy id" />
        <button type="button" onClick={analyse} disabled={asking}>
          {run.rca_runs.length ? "Analyse again" : "Analyse"}
        </button>
      </header>
      <dl class="facts">
        <Fact name="Agent">{run.agent_name}</Fact>
        <Fact name="Version">{run.agent_version ?? NOTHING}</Fact>
        <Fact name="Environment">{run.environment ?? NOTHING}</Fact>
        <Fact name="Model">{run.model ?? NOTHING}</Fact>
        <Fact name="Started">
          <Time at={run.started_at} />
        </Fact>
        <Fact name="Took">
          <Duration ms={run.duration_ms} />
        </Fact>
        <Fact name="Cost">
          <Money usd={run.cost?.total_cost_usd} />
        </Fact>
        <Fact name="Held">
          {plural(run.step_count, "step")}, {plural(run.tool_call_count, "tool call")},{" "}
          {plural(run.guardrail_event_count, "guardrail event")}
        </Fact>
      </dl>
      {run.error_message && <p class="mono run-error">{run.error_message}</p>}
      <div class="run">
        <section aria-label="What happened">
          <h2>What happened</h2>
          <Loaded of={events}>
            {(data) =>
              data.length ? (
                <>
                  <Timeline events={data} chosen={chosen} />
                  <Detail event={data.find((event) => event.event_id === chosen)} />
                </>
              ) : (
                <Empty title="Nothing was recorded">
                  <p>Record the agent's steps and tool calls: without them there is nothing to find a cause in.</p>
                </Empty>
              )
            }
          </Loaded>
        </section>
        <section aria-label="Why it failed">
          {analysis ? (
            <Analysis key={analysis} id={analysis} />
          ) : (
            <Empty title="Not analysed">
              <p>Press r to find the root cause. It takes about a second.</p>
            </Empty>
          )}
        </section>
      </div>
    </>
  );
}

function Detail({ event }: { event: Schemas["TimelineEvent"] | undefined }) {
  if (!event) return null;
  return (
    <div class="run-detail">
      <header class="view-head">
        <h2>{event.name}</h2>
        <StatusDot status={event.status} />
        <CopyButton text={JSON.stringify(event, null, 2)} label="Copy as JSON" />
      </header>
      <JsonTree value={event.details} />
    </div>
  );
}
