/** How many links cross between neighbouring ranks. */

import type { Layers } from "./layers";

/** All of them: counts inversions with a Fenwick tree, O(links · log width). */
export function crossings(layers: Layers): number {
  let total = 0;
  for (let r = 0; r + 1 < layers.rows.length; r++) total += between(layers, r);
  return total;
}

function between({ rows, down, rank, at }: Layers, r: number): number {
  const width = (rows[r + 1] as number[]).length;
  const tree = new Int32Array(width + 1);
  let found = 0;
  let passed = 0;
  for (const u of rows[r] as number[]) {
    const ends: number[] = [];
    for (const v of down[u] as number[]) if (rank[v] === r + 1) ends.push(at[v] as number);
    ends.sort((a, b) => a - b);
    for (const end of ends) {
      let left = 0;
      for (let i = end + 1; i > 0; i -= i & -i) left += tree[i] as number;
      found += passed - left;
    }
    for (const end of ends) {
      passed++;
      for (let i = end + 1; i <= width; i += i & -i) tree[i] = (tree[i] as number) + 1;
    }
  }
  return found;
}

/** How many crossings of `a` (left) and `b`, its neighbour, a swap would remove. */
export function crossingsOf({ up, down, rank, at }: Layers, a: number, b: number): number {
  let fewer = 0;
  for (const near of [up, down]) {
    for (const x of near[a] as number[]) {
      for (const y of near[b] as number[]) {
        if (rank[x] === rank[y]) fewer += Math.sign((at[x] as number) - (at[y] as number));
      }
    }
  }
  return fewer;
}
