import type { Schemas } from "../../api/client";
import { link } from "../../app/router";
import { plural } from "../../parts/format";
import { share } from "./Figures";
import { ShareBar } from "./Lines";

const MOST = 8;
/** What names beyond the first hundreds are counted under: no list has it. */
const OTHER = "__other__";

/** Tools whose calls failed, each a way to the failures that name it. */
export function FailingTools({ tools }: { tools: Schemas["Overview"]["top_failing_tools"] }) {
  return (
    <ul class="lines">
      {tools.slice(0, MOST).map(({ tool, calls, count }) => (
        <li key={tool}>
          <a class="line" href={link("/failures", { tool: tool === OTHER ? null : tool })}>
            <span class="line-text mono" title={tool}>
              {tool}
            </span>
            <span class="line-share number">{share(count, calls)} calls</span>
            <ShareBar part={count} all={calls} label={`share of calls of ${tool} that failed`} />
          </a>
        </li>
      ))}
      {!tools.length && <li class="dim">No call failed.</li>}
    </ul>
  );
}

/** Agents by failures, each a way to its runs. */
export function Agents({ agents, since }: { agents: Schemas["Overview"]["by_agent"]; since: string }) {
  const more = agents.length - MOST;
  return (
    <ul class="lines">
      {agents.slice(0, MOST).map(({ agent_name, runs, failures }) => (
        <li key={agent_name}>
          <a
            class="line"
            href={link("/runs", {
              since,
              agent_name: agent_name === OTHER ? null : agent_name,
              status: failures ? "failure" : null,
            })}
          >
            <span class="line-text" title={agent_name}>
              {agent_name}
            </span>
            <span class="line-share number">{failures ? `${share(failures, runs)} runs` : plural(runs, "run")}</span>
            <ShareBar part={failures} all={runs} label={`share of runs of ${agent_name} that failed`} />
          </a>
        </li>
      ))}
      {more > 0 && (
        <li class="dim">{`and ${plural(more, "agent")} more, with ${plural(
          agents.slice(MOST).reduce((all, each) => all + each.failures, 0),
          "failed run",
        )}`}</li>
      )}
    </ul>
  );
}
