import "./overview.css";
import type { ComponentChildren } from "preact";
import { get, type Schemas } from "../../api/client";
import { useLoad } from "../../api/load";
import { link, query } from "../../app/router";
import { Empty } from "../../parts/Empty";
import { count, duration, money, percent, plural, short, words } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { Tabs } from "../../parts/Tabs";
import { CategoryMark, StatusDot, Time } from "../../parts/values";
import { Bars } from "./Bars";

const PERIODS = [
  { value: "24", title: "Day" },
  { value: "168", title: "Week" },
  { value: "720", title: "Month" },
];
const REFRESH_MS = 30_000;

type Data = {
  overview: Schemas["Overview"];
  categories: Schemas["Trends"];
  versions: Schemas["Trends"];
  failures: Schemas["FailureList"];
};

export default function Overview() {
  const hours = Number(query.value.get("hours")) || 24;
  const bucket = hours > 48 ? "day" : "hour";
  const loaded = useLoad<Data>(
    `overview ${hours}`,
    async (signal) => {
      const [overview, categories, versions, failures] = await Promise.all([
        get("/metrics/overview", { query: { hours }, signal }),
        get("/metrics/trends", { query: { hours, bucket, group_by: "category" }, signal }),
        get("/metrics/trends", { query: { hours, bucket, group_by: "version" }, signal }),
        get("/failures", { query: { sort: "count", limit: 8 }, signal }),
      ]);
      return { overview, categories, versions, failures };
    },
    REFRESH_MS,
  );
  return (
    <>
      <header class="view-head">
        <h1>Overview</h1>
        <Tabs name="hours" label="Period" tabs={PERIODS} />
      </header>
      <Loaded of={loaded}>{(data) => (data.overview.total_runs ? <Shown {...data} /> : <Nothing />)}</Loaded>
    </>
  );
}

function Nothing() {
  return (
    <Empty title="No runs in this period">
      <p>
        Send one from the <a href={link("/console")}>console</a>, or from your agent: POST it to /agent-runs. It shows
        here by itself.
      </p>
    </Empty>
  );
}

function Shown({ overview, categories, versions, failures }: Data) {
  const worse = versions.groups.filter((group) => group.regression);
  const open = failures.items.filter((failure) => failure.status !== "resolved");
  return (
    <div class="overview">
      <dl class="figures">
        <Figure title="Success rate" to={link("/runs")}>
          {percent(overview.success_rate)}
        </Figure>
        <Figure title="Runs" to={link("/runs")}>
          {short(overview.total_runs)}
        </Figure>
        <Figure title="Failed" to={link("/runs", { status: "failure" })}>
          {short(overview.failures)}
        </Figure>
        <Figure title="Succeeded despite failed calls" to={link("/runs", { status: "success" })}>
          {short(overview.unrecovered_successes)}
        </Figure>
        <Figure title="Run, p50 / p95">
          {duration(overview.run_duration_ms.p50)} / {duration(overview.run_duration_ms.p95)}
        </Figure>
        <Figure title="Cost">{money(overview.total_cost_usd)}</Figure>
      </dl>
      <section class="overview-wide">
        <h2>Failures by category</h2>
        <Bars trends={categories} />
      </section>
      <section>
        <h2>Open failures</h2>
        <ul class="lines">
          {open.map((failure) => (
            <li key={failure.fingerprint}>
              <a class="line" href={link(`/failures/${failure.fingerprint}`)}>
                <CategoryMark category={failure.category} quiet />
                <span class="line-text">
                  {failure.tool ? `${failure.tool}: ${words(failure.cause)}` : words(failure.cause)}
                </span>
                {failure.status === "reopened" && <StatusDot status="reopened" />}
                <span class="number dim">{plural(failure.count, "run")}</span>
              </a>
            </li>
          ))}
          {!open.length && <li class="dim">None.</li>}
        </ul>
      </section>
      <section>
        <h2>Failing tools</h2>
        <ul class="lines">
          {overview.top_failing_tools.map(({ tool, calls, count: failed }) => (
            <li key={tool} class="line">
              <span class="line-text mono">{tool}</span>
              <span class="number dim">
                {count(failed)} of {plural(calls, "call")}
              </span>
              <meter value={failed} max={calls || 1} aria-label={`share of calls of ${tool} that failed`} />
            </li>
          ))}
          {!overview.top_failing_tools.length && <li class="dim">None.</li>}
        </ul>
      </section>
      <section>
        <h2>Versions that got worse</h2>
        <ul class="lines">
          {worse.map(({ group, agent_name, regression }) => (
            <li key={`${agent_name} ${group}`} class="line">
              <span class="line-text">
                {agent_name} <span class="mono">{group}</span>
              </span>
              {regression && (
                <span class="number dim">
                  {count(regression.recent_failures)} of {count(regression.recent_total)}, before{" "}
                  {count(regression.baseline_failures)} of {count(regression.baseline_total)}; p{" "}
                  {regression.p_value.toPrecision(2)}
                </span>
              )}
            </li>
          ))}
          {!worse.length && <li class="dim">None, beyond chance.</li>}
        </ul>
      </section>
      <p class="dim">
        Since <Time at={overview.since} />
        {overview.running > 0 && `, ${plural(overview.running, "run")} under way`}
      </p>
    </div>
  );
}

function Figure({ title, to, children }: { title: string; to?: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{title}</dt>
      <dd class="number">{to ? <a href={to}>{children}</a> : children}</dd>
    </div>
  );
}
