import "./waterfall.css";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useKeys } from "../../app/keys";
import { count, plural } from "../../parts/format";
import { useRows } from "../../parts/virtual";
import { Axis } from "./Axis";
import { ChainLine } from "./ChainLine";
import type { RunDetail } from "./data";
import type { Role } from "./logic/evidence";
import { asOf, hasBegun } from "./logic/replay";
import { type Row, rowsOf } from "./logic/rows";
import { barsBy, measureOf, type Span } from "./logic/scale";
import { change, changeSoon, joined, RUN, shown } from "./logic/state";
import type { Outline, Tree } from "./logic/tree";
import { EndRow, EventRow, GapRow } from "./WaterfallRow";

const ROW = 28;

type Props = {
  run: RunDetail;
  tree: Tree;
  span: Span;
  roles: ReadonlyMap<string, Role>;
  /** What is looked at, chosen or not. */
  looked: string;
  total: number;
};

/** A run's events as a tree with a bar each, and on it the way from the root cause to the end. */
export function Waterfall({ run, tree, span, roles, looked, total }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const by = measureOf(shown.by.value);
  const at = shown.at.value;
  const only = shown.only.value;
  const events = useMemo(() => tree.nodes.map((node) => node.event), [tree]);
  const bar = useMemo(() => barsBy(by, events, span), [by, events, span]);
  const path = useMemo(() => new Set([...roles].flatMap(([each, role]) => (onPath(role) ? [each] : []))), [roles]);
  const find = shown.find.value;
  const folded = shown.folded.value;
  const opened = shown.opened.value;
  const rows = useMemo(
    () =>
      rowsOf(tree, {
        only: only ? path : undefined,
        opened,
        folded,
        find,
        begun: at === null ? undefined : (node) => hasBegun(events[node] as Outline, span, at),
        end: RUN,
      }),
    [tree, only, path, opened, folded, find, at, span],
  );
  const places = useMemo(() => new Map(rows.map((row, index) => [row.path, index])), [rows]);
  const { items, height, scrollTo } = useRows(box, rows.length, ROW);
  const chosen = placeIn(places, rows, looked);
  // Where a key that is held down has come to, drawn or not.
  const place = useRef(chosen);
  place.current = chosen;
  const ended = at === null || at >= span.ms;

  const choose = (index: number) => {
    const next = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[next];
    if (!row) return;
    place.current = next;
    moved.current = true;
    changeSoon({ event: row.path, evidence: null, claim: null });
  };
  const fold = (target: string, close: boolean) => {
    const next = new Set(folded);
    if (close) next.add(target);
    else next.delete(target);
    change({ fold: joined(next) });
  };
  const open = (gap: string) => change({ open: joined(new Set(opened).add(gap)) });
  const current = rows[chosen];
  const sideways = (close: boolean) => {
    if (current?.kind === "gap" && !close) open(current.path);
    if (current?.kind !== "event") return;
    const node = tree.nodes[current.node];
    if (!node) return;
    if (close === current.folded || node.end === current.node + 1) {
      const parent = tree.nodes[node.parent]?.event.path;
      if (close && parent) choose(places.get(parent) ?? chosen);
      else if (!close) choose(chosen + 1);
    } else fold(current.path, close);
  };
  const down = () => choose(place.current + 1);
  const up = () => choose(place.current - 1);
  useKeys([
    { keys: "j", does: "next event", run: down },
    { keys: "k", does: "event before", run: up },
    { keys: "p", does: "the failure path only", run: () => path.size && change({ only: only ? null : "path" }) },
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    const act = {
      ArrowDown: down,
      ArrowUp: up,
      ArrowRight: () => sideways(false),
      ArrowLeft: () => sideways(true),
      Home: () => choose(0),
      End: () => choose(rows.length - 1),
      Enter: () => current?.kind === "gap" && open(current.path),
    }[event.key];
    if (!act || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const moved = useRef(false);
  useLayoutEffect(() => {
    // What was jumped to stands amid what surrounds it; what is stepped to moves no more than it has to.
    if (chosen >= 0 && rows.length > 1) scrollTo(chosen, moved.current ? "auto" : "center");
    moved.current = false;
  }, [looked, rows]);
  // The line follows the pointer without drawing anything anew.
  useEffect(() => {
    const element = box.current?.parentElement;
    if (!element) return;
    const move = (event: PointerEvent) => {
      const track = element.querySelector(".axis-track")?.getBoundingClientRect();
      if (!track) return;
      const x = (event.clientX - track.left) / track.width;
      element.style.setProperty("--pointer", String(x));
      element.toggleAttribute("data-pointed", x >= 0 && x <= 1);
    };
    const leave = () => element.removeAttribute("data-pointed");
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    return () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerleave", leave);
    };
  }, []);

  const chain = useMemo(() => chainRows(roles, rows, places, tree), [roles, rows, places, tree]);
  const from = Math.min(...chain.map((each) => each.row));
  const to = Math.max(...chain.map((each) => each.row));
  const lanes = tree.agents.length > 1 ? tree.agents : [];
  const hidden = find ? tree.nodes.length - rows.filter((row) => row.kind === "event").length : 0;
  return (
    <div class="waterfall" data-measure={by}>
      <Axis by={by} span={span} events={events} at={at} title={held(run)} />
      <div
        class="waterfall-box"
        ref={box}
        role="tree"
        aria-label={`Events of the run, ${count(total)}`}
        tabIndex={0}
        aria-activedescendant={chosen >= 0 ? `row-${chosen}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div class="waterfall-rows" style={{ height: `${height}px` }} role="presentation">
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            const common = {
              id: `row-${index}`,
              top: start,
              chosen: index === chosen,
              choose: () => choose(index),
              through: index > from && index < to,
            };
            if (row.kind === "gap") return <GapRow key={row.path} {...common} row={row} open={() => open(row.path)} />;
            if (row.kind === "end")
              return (
                <EndRow key="end" {...common} run={run} role={roles.get(RUN)} by={by} span={span} at={at ?? span.ms} />
              );
            const node = tree.nodes[row.node];
            if (!node) return null;
            const event = at === null ? toNow(node.event, run, span) : asOf(node.event, span, at);
            return (
              <EventRow
                key={row.path}
                {...common}
                node={node}
                event={event}
                bar={bar(event)}
                by={by}
                role={ended ? roles.get(row.path) : knownOf(roles.get(row.path), event)}
                lane={lanes.indexOf(event.agent_name)}
                folded={row.folded}
                parts={node.end - row.node - 1}
                fold={() => fold(row.path, !row.folded)}
              />
            );
          })}
          {by === "time" && ended && chain.length > 1 && (
            <ChainLine chain={chain} bar={bar} items={items} rowHeight={ROW} />
          )}
        </div>
      </div>
      {find && hidden === tree.nodes.length && <p class="waterfall-none">No event is like “{find}”.</p>}
      {total > tree.nodes.length && (
        <p class="waterfall-none">{plural(total - tree.nodes.length, "more event")} loading</p>
      )}
    </div>
  );
}

/** What is under way has lasted until now. */
function toNow(event: Outline, run: RunDetail, span: Span): Outline {
  if (run.status !== "running" || event.status !== "running" || !event.timestamp) return event;
  return { ...event, duration_ms: Math.max(span.start + span.ms - Date.parse(event.timestamp), 0) };
}

/** What was known of an event's role before the end: that something made it good was not. */
function knownOf(role: Role | undefined, event: Outline): Role | undefined {
  return role?.chain && event.status !== "running" ? { chain: role.chain } : undefined;
}

function held({ step_count, tool_call_count, guardrail_event_count }: RunDetail): string {
  const guards = guardrail_event_count ? [plural(guardrail_event_count, "guardrail event")] : [];
  return [plural(step_count, "step"), plural(tool_call_count, "tool call"), ...guards].join(", ");
}

const onPath = ({ chain, cited, against }: Role): boolean => Boolean(chain || cited || against);

/** Where what is looked at stands; if it is folded away, the row that holds it. */
function placeIn(places: ReadonlyMap<string, number>, rows: readonly Row[], path: string): number {
  return places.get(path) ?? rows.findIndex((row) => row.kind === "gap" && row.path === path);
}

export type ChainRow = { row: number; number: number; event: Outline | undefined };

function chainRows(
  roles: ReadonlyMap<string, Role>,
  rows: readonly Row[],
  places: ReadonlyMap<string, number>,
  tree: Tree,
): ChainRow[] {
  const found: ChainRow[] = [];
  for (const [path, { chain }] of roles) {
    const row = places.get(path);
    if (chain === undefined || row === undefined || rows[row]?.kind === "gap") continue;
    const node = tree.at.get(path);
    found.push({ row, number: chain, event: node === undefined ? undefined : tree.nodes[node]?.event });
  }
  return found.sort((one, other) => one.number - other.number);
}
