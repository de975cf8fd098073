/** Graphs shaped like notebooks: mostly chains with joins among recent tables, some sources, some opened cards. */

import type { Item, Link } from "../src/layout/network";

export function notebookLike(n: number, seed: number): { items: Item[]; links: Link[] } {
  const random = mulberry(seed);
  const items: Item[] = [];
  const links: Link[] = [];
  for (let i = 0; i < n; i++) {
    items.push({ key: `n${i}`, along: 196, across: random() < 0.1 ? 222 : 42 });
    if (i < 3 || random() < 0.08) continue;
    const parents = 1 + (random() < 0.35 ? 1 : 0) + (random() < 0.08 ? 1 : 0);
    const chosen = new Set<number>();
    for (let k = 0; k < parents; k++)
      chosen.add(Math.max(0, i - 1 - Math.floor(random() * random() * Math.min(i, 40))));
    for (const parent of chosen) links.push([`n${parent}`, `n${i}`]);
  }
  return { items, links };
}

/** Small, seeded, good enough: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
