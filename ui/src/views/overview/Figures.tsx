import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { link } from "../../app/router";
import { sumBefore } from "../../charts/history";
import { count, duration, money, percent, plural, short } from "../../parts/format";

/** Of fewer runs before, a change says nothing. */
const FEWEST = 20;

type Props = { overview: Schemas["Overview"]; categories: Schemas["Trends"] | undefined };

/** The period in numbers, each a way to its runs. */
export function Figures({ overview, categories }: Props) {
  const { since, run_duration_ms: took } = overview;
  const past = categories && sumBefore(categories, since);
  const before = past && past.runs >= Math.max(FEWEST, overview.total_runs / 10) ? past : undefined;
  const silent = overview.unrecovered_successes;
  const { prompt, completion } = overview.tokens;
  return (
    <dl class="figures">
      <Figure title="Success rate" to={link("/runs", { since })} note={change(overview.success_rate, before?.rate)}>
        {percent(overview.success_rate)}
      </Figure>
      <Figure title="Runs" to={link("/runs", { since })} note={before?.runs ? `${short(before.runs)} before` : ""}>
        {short(overview.total_runs)}
      </Figure>
      <Figure
        title="Failed"
        to={link("/runs", { since, status: "failure" })}
        note={before?.runs ? `${short(before.failed)} before` : ""}
      >
        {short(overview.failures)}
      </Figure>
      <Figure
        title="Silently failed"
        hint="Runs that say they succeeded, with failed calls that nothing made good"
        to={link("/runs", { since, status: "success", unrecovered_failures: "true" })}
        note={silent ? `of ${plural(overview.successes, "success", "successes")}` : "despite failed calls"}
      >
        {short(silent)}
      </Figure>
      <Figure title="Duration p50" to={link("/runs", { since })} note="half took longer">
        {duration(took.p50)}
      </Figure>
      <Figure
        title="Duration p95"
        to={link("/runs", { since, min_duration_ms: took.p95 === null ? null : String(Math.floor(took.p95)) })}
        note="1 in 20 took longer"
      >
        {duration(took.p95)}
      </Figure>
      <Figure
        title="Cost"
        to={link("/runs", { since, min_cost_usd: mean(overview) })}
        hint="Leads to the runs that cost more than the mean"
        note={prompt + completion ? `${short(prompt + completion)} tokens` : ""}
      >
        {money(overview.total_cost_usd)}
      </Figure>
    </dl>
  );
}

type FigureProps = { title: string; to: string; note?: ComponentChildren; hint?: string; children: ComponentChildren };

function Figure({ title, to, note, hint, children }: FigureProps) {
  return (
    <div class="figure" title={hint}>
      <dt>{title}</dt>
      <dd class="number">
        <a href={to}>{children}</a>
      </dd>
      <dd class="figure-note number">{note}</dd>
    </div>
  );
}

export function FiguresSkeleton() {
  return (
    <div class="figures" role="status" aria-label="Loading">
      {Array.from({ length: 7 }, (_, at) => (
        <div class="figure figure-empty" key={at}>
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

/** By how much a rate moved, in percentage points; where it did, with its direction as a sign. */
function change(rate: number | null, before: number | null | undefined): ComponentChildren {
  if (rate === null || before === null || before === undefined) return "";
  const points = Math.round((rate - before) * 10) / 10;
  if (points === 0) return "as before";
  return (
    <span class={points < 0 ? "worse" : "better"}>
      {points < 0 ? "▼" : "▲"} {Math.abs(points).toFixed(1)} pts
      <span class="unseen">{points < 0 ? "lower" : "higher"} than in the period before</span>
    </span>
  );
}

function mean(overview: Schemas["Overview"]): string | null {
  if (!overview.total_cost_usd || !overview.total_runs) return null;
  return (overview.total_cost_usd / overview.total_runs).toPrecision(3);
}

export const share = (part: number, all: number): string => `${count(part)} of ${count(all)}`;
