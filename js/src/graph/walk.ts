/** Ways over the folded graph: what is above and below, how far. */

import type { Graph, Node } from "./builder";

export type Direction = "ins" | "outs";

/** Nodes reached from `starts` within `hops`, the starts included, with their distance. */
export function reach(starts: Iterable<Node>, direction: Direction, hops = Infinity): Map<Node, number> {
  const found = new Map<Node, number>();
  for (const node of starts) found.set(node, 0);
  for (const [node, distance] of found) {
    if (distance >= hops) continue;
    for (const edge of node[direction].values()) {
      const next = direction === "ins" ? edge.source : edge.target;
      if (!found.has(next)) found.set(next, distance + 1); // a Map goes on over what is added meanwhile
    }
  }
  return found;
}

/** Everything above and below, as keys. */
export function closure(starts: Iterable<Node>, up = Infinity, down = up): Set<string> {
  const from = [...starts];
  const found = new Set<string>();
  for (const node of reach(from, "ins", up).keys()) found.add(node.key);
  for (const node of reach(from, "outs", down).keys()) found.add(node.key);
  return found;
}

/** How many nodes hang on `node` on one side without being shown. */
export function hiddenBeside(
  graph: Graph,
  node: Node,
  shown: ReadonlySet<string>,
  direction: Direction,
): number {
  let hidden = 0;
  for (const edge of node[direction].values()) {
    const next = direction === "ins" ? edge.source : edge.target;
    if (graph.nodes.has(next.key) && !shown.has(next.key)) hidden++;
  }
  return hidden;
}
