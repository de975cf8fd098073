/**
 * dbt's way to say which part of a graph is meant: `trips`, `+trips`, `trips+`, `2+trips+1`, `+a +b`.
 *
 * A name is matched whole first, else as a part of a title. https://docs.getdbt.com/reference/node-selection/graph-operators
 */

import type { Graph, Node } from "./builder";

export interface Selected {
  keys: string[];
  up: number;
  down: number;
}

/** Null when the text isn't a selector with hops, or names nothing. */
export function select(graph: Graph, text: string): Selected | null {
  const found: Selected = { keys: [], up: 0, down: 0 };
  let hops = false;
  for (const word of text.trim().split(/\s+/)) {
    const match = /^(?:(\d*)(\+))?([^+]+)(?:(\+)(\d*))?$/.exec(word);
    if (!match) return null;
    const [, up, before, name, after, down] = match;
    if (before || after) hops = true;
    found.keys.push(...named(graph, name as string).map((node) => node.key));
    if (before) found.up = Math.max(found.up, up ? Number(up) : ALL);
    if (after) found.down = Math.max(found.down, down ? Number(down) : ALL);
  }
  return hops && found.keys.length > 0 ? found : null;
}

/** More hops than any graph has. */
export const ALL = 99;

function named(graph: Graph, name: string): Node[] {
  const nodes = [...graph.nodes.values()];
  const wanted = name.toLowerCase();
  const exact = nodes.filter((node) => node.title.toLowerCase() === wanted);
  return exact.length > 0 ? exact : nodes.filter((node) => node.title.toLowerCase().includes(wanted));
}
