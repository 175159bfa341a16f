import type { ComponentChildren } from "preact";
import { duration, money, NOTHING, plural, short } from "../../parts/format";
import { spelt } from "../../parts/spelt";
import { StatusDot } from "../../parts/values";
import type { RunDetail } from "./data";
import { Kind, SHAPE_WORDS, shapeOf } from "./Kind";
import type { Role } from "./logic/evidence";
import { isFailed, type Row } from "./logic/rows";
import { amountOf, type Bar, type Measure, type Span } from "./logic/scale";
import type { Node, Outline } from "./logic/tree";

type Common = {
  id: string;
  top: number;
  chosen: boolean;
  choose: () => void;
  /** Whether the causal chain passes here. */
  through: boolean;
};

const DEEPEST = 8;
const QUIET = new Set(["success", "ok", "triggered", "allow"]);

type EventProps = Common & {
  node: Node;
  event: Outline;
  bar: Bar | null;
  by: Measure;
  role: Role | undefined;
  lane: number;
  folded: boolean;
  /** How many events it holds. */
  parts: number;
  fold: () => void;
};

export function EventRow({ node, event, bar, by, role, lane, folded, parts, fold, ...common }: EventProps) {
  const shape = shapeOf(event);
  const failed = isFailed(event.status);
  const error = [event.error, event.status_code && event.status_code >= 400 ? event.status_code : null]
    .filter(Boolean)
    .join(" ");
  return (
    <Line {...common} role={role} level={node.depth + 1} failed={failed} {...(parts && { open: !folded })}>
      <span
        class="row-name"
        style={{ "--depth": Math.min(node.depth, DEEPEST) }}
        data-lane={lane < 0 ? undefined : lane % 6}
      >
        {parts > 0 ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: keys fold with the arrows, as in any tree
          <i class="row-fold" data-folded={folded} onClick={stopped(fold)} />
        ) : (
          <i class="row-leaf" aria-hidden="true" />
        )}
        <Kind of={shape} />
        <span class="unseen">{SHAPE_WORDS[shape]}</span>
        {!QUIET.has(event.status) && <StatusDot status={event.status} quiet />}
        <span class="row-text" title={event.name}>
          {spelt(event.name || event.event_id)}
        </span>
        {folded && <span class="row-more number">{plural(parts, "event")}</span>}
        {node.entersAgent && (
          <span class="row-agent" title={`Agent ${event.agent_name}`}>
            {spelt(event.agent_name)}
          </span>
        )}
        {error && !role?.recovered && (
          <span class="row-error" title={error}>
            {spelt(error)}
          </span>
        )}
        <RoleTags role={role} />
      </span>
      <Track bar={bar} running={event.status === "running"} point={event.duration_ms === null} />
      <span class="row-amount number">{amount(event, by)}</span>
    </Line>
  );
}

/** Events that are folded away because they are not on the failure path. */
export function GapRow({ row, open, ...common }: Common & { row: Extract<Row, { kind: "gap" }>; open: () => void }) {
  return (
    <Line {...common} choose={open} level={1} gap>
      <span class="row-name row-gap" style={{ "--depth": Math.min(row.depth, DEEPEST) }}>
        <i class="row-fold" data-folded="true" aria-hidden="true" />
        <span class="row-text">
          {plural(row.count, "event")}
          {row.failed > 0 && <span class="row-failed">, {row.failed} failed</span>}
        </span>
      </span>
    </Line>
  );
}

type EndProps = Common & {
  run: RunDetail;
  role: Role | undefined;
  by: Measure;
  span: Span;
  /** The moment of a replay; the end, if it is none. */
  at: number;
};

const ENDS = { failure: "Run failed", success: "Run succeeded", running: "Run under way" };

export function EndRow({ run, role, by, span, at, ...common }: EndProps) {
  const ended = at >= span.ms;
  const status = ended ? run.status : "running";
  return (
    <Line {...common} role={ended ? role : undefined} level={1} failed={status === "failure"}>
      <span class="row-name row-end">
        <i class="row-leaf" aria-hidden="true" />
        <Kind of="end" />
        {status !== "success" && <StatusDot status={status} quiet />}
        <span class="row-text">{ENDS[status]}</span>
        {ended && run.error_type && <span class="row-error">{run.error_type}</span>}
      </span>
      <Track
        bar={by === "time" ? { left: 0, width: Math.min(at / span.ms, 1) } : null}
        running={status === "running"}
        whole
      />
      <span class="row-amount number">{ended ? whole(run, by, span) : by === "time" ? duration(at) : NOTHING}</span>
    </Line>
  );
}

type LineProps = Common & {
  level: number;
  role?: Role | undefined;
  failed?: boolean;
  gap?: boolean;
  open?: boolean;
  children: ComponentChildren;
};

function Line({ id, top, chosen, choose, through, level, role, failed, gap, open, children }: LineProps) {
  return (
    <div
      id={id}
      class="row"
      role="treeitem"
      aria-level={level}
      aria-selected={chosen}
      aria-expanded={gap ? false : open}
      data-failed={failed}
      data-recovered={role?.recovered && !role.chain}
      data-through={through}
      data-root={role?.chain === 1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={choose}
    >
      <span class="row-chain">
        {role?.chain && (
          <b>
            <span class="unseen">Number </span>
            {role.chain}
            <span class="unseen"> on the way to the failure</span>
          </b>
        )}
      </span>
      {children}
    </div>
  );
}

function RoleTags({ role }: { role: Role | undefined }) {
  if (role?.against) return <span class="row-tag row-against">against</span>;
  if (role?.recovered && !role.chain) return <span class="row-tag">recovered</span>;
  return null;
}

function Track({
  bar,
  running,
  point,
  whole,
}: {
  bar: Bar | null;
  running?: boolean;
  point?: boolean;
  whole?: boolean;
}) {
  return (
    <span class="row-track" aria-hidden="true">
      {bar && (
        <i
          class="row-bar"
          data-running={running}
          data-point={point}
          data-whole={whole}
          style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
        />
      )}
    </span>
  );
}

/** What the whole run took. */
function whole(run: RunDetail, by: Measure, span: Span): string {
  if (by === "time") return duration(run.duration_ms ?? span.ms);
  if (by === "cost") return money(run.cost?.total_cost_usd);
  const tokens = [run.cost?.tokens_prompt, run.cost?.tokens_completion].filter((each) => typeof each === "number");
  return tokens.length ? short(tokens.reduce((sum, each) => sum + each, 0)) : NOTHING;
}

function amount(event: Outline, by: Measure): string {
  const value = amountOf(event, by);
  if (value === null) return by === "time" && event.event_type === "guardrail" ? "" : NOTHING;
  return by === "time" ? duration(value) : by === "cost" ? money(value) : short(value);
}

function stopped(act: () => void) {
  return (event: Event) => {
    event.stopPropagation();
    act();
  };
}
