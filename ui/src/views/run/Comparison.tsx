/** Evidence that lies in no single field: one call beside those that succeeded, one version beside the one before. */
import { link } from "../../app/router";
import { count, NOTHING, percent, plural } from "../../parts/format";
import { spelt } from "../../parts/spelt";
import type { Evidence } from "./logic/evidence";
import { change } from "./logic/state";
import type { Tree } from "./logic/tree";

type Attributes = Record<string, unknown>;

const numberIn = (from: Attributes, name: string): number | undefined =>
  typeof from[name] === "number" ? (from[name] as number) : undefined;
const textIn = (from: Attributes, name: string): string | undefined =>
  typeof from[name] === "string" ? (from[name] as string) : undefined;

const DIFFERENCES: Record<string, [string, string]> = {
  lacked: ["not sent", "sent by each"],
  had: ["sent", "sent by none"],
  type: ["of another type", "of one type in each"],
};

/** A call beside the calls of the same tool that succeeded. */
export function Contrast({ evidence, tree, path }: { evidence: Evidence; tree: Tree; path: string }) {
  const told = evidence.attributes ?? {};
  const successes = numberIn(told, "successes");
  const tool = textIn(told, "tool_name");
  const [here, there] = DIFFERENCES[textIn(told, "difference") ?? ""] ?? [NOTHING, NOTHING];
  const others = tree.nodes.filter(
    ({ event }) =>
      event.event_type === "tool_call" && event.name === tool && event.status === "success" && event.path !== path,
  );
  const nearest = others.at(-1)?.event.path;
  return (
    <table class="comparison">
      <caption>{evidence.title}</caption>
      <thead>
        <tr>
          <th scope="col">Argument</th>
          <th scope="col">This call</th>
          <th scope="col">
            {successes === undefined ? "Calls that succeeded" : `${plural(successes, "call")} that succeeded`}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            <code>{spelt(textIn(told, "argument") ?? "")}</code>
          </th>
          <td class="comparison-bad">{here}</td>
          <td>
            {there}
            {nearest && (
              <button type="button" class="quiet" onClick={() => change({ event: nearest })}>
                Show one
              </button>
            )}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** Runs of this version beside those of the one before. */
export function Baseline({ evidence, agent }: { evidence: Evidence; agent: string }) {
  const told = evidence.attributes ?? {};
  const outputs = numberIn(told, "alike_after") !== undefined;
  const rows = [
    side(told, "previous_agent_version", "previous_model", "runs_before", outputs ? "alike_before" : "failed_before"),
    side(told, "agent_version", "model", "runs_after", outputs ? "alike_after" : "failed_after"),
  ];
  const chance = numberIn(told, "p_value");
  const good = textIn(told, "succeeded_before");
  return (
    <div class="baseline">
      <table class="comparison">
        <caption>{evidence.title}</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col" data-align="end">
              Runs
            </th>
            <th scope="col" data-align="end">
              {outputs ? "Like this one" : "Failed"}
            </th>
            <th scope="col">
              <span class="unseen">Share</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ version, model, runs, some }, index) => (
            <tr key={index}>
              <th scope="row">
                {version ? (
                  <a href={link("/runs", { agent_name: agent, agent_version: version })}>{version}</a>
                ) : (
                  (model ?? NOTHING)
                )}
              </th>
              <td data-align="end">{runs === undefined ? NOTHING : count(runs)}</td>
              <td data-align="end">{some === undefined ? NOTHING : count(some)}</td>
              <td class="comparison-share">
                <i style={{ width: `${runs ? ((some ?? 0) / runs) * 100 : 0}%` }} aria-hidden="true" />
                <span class="number dim">{runs ? percent(((some ?? 0) / runs) * 100) : ""}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim">
        {chance !== undefined && `By chance alone as rare as p = ${chance}. `}
        {good && (
          <>
            The last that succeeded before: <a href={link(`/runs/${encodeURIComponent(good)}`)}>{good}</a>
          </>
        )}
      </p>
    </div>
  );
}

function side(told: Attributes, version: string, model: string, runs: string, some: string) {
  return {
    version: textIn(told, version),
    model: textIn(told, model),
    runs: numberIn(told, runs),
    some: numberIn(told, some),
  };
}
