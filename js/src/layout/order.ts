/** The order within ranks: sweeps of barycentres and medians with swaps of neighbours; the best seen is kept. */

import { crossings, crossingsOf } from "./crossings";
import { type Layers, number } from "./layers";

const SWEEPS = 24;
const PATIENCE = 6; // sweeps without a better order
const SWAPS = 4;

/** Order the rows in place, for at most `budget` ms. */
export function order(layers: Layers, budget: number): void {
  const until = performance.now() + budget;
  number(layers);
  let best = layers.rows.map((row) => row.slice());
  let fewest = crossings(layers);
  let stale = 0;
  for (
    let sweep = 0;
    sweep < SWEEPS && stale < PATIENCE && fewest > 0 && performance.now() < until;
    sweep++
  ) {
    const downwards = sweep % 2 === 0;
    const value = sweep % 4 >= 2 ? median : mean;
    const n = layers.rows.length;
    for (let k = 0; k < n; k++) arrange(layers, downwards ? k : n - 1 - k, downwards, value);
    swap(layers);
    const now = crossings(layers);
    stale++;
    if (now < fewest) {
      fewest = now;
      best = layers.rows.map((row) => row.slice());
      stale = 0;
    }
  }
  layers.rows = best;
  number(layers);
}

function place(row: number[], at: Int32Array): void {
  for (let i = 0; i < row.length; i++) at[row[i] as number] = i;
}

function arrange(layers: Layers, r: number, downwards: boolean, value: (places: number[]) => number): void {
  const { rows, at, rank } = layers;
  const row = rows[r] as number[];
  const wanted = new Map<number, number>();
  for (const u of row) {
    const near = (downwards ? layers.up : layers.down)[u] as number[];
    const places = near.map((v) => ((at[v] as number) + 0.5) / (rows[rank[v] as number] as number[]).length);
    wanted.set(u, places.length > 0 ? value(places) : ((at[u] as number) + 0.5) / row.length);
  }
  row.sort(
    (a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || (at[a] as number) - (at[b] as number),
  );
  place(row, at);
}

function mean(places: number[]): number {
  let sum = 0;
  for (const place of places) sum += place;
  return sum / places.length;
}

function median(places: number[]): number {
  places.sort((a, b) => a - b);
  const half = places.length >> 1;
  const right = places[half] as number;
  return places.length % 2 === 1 ? right : ((places[half - 1] as number) + right) / 2;
}

/** Swap neighbours as long as that removes crossings. */
function swap(layers: Layers): void {
  const { rows, at } = layers;
  let better = true;
  for (let round = 0; better && round < SWAPS; round++) {
    better = false;
    for (const row of rows) {
      for (let i = 0; i + 1 < row.length; i++) {
        const a = row[i] as number;
        const b = row[i + 1] as number;
        if (crossingsOf(layers, a, b) <= 0) continue;
        row[i] = b;
        row[i + 1] = a;
        at[a] = i + 1;
        at[b] = i;
        better = true;
      }
    }
  }
}
