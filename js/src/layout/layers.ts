/** Nodes by rank, with a dummy in each rank that a long link passes. */

import type { Network } from "./network";

/** Longer links than this go straight: their dummies would cost more than they order. */
const LONGEST = 8;

export interface Layers {
  /** Real nodes come first: the dummies are those from `real` on. */
  real: number;
  rank: number[];
  up: number[][];
  down: number[][];
  rows: number[][];
  /** Place in its row. */
  at: Int32Array;
  /** Dummies of a link, by `from * real + to`. */
  bends: Map<number, number[]>;
}

export function layers(net: Network, ranks: Int32Array): Layers {
  const real = ranks.length;
  const rank = Array.from(ranks);
  const up: number[][] = net.ins.map(() => []);
  const down: number[][] = net.outs.map(() => []);
  const bends = new Map<number, number[]>();
  const join = (a: number, b: number) => {
    (down[a] as number[]).push(b);
    (up[b] as number[]).push(a);
  };
  for (let u = 0; u < real; u++) {
    for (const v of net.outs[u] as number[]) {
      const first = (ranks[u] as number) + 1;
      const last = ranks[v] as number;
      if (last - first >= LONGEST) {
        join(u, v);
        continue;
      }
      let before = u;
      const passed: number[] = [];
      for (let r = first; r < last; r++) {
        const dummy = rank.length;
        rank.push(r);
        up.push([]);
        down.push([]);
        passed.push(dummy);
        join(before, dummy);
        before = dummy;
      }
      join(before, v);
      if (passed.length > 0) bends.set(u * real + v, passed);
    }
  }
  const found = {
    real,
    rank,
    up,
    down,
    rows: depthFirst(rank, up, down),
    at: new Int32Array(rank.length),
    bends,
  };
  number(found);
  return found;
}

/** Write down the place of each node in its row. */
export function number({ rows, at }: Pick<Layers, "rows" | "at">): void {
  for (const row of rows) for (let i = 0; i < row.length; i++) at[row[i] as number] = i;
}

/** Rows in the order of a walk from the sources: what belongs together begins side by side. */
function depthFirst(rank: number[], up: number[][], down: number[][]): number[][] {
  const rows: number[][] = Array.from({ length: Math.max(-1, ...rank) + 1 }, () => []);
  const seen = new Uint8Array(rank.length);
  const visit = (root: number) => {
    const stack = [root];
    for (let u = stack.pop(); u !== undefined; u = stack.pop()) {
      if (seen[u]) continue;
      seen[u] = 1;
      (rows[rank[u] as number] as number[]).push(u);
      const next = down[u] as number[];
      for (let i = next.length - 1; i >= 0; i--) stack.push(next[i] as number);
    }
  };
  for (let u = 0; u < rank.length; u++) if ((up[u] as number[]).length === 0) visit(u);
  return rows;
}
