/** Ranks: every link leads to a higher one, and links are short. */

import type { Network } from "./network";

/** Rank of each node, from 0: the longest way from a source, then pulled towards what it feeds. */
export function rank(net: Network): Int32Array {
  const order = sorted(net);
  const ranks = new Int32Array(net.outs.length);
  for (const u of order) {
    for (const v of net.outs[u] as number[]) {
      ranks[v] = Math.max(ranks[v] as number, (ranks[u] as number) + 1);
    }
  }
  // Nodes that feed more than they read stand as near to what they feed as they can: fewer and shorter lines.
  for (let i = order.length - 1; i >= 0; i--) {
    const u = order[i] as number;
    const outs = net.outs[u] as number[];
    if (outs.length === 0 || outs.length < (net.ins[u] as number[]).length) continue;
    let nearest = Infinity;
    for (const v of outs) nearest = Math.min(nearest, ranks[v] as number);
    ranks[u] = nearest - 1;
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
