/** What runs can be filtered by, and what to suggest for it. */
import type { Schemas } from "../../api/client";
import { count, duration, moment, money, words } from "../../parts/format";
import { type Filter, parseDuration, parseMoney, parseTime, type Value } from "../../parts/suggest";

type Overview = Schemas["Overview"];

const AGO: [string, string][] = [
  ["1h", "1 hour ago"],
  ["24h", "24 hours ago"],
  ["7d", "7 days ago"],
  ["30d", "30 days ago"],
];

/** Return the filters of runs; agents and the like are suggested as the counters of the last week know them. */
export function runFilters(known: Overview | undefined, now: Date, agent: string | null): Filter[] {
  const versions = (known?.by_version ?? []).filter((each) => !agent || each.agent_name === agent);
  return [
    {
      name: "agent_name",
      title: "agent",
      values: (known?.by_agent ?? []).map((each) => ({ value: each.agent_name, detail: ofRuns(each) })),
    },
    {
      name: "status",
      title: "status",
      closed: true,
      values: ["failure", "success", "running"].map((value) => ({ value })),
    },
    {
      name: "category",
      title: "category",
      hint: "what its analysis found",
      values: Object.entries(known?.failures_by_category ?? {}).map(([value, runs]) => ({
        value,
        title: words(value),
        detail: count(runs),
      })),
    },
    {
      name: "agent_version",
      title: "version",
      values: versions.map((each) => ({
        value: each.agent_version,
        detail: agent ? ofRuns(each) : each.agent_name,
      })),
    },
    {
      name: "environment",
      title: "environment",
      values: (known?.by_environment ?? []).flatMap((each): Value[] =>
        each.environment === null ? [] : [{ value: each.environment, detail: ofRuns(each) }],
      ),
    },
    {
      name: "unrecovered_failures",
      title: "unrecovered",
      hint: "failed calls that nothing made good",
      closed: true,
      values: [
        { value: "true", title: "yes" },
        { value: "false", title: "no" },
      ],
    },
    ...(["since", "until"] as const).map(
      (name): Filter => ({
        name,
        title: name,
        hint: "2h, 7d, 2026-11-30",
        values: AGO.map(([text, title]) => ({ value: parseTime(text, minuteOf(now)) ?? "", title })),
        parse: (text) => parseTime(text, minuteOf(now)),
        show: (value) => (Number.isNaN(Date.parse(value)) ? value : moment(value, now)),
      }),
    ),
    {
      name: "min_duration_ms",
      title: "slower",
      hint: "took at least: 5s, 2m",
      parse: parseDuration,
      show: (value) => `≥ ${duration(Number(value))}`,
    },
    {
      name: "min_cost_usd",
      title: "costlier",
      hint: "cost at least: $0.10",
      parse: parseMoney,
      show: (value) => `≥ ${money(Number(value))}`,
    },
    ...(agent ? [failingTool(known)] : []),
    { name: "text", title: "contains", hint: "in id, agent, error or trace" },
    { name: "fingerprint", title: "failure", unlisted: true },
    { name: "without_environment", title: "no-environment", unlisted: true },
  ];
}

const failingTool = (known: Overview | undefined): Filter => ({
  name: "failing_tool",
  title: "tool",
  hint: "a call of it failed",
  values: (known?.top_failing_tools ?? []).map(({ tool }) => ({ value: tool })),
});

const ofRuns = ({ runs, failures }: { runs: number; failures: number }): string =>
  failures ? `${count(failures)} of ${count(runs)} failed` : `${count(runs)} runs`;

/** A minute is exact enough, and makes the same address again. */
const minuteOf = (now: Date): number => Math.floor(now.getTime() / 60_000) * 60_000;
