/** Values in a line of text or a cell: each the same wherever it stands. */
import type { ComponentChildren } from "preact";
import { duration, moment, money, NOTHING, time, utc, words } from "./format";

/** A time in the viewer's zone, UTC on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  if (!at) return <>{NOTHING}</>;
  return (
    <time dateTime={at} title={utc(at)}>
      {time(at, new Date())}
    </time>
  );
}

/** The same in a narrow column. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={`${time(at, new Date())}, ${utc(at)}`}>
      {moment(at, new Date())}
    </time>
  );
}

export function Duration({ ms }: { ms: number | null | undefined }) {
  return <span class="number">{duration(ms)}</span>;
}

export function Money({ usd }: { usd: number | null | undefined }) {
  return <span class="number">{money(usd)}</span>;
}

export function Chip({ children, title }: { children: ComponentChildren; title?: string }) {
  return (
    <span class="chip" title={title}>
      {children}
    </span>
  );
}

/** A status by shape as well as colour: full, ring, cross. */
export function StatusDot({ status, quiet = false }: { status: string; quiet?: boolean }) {
  return (
    <span class="status" data-status={status}>
      <i aria-hidden="true" />
      <span class={quiet ? "unseen" : ""}>{words(status)}</span>
    </span>
  );
}

const LETTERS: Record<string, string> = {
  tool_schema_mismatch: "SM",
  rate_limited: "RL",
  tool_permission: "TP",
  timeout: "TO",
  planner_loop: "PL",
  retrieval_empty: "RE",
  prompt_regression: "PR",
  context_overflow: "CO",
  guardrail_block: "GB",
  upstream_error: "UE",
  output_parse_error: "OP",
  unknown: "?",
  not_analysed: "–",
};

/** The letters that stand for a category where there is no room for its name. */
export const lettersOf = (category: string): string => LETTERS[category] ?? category.slice(0, 2).toUpperCase();

/** A category of failure by colour and letters. */
export function CategoryMark({ category, quiet = false }: { category: string; quiet?: boolean }) {
  return (
    <span class="category" data-category={category} title={words(category)}>
      <b aria-hidden="true">{lettersOf(category)}</b>
      <span class={quiet ? "unseen" : ""}>{words(category)}</span>
    </span>
  );
}
