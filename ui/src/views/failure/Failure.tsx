import "../failures/failures.css";
import "../runs/runs.css";
import "./failure.css";
import { useEffect, useState } from "preact/hooks";
import { get, request, type Schemas } from "../../api/client";
import { ApiError, explain } from "../../api/errors";
import { useLoad } from "../../api/load";
import { secret } from "../../api/secret";
import { useKeys } from "../../app/keys";
import type { ViewProps } from "../../app/places";
import { link } from "../../app/router";
import { say } from "../../app/toasts";
import { Hours } from "../../charts/Hours";
import { Closed } from "../../parts/Closed";
import { Fact } from "../../parts/Fact";
import { count, NOTHING, plural } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { Skeleton } from "../../parts/Skeleton";
import { CategoryMark, Time } from "../../parts/values";
import { State } from "../failures/State";
import { runsOf, titleOf, versionsOf } from "../failures/words";
import { LastRuns } from "./LastRuns";
import { Story } from "./Story";
import { weekOf } from "./week";

const REFRESH_MS = 15_000;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** A failure that recurs: what it is, since when, where, and the runs that show it. */
export default function Failure({ params }: ViewProps) {
  const fingerprint = params.fingerprint ?? "";
  const failure = useLoad(
    `failure ${fingerprint}`,
    (signal) => get("/failures/{fingerprint}", { path: { fingerprint }, signal }),
    REFRESH_MS,
  );
  return (
    <>
      <nav class="way" aria-label="Way back">
        <a href={link("/failures")}>Failures</a>
      </nav>
      <Loaded of={failure} skeleton={<Skeleton lines={8} />}>
        {(data) => <Shown failure={data} reload={failure.reload} />}
      </Loaded>
    </>
  );
}

function Shown({ failure, reload }: { failure: Schemas["FailureDetail"]; reload: () => void }) {
  const { fingerprint, last_seen: last } = failure;
  // One that was not seen for long is shown in the week in which it was.
  const end = Date.now() - Date.parse(last) < WEEK_MS ? Date.now() : Date.parse(last) + HOUR_MS;
  return (
    <>
      <header class="failure-head">
        <CategoryMark category={failure.category} />
        <div class="view-head">
          <h1>{titleOf(failure)}</h1>
          <State failure={failure} />
          <Resolve failure={failure} reload={reload} />
        </div>
        {failure.message && (
          <p class="failure-message mono" title="<*> stands for what differs from run to run">
            {failure.message}
          </p>
        )}
      </header>
      <dl class="facts failure-facts">
        <Fact name="Runs">
          <a class="number" href={link("/runs", { fingerprint })}>
            {count(runsOf(failure))}
          </a>
          {failure.also_seen > 0 && (
            <span class="dim number"> {`${count(failure.count)} analysed, ${count(failure.also_seen)} alike`}</span>
          )}
        </Fact>
        <Fact name="First seen">
          <Time at={failure.first_seen} />
        </Fact>
        <Fact name="Last seen">
          <Time at={last} />
        </Fact>
        <Fact name="Versions">{versionsOf(failure) || NOTHING}</Fact>
        <Fact name={failure.agents.length > 1 ? "Agents" : "Agent"}>{failure.agents.join(", ")}</Fact>
      </dl>
      <div class="failure">
        <section>
          <h2>Runs that showed it</h2>
          <Hours
            bars={weekOf(failure.hours, end)}
            category={failure.category}
            label="7 days"
            one="run"
            linkOf={({ from, until }) =>
              link("/runs", { fingerprint, since: new Date(from).toISOString(), until: new Date(until).toISOString() })
            }
          />
          <LastRuns failure={failure} />
          {runsOf(failure) > failure.last_runs.length && (
            <p>
              <a href={link("/runs", { fingerprint })}>All {plural(failure.count, "analysed run")}</a>
            </p>
          )}
        </section>
        <aside>
          <section>
            <h2>Story</h2>
            <Story failure={failure} />
          </section>
          {failure.versions.length > 0 && (
            <section>
              <h2>Versions that showed it</h2>
              <ul class="failure-versions">
                {failure.versions.toReversed().map(({ agent_name, agent_version }) => (
                  <li key={`${agent_name} ${agent_version}`}>
                    <a
                      href={link("/runs", { fingerprint, agent_name, agent_version })}
                      title={`${agent_name} ${agent_version}`}
                    >
                      {agent_name} <b>{agent_version}</b>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </aside>
      </div>
    </>
  );
}

function Resolve({ failure, reload }: { failure: Schemas["FailureDetail"]; reload: () => void }) {
  const [busy, setBusy] = useState(false);
  const [closed, setClosed] = useState(false);
  const given = secret.value;
  useEffect(() => setClosed(false), [given]);
  const status = failure.status === "resolved" ? "open" : "resolved";
  const change = () => {
    if (busy) return;
    setBusy(true);
    request("patch", "/failures/{fingerprint}", { path: { fingerprint: failure.fingerprint }, body: { status } })
      .then(
        () => {
          say(status === "resolved" ? "Resolved. It opens again when a later run shows it." : "Open again.");
          reload();
        },
        (error: unknown) => {
          if (error instanceof ApiError && error.kind === "secret") setClosed(true);
          else say(`${explain(error).title}. ${explain(error).remedy}`);
        },
      )
      .finally(() => setBusy(false));
  };
  useKeys([{ keys: "x", does: "resolve, or open again", run: change }]);
  if (closed) return <Closed />;
  return (
    <button type="button" onClick={change} disabled={busy}>
      {status === "resolved" ? "Mark as resolved" : "Open again"}
    </button>
  );
}
