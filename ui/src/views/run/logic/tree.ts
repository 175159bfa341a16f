/** A run's events as a tree: what is part of what, in the order it happened. */
import type { Schemas } from "../../../api/client";

export type Outline = Schemas["EventOutline"];

export type Node = {
  event: Outline;
  depth: number;
  /** Places in `Tree.nodes`: of what it is part of, and behind the last of its own parts. */
  parent: number;
  end: number;
  /** Whether another agent's part begins here. */
  entersAgent: boolean;
};

export type Tree = {
  /** Depth first, each before its parts. */
  nodes: Node[];
  at: Map<string, number>;
  agents: string[];
};

/** Make a tree of events in the order they happened. What names a parent that is not there stands alone. */
export function treeOf(events: readonly Outline[], runAgent: string): Tree {
  const known = new Set(events.map((event) => event.path));
  const parts = new Map<string, Outline[]>();
  const roots: Outline[] = [];
  for (const event of events) {
    if (event.parent === null || !known.has(event.parent) || event.parent === event.path) roots.push(event);
    else {
      const siblings = parts.get(event.parent);
      if (siblings) siblings.push(event);
      else parts.set(event.parent, [event]);
    }
  }
  const tree: Tree = { nodes: [], at: new Map(), agents: [] };
  const agents = new Set([runAgent]);
  const walk = (from: readonly Outline[]) => {
    // Steps may be nested ten thousand deep: no recursion.
    const open: { events: readonly Outline[]; next: number; node: number }[] = [{ events: from, next: 0, node: -1 }];
    for (let level = open.at(-1); level; level = open.at(-1)) {
      const event = level.events[level.next];
      if (!event) {
        const node = tree.nodes[level.node];
        if (node) node.end = tree.nodes.length;
        open.pop();
        continue;
      }
      level.next += 1;
      if (tree.at.has(event.path)) continue;
      const index = tree.nodes.length;
      const around = tree.nodes[level.node];
      agents.add(event.agent_name);
      tree.at.set(event.path, index);
      tree.nodes.push({
        event,
        depth: open.length - 1,
        parent: level.node,
        end: index + 1,
        entersAgent: event.agent_name !== (around?.event.agent_name ?? runAgent),
      });
      const below = parts.get(event.path);
      if (below) open.push({ events: below, next: 0, node: index });
    }
  };
  walk(roots);
  // What goes round in a circle has no root.
  if (tree.nodes.length < known.size) walk(events.filter((event) => !tree.at.has(event.path)));
  tree.agents = [...agents];
  return tree;
}

/** Return the places of everything that a node is part of, the nearest first. */
export function around(tree: Tree, index: number): number[] {
  const found: number[] = [];
  for (let at = tree.nodes[index]?.parent ?? -1; at >= 0; at = tree.nodes[at]?.parent ?? -1) found.push(at);
  return found;
}
