import type { Schemas } from "../../api/client";
import { plural, short, words } from "../../parts/format";
import type { Column } from "../../parts/Table";
import { CategoryMark, Duration, Moment, Money, StatusDot } from "../../parts/values";

type Run = Schemas["ListedRun"];

/** What went wrong, in words: what the analysis found, what the run said, or what it did not say. */
export function WhatFailed({ run }: { run: Run }) {
  const said = run.error_message ?? run.error_type ?? "";
  if (run.finding) {
    const { category, cause } = run.finding;
    return (
      <span class="what" title={[words(category), words(cause), said].filter(Boolean).join(" · ")}>
        <CategoryMark category={category} quiet />
        <span>
          {words(cause)} <span class="dim">{said}</span>
        </span>
      </span>
    );
  }
  if (run.status === "success" && run.unrecovered_failures) {
    return (
      <span class="what what-silent" title="It says that it succeeded; nothing made these calls good.">
        <b aria-hidden="true">!</b>
        <span>{plural(run.unrecovered_failures, "call")} failed, not recovered</span>
      </span>
    );
  }
  if (run.status === "success") return null;
  const text = run.status === "running" ? said || "under way" : said;
  return (
    <span class="what dim" title={text}>
      <span>{text}</span>
    </span>
  );
}

type Named = Pick<Run, "agent_name" | "agent_version" | "environment">;

export function Agent({ run }: { run: Named }) {
  return (
    <span title={[run.agent_name, run.agent_version, run.environment].filter(Boolean).join(" · ")}>
      {run.agent_name} <span class="dim">{run.agent_version}</span>
    </span>
  );
}

const tokensOf = ({ cost }: Run): number => (cost?.tokens_prompt ?? 0) + (cost?.tokens_completion ?? 0);

export const COLUMNS: readonly Column<Run>[] = [
  { title: "Status", quiet: true, width: "12px", cell: (run) => <StatusDot status={run.status} quiet /> },
  { title: "Agent", width: "minmax(120px, 1.2fr)", cell: (run) => <Agent run={run} /> },
  { title: "What failed", width: "minmax(160px, 2.4fr)", cell: (run) => <WhatFailed run={run} /> },
  {
    title: "Run",
    link: true,
    width: "minmax(96px, 0.8fr)",
    cell: (run) => (
      <span class="mono dim" title={run.run_id}>
        {run.run_id}
      </span>
    ),
  },
  { title: "Began", width: "96px", align: "end", cell: (run) => <Moment at={run.started_at} /> },
  { title: "Took", width: "72px", align: "end", cell: (run) => <Duration ms={run.duration_ms} /> },
  { title: "Tokens", width: "56px", align: "end", cell: (run) => (tokensOf(run) ? short(tokensOf(run)) : "–") },
  { title: "Cost", width: "64px", align: "end", cell: (run) => <Money usd={run.cost?.total_cost_usd} /> },
];

/** The same in two lines. */
export function PhoneRow({ run }: { run: Run }) {
  return (
    <span class="run-phone">
      <span>
        <StatusDot status={run.status} quiet />
        <Agent run={run} />
        <span class="dim run-phone-end">
          <Moment at={run.started_at} />
        </span>
      </span>
      <span>
        {run.status === "success" && !run.unrecovered_failures ? (
          <span class="mono dim">{run.run_id}</span>
        ) : (
          <WhatFailed run={run} />
        )}
        <span class="dim run-phone-end">
          <Duration ms={run.duration_ms} />
        </span>
      </span>
    </span>
  );
}
