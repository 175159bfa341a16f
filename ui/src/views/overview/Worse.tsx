import type { Schemas } from "../../api/client";
import type { Loading } from "../../api/load";
import { link } from "../../app/router";
import { shortMoment } from "../../charts/axis";
import { percent } from "../../parts/format";
import { share } from "./Figures";
import { ListSkeleton } from "./Lines";

/** Versions that fail more often than those before them, beyond chance. */
export function Worse({ versions }: { versions: Loading<Schemas["Trends"]> }) {
  const worse = versions.data?.groups.flatMap((group) =>
    group.regression ? [{ ...group, regression: group.regression }] : [],
  );
  return (
    <section aria-label="Versions that got worse">
      <h2>Versions that got worse</h2>
      {!worse ? (
        <ListSkeleton of={versions} lines={1} />
      ) : (
        <ul class="lines">
          {worse.map(({ group, agent_name, regression }) => (
            <li key={`${agent_name} ${group}`}>
              <a
                class="line worse-line"
                href={link("/runs", { agent_name, agent_version: group, status: "failure" })}
                title={regression.test}
              >
                <span class="worse-name">
                  <span class="line-text" title={`${agent_name} ${group}`}>
                    {agent_name} <b>{group}</b>
                  </span>
                  <span class="dim number">
                    since {shortMoment(regression.since, new Date())}, p {pOf(regression.p_value)}
                  </span>
                </span>
                <span class="worse-rates">
                  <Rate title="before" failed={regression.baseline_failures} runs={regression.baseline_total} />
                  <Rate title="now" failed={regression.recent_failures} runs={regression.recent_total} />
                </span>
              </a>
            </li>
          ))}
          {!worse.length && <li class="dim">None, beyond chance.</li>}
        </ul>
      )}
    </section>
  );
}

function Rate({ title, failed, runs }: { title: string; failed: number; runs: number }) {
  return (
    <span class="worse-rate number">
      <span class="dim">{title}</span>
      <b>{runs ? percent((100 * failed) / runs) : "–"}</b>
      <span class="dim">{share(failed, runs)}</span>
      <meter value={failed} max={runs || 1} aria-label={`share of runs that failed ${title}`} />
    </span>
  );
}

/** A p-value as it is written: "= 0.0002", "< 0.0001". */
export const pOf = (p: number): string => (p < 0.0001 ? "< 0.0001" : `= ${Number(p.toPrecision(2))}`);
