/** The graph to lay out, by index: who stands before whom, and how much room each takes. */

/** What takes room: `across` is its extent along its rank, `along` its extent in the direction of flow. */
export interface Item {
  key: string;
  along: number;
  across: number;
}

/** From key to key. */
export type Link = readonly [string, string];

export interface Network {
  ins: number[][];
  outs: number[][];
}

/** Links among `items`, without duplicates and circles: a link that would close one counts the other way round. */
export function network(items: readonly Item[], links: Iterable<Link>): Network {
  const index = new Map(items.map((item, i) => [item.key, i]));
  const outs: number[][] = items.map(() => []);
  const seen = new Set<number>();
  for (const [from, to] of links) {
    const a = index.get(from);
    const b = index.get(to);
    if (a === undefined || b === undefined || a === b || seen.has(a * items.length + b)) continue;
    seen.add(a * items.length + b);
    (outs[a] as number[]).push(b);
  }
  return acyclic(outs);
}

/** Depth first; a link back to a node that is still open is turned round. */
function acyclic(outs: number[][]): Network {
  const n = outs.length;
  const net: Network = { ins: outs.map(() => []), outs: outs.map(() => []) };
  const state = new Uint8Array(n); // 0 unseen, 1 open, 2 done
  const next = new Int32Array(n);
  for (let root = 0; root < n; root++) {
    if (state[root]) continue;
    const stack = [root];
    state[root] = 1;
    while (stack.length > 0) {
      const u = stack[stack.length - 1] as number;
      const targets = outs[u] as number[];
      const at = next[u] as number;
      if (at === targets.length) {
        state[u] = 2;
        stack.pop();
        continue;
      }
      next[u] = at + 1;
      const v = targets[at] as number;
      const back = state[v] === 1;
      link(net, back ? v : u, back ? u : v);
      if (state[v] === 0) {
        state[v] = 1;
        stack.push(v);
      }
    }
  }
  return net;
}

function link(net: Network, from: number, to: number): void {
  (net.outs[from] as number[]).push(to);
  (net.ins[to] as number[]).push(from);
}
