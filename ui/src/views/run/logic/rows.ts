/** Which rows of the waterfall are shown: all, or the failure path, what is found, what is not folded away. */
import { around, type Tree } from "./tree";

export type Row =
  | { kind: "event"; path: string; node: number; folded: boolean }
  /** Events in between that are folded away; `path` is the first one's. */
  | { kind: "gap"; path: string; depth: number; count: number; failed: number }
  | { kind: "end"; path: string };

export type Wanted = {
  /** The only events wanted, with what they are part of; all if not given. */
  only?: ReadonlySet<string> | undefined;
  /** Gaps that are open all the same, by the path of their first event. */
  opened: ReadonlySet<string>;
  folded: ReadonlySet<string>;
  find: string;
  /** Events that have not begun at this moment of a replay are not shown. */
  begun?: ((node: number) => boolean) | undefined;
  end: string;
};

const FAILED = new Set(["failure", "failed", "error", "block", "blocked"]);
export const isFailed = (status: string): boolean => FAILED.has(status);

/** Return the rows, from the first to the end of the run. */
export function rowsOf(tree: Tree, { only, opened, folded, find, begun, end }: Wanted): Row[] {
  const { nodes } = tree;
  const rows: Row[] = [];
  const kept = only && keptFor(tree, only);
  const found = find ? keptFor(tree, matches(tree, find)) : undefined;
  let gap: Extract<Row, { kind: "gap" }> | undefined;
  for (let index = 0; index < nodes.length; index += 1) {
    const node = nodes[index];
    if (!node || (found && !found.has(index)) || (begun && !begun(index))) continue;
    const { path, status } = node.event;
    if (kept && !kept.has(index)) {
      if (gap) {
        gap.count += 1;
        gap.failed += Number(isFailed(status));
        if (!opened.has(gap.path)) continue;
      } else {
        gap = { kind: "gap", path, depth: node.depth, count: 1, failed: Number(isFailed(status)) };
        if (!opened.has(path)) {
          rows.push(gap);
          continue;
        }
      }
    } else gap = undefined;
    // What is searched for or leads to the failure is not hidden by a fold.
    const isFolded = !find && folded.has(path) && node.end > index + 1;
    rows.push({ kind: "event", path, node: index, folded: isFolded });
    if (isFolded) index = node.end - 1;
  }
  rows.push({ kind: "end", path: end });
  return rows;
}

function keptFor(tree: Tree, paths: Iterable<string>): Set<number> {
  const kept = new Set<number>();
  for (const path of paths) {
    const index = tree.at.get(path);
    if (index === undefined) continue;
    kept.add(index);
    for (const each of around(tree, index)) {
      if (kept.has(each)) break;
      kept.add(each);
    }
  }
  return kept;
}

/** Return the paths of the events that hold every word of a search. */
export function matches({ nodes }: Tree, find: string): string[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes
    .filter(({ event }) => {
      const text =
        `${event.name} ${event.event_id} ${event.event_type} ${event.agent_name} ${event.status} ${event.kind ?? ""} ${event.error ?? ""} ${event.status_code ?? ""} ${event.model ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map(({ event }) => event.path);
}
