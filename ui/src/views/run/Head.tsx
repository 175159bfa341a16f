import type { ComponentChildren } from "preact";
import { address } from "../../api/client";
import { secret } from "../../api/secret";
import { link } from "../../app/router";
import { CopyButton } from "../../parts/CopyButton";
import { count, duration, money, plural } from "../../parts/format";
import { spelt } from "../../parts/spelt";
import { StatusDot, Time } from "../../parts/values";
import type { RunDetail } from "./data";
import { curlOf } from "./logic/curl";

type Props = { run: RunDetail; analyse: () => void; asking: boolean; answer: ComponentChildren };

/** Which run, how it ended, and what it took. */
export function Head({ run, analyse, asking, answer }: Props) {
  const tokens = (run.cost?.tokens_prompt ?? 0) + (run.cost?.tokens_completion ?? 0);
  const curl = curlOf(address("/agent-runs/{run_id}", { run_id: run.run_id }), location.origin, Boolean(secret.value));
  return (
    <header class="run-head">
      <div class="run-title">
        <h1 title={run.run_id}>{run.run_id}</h1>
        <StatusDot status={run.status} />
        {run.status === "success" && run.unrecovered_failures > 0 && (
          <span class="run-odd">{plural(run.unrecovered_failures, "failed call")} that nothing made good</span>
        )}
        <span class="run-copies">
          <CopyButton text={run.run_id} label="Copy id" />
          <CopyButton text={curl} label="curl" />
        </span>
        <span class="run-acts">
          <button type="button" onClick={analyse} disabled={asking}>
            {run.rca_runs.length ? "Analyse again" : "Analyse"} <kbd>r</kbd>
          </button>
        </span>
      </div>
      <dl class="run-facts">
        <Pair name="Agent">
          <a href={link("/runs", { agent_name: run.agent_name })}>{spelt(run.agent_name)}</a>
        </Pair>
        {run.agent_version && (
          <Pair name="Version">
            <a href={link("/runs", { agent_name: run.agent_name, agent_version: run.agent_version })}>
              {run.agent_version}
            </a>
          </Pair>
        )}
        {run.environment && <Pair name="Environment">{run.environment}</Pair>}
        {run.model && <Pair name="Model">{run.model}</Pair>}
        <Pair name="Started">
          <Time at={run.started_at} />
        </Pair>
        {run.duration_ms !== null && <Pair name="Took">{duration(run.duration_ms)}</Pair>}
        {run.cost?.total_cost_usd != null && <Pair name="Cost">{money(run.cost.total_cost_usd)}</Pair>}
        {tokens > 0 && <Pair name="Tokens">{count(tokens)}</Pair>}
      </dl>
      {answer}
    </header>
  );
}

function Pair({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}
