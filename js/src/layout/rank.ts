/** Ranks: every link leads to a higher one, and links are short. */

import type { Network } from "./network";
import { tighten } from "./tighten";

/** Rank of each node: the longest way from a source, then pulled together; what hangs together begins at 0. */
export function rank(net: Network): Int32Array {
  const order = sorted(net);
  const ranks = new Int32Array(net.outs.length);
  for (const u of order) {
    for (const v of net.outs[u] as number[]) {
      ranks[v] = Math.max(ranks[v] as number, (ranks[u] as number) + 1);
    }
  }
  tighten(net, ranks);
  for (const group of groups(net)) {
    let first = Infinity;
    for (const u of group) first = Math.min(first, ranks[u] as number);
    for (const u of group) ranks[u] = (ranks[u] as number) - first;
  }
  return ranks;
}

/** Kahn's order. */
function sorted(net: Network): number[] {
  const waits = net.ins.map((list) => list.length);
  const order: number[] = [];
  for (let u = 0; u < waits.length; u++) if (waits[u] === 0) order.push(u);
  for (let i = 0; i < order.length; i++) {
    for (const v of net.outs[order[i] as number] as number[]) {
      waits[v] = (waits[v] as number) - 1;
      if (waits[v] === 0) order.push(v);
    }
  }
  return order;
}

/** Nodes that hang together. */
function groups({ ins, outs }: Network): number[][] {
  const seen = new Uint8Array(outs.length);
  const found: number[][] = [];
  for (let root = 0; root < seen.length; root++) {
    if (seen[root]) continue;
    seen[root] = 1;
    const group = [root];
    for (let i = 0; i < group.length; i++) {
      const u = group[i] as number;
      for (const v of [...(ins[u] as number[]), ...(outs[u] as number[])]) {
        if (seen[v]) continue;
        seen[v] = 1;
        group.push(v);
      }
    }
    found.push(group);
  }
  return found;
}
