/** Ranks far longer than the graph is wide become several side by side: a hundred siblings fill a page, not a line. */

import type { Layers } from "./layers";
import type { Item } from "./network";

/** No rank shorter than this is parted, px. */
const SHORTEST = 1400;
/** How much wider than high the room for a graph is. */
const ASPECT = 1.7;
/** Between the parts of a rank, where links pass but none ends. */
export const BESIDE = 28;

/** Part the rows of `layers` that are too long, their order kept; gives back which rows continue the one before. */
export function wrap(layers: Layers, items: readonly Item[], gap: number, across: boolean): Set<number> {
  const aspect = across ? ASPECT : 1 / ASPECT;
  const cards = layers.rows.map((row) => row.flatMap((u) => items[u] ?? []));
  const lengths = cards.map((row) => row.reduce((sum, item) => sum + item.across + gap, 0));
  const parts = (r: number, most: number) => Math.ceil((lengths[r] as number) / most) || 1;
  const width = (most: number) =>
    cards.reduce((sum, row, r) => sum + ((row[0]?.along ?? 0) + 2 * BESIDE) * parts(r, most), 0);
  let most = Math.max(SHORTEST, ...lengths);
  for (let less = most; less >= SHORTEST && width(less) <= aspect * less; less *= 0.9) most = less;

  const continued = new Set<number>();
  const rows: number[][] = [];
  layers.rows.forEach((row, r) => {
    const first = rows.length;
    let at = 0;
    for (const u of row) {
      // neighbours come side by side, so that each part has the whole length; lines that pass stay in the first
      const part = first + (u < layers.real ? at++ % parts(r, most) : 0);
      if (part > first) continued.add(part);
      rows[part] ??= [];
      (rows[part] as number[]).push(u);
      layers.rank[u] = part;
    }
  });
  layers.rows = rows;
  return continued;
}
