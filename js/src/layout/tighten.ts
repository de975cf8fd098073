/**
 * Shorter links: groups of nodes that hang together move towards where most of their links lead.
 *
 * The network simplex of Gansner et al. (A Technique for Drawing Directed Graphs, 1993, §2.3), on a forest of tight
 * links instead of one tree. By one step onwards the links of a subtree get shorter by the sum over its nodes of
 * links out minus links in.
 */

import type { Network } from "./network";

const MOVES = 4; // times the number of nodes: thousands of nodes need about one each

export function tighten({ ins, outs }: Network, ranks: Int32Array): void {
  const n = ranks.length;
  const parents = new Int32Array(n).fill(-1);
  const children = forest(n);
  /** Of the subtree of each node. */
  const gains = outs.map((list, u) => list.length - (ins[u] as number[]).length);

  /** In which move a node was last in the group: cheaper to ask than a set. */
  const turns = new Int32Array(n);
  let turn = 0;

  /** Whether the subtree of `v` wants away from its parent, or to anywhere if it has none. */
  const wants = (v: number): boolean => {
    const gain = gains[v] as number;
    const parent = parents[v] as number;
    return gain !== 0 && (parent < 0 || gain > 0 === (ranks[parent] as number) < (ranks[v] as number));
  };

  /** Move a subtree until a link gets tight, and hang it there. */
  const move = (v: number) => {
    const onwards = (gains[v] as number) > 0;
    const group = [v]; // grows while it is walked
    turn++;
    for (const u of group) {
      turns[u] = turn;
      for (let child = children.first[u] as number; child >= 0; child = children.next[child] as number) {
        group.push(child);
      }
    }
    let least = Infinity;
    let [end, other] = [-1, -1];
    for (const u of group) {
      for (const w of (onwards ? outs : ins)[u] as number[]) {
        const slack = Math.abs((ranks[w] as number) - (ranks[u] as number)) - 1;
        if (slack < least && turns[w] !== turn) [least, end, other] = [slack, u, w];
      }
    }
    if (end < 0) return;
    for (const u of group) ranks[u] = (ranks[u] as number) + (onwards ? least : -least);
    hang(v, end, other);
  };

  /** Take the subtree of `v` off its parent, make `end` its root, and `other` the parent of that. */
  const hang = (v: number, end: number, other: number) => {
    const total = gains[v] as number;
    add(parents[v] as number, -total);
    let passed = 0; // gain of what used to hang below
    let below = other;
    let above = end;
    while (below !== v) {
      const u = above;
      above = parents[u] as number;
      if (above >= 0) children.take(above, u);
      parents[u] = below;
      children.give(below, u);
      [gains[u], passed] = [total - passed, gains[u] as number];
      below = u;
    }
    add(other, total);
  };

  const add = (v: number, gain: number) => {
    for (let u = v; u >= 0; u = parents[u] as number) gains[u] = (gains[u] as number) + gain;
  };

  let moves = MOVES * n;
  for (let still = 0, v = 0; still < n && moves > 0; v = (v + 1) % n) {
    still++;
    if (!wants(v)) continue;
    move(v);
    moves--;
    still = 0;
  }
}

/** The children of each node as chains of numbers: a set for each takes three times as long to walk. */
function forest(n: number) {
  const [first, next, before] = [0, 1, 2].map(() => new Int32Array(n).fill(-1)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  return {
    first,
    next,
    give(parent: number, child: number): void {
      const follower = first[parent] as number;
      if (follower >= 0) before[follower] = child;
      next[child] = follower;
      before[child] = -1;
      first[parent] = child;
    },
    take(parent: number, child: number): void {
      const [left, right] = [before[child] as number, next[child] as number];
      if (left >= 0) next[left] = right;
      else first[parent] = right;
      if (right >= 0) before[right] = left;
    },
  };
}
