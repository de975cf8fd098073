/** Centres of all nodes and dummies across the flow: sweeps that pull each towards its neighbours. */

import { spread } from "./coordinates";
import type { Layers } from "./layers";

const SWEEPS = 8;
const DUMMY = 4; // px: lines may run closer together than cards

export function place(layers: Layers, extents: readonly number[], gap: number): Float64Array {
  const { rows, up, down, real, rank } = layers;
  const extent = (u: number) => (u < real ? (extents[u] as number) : DUMMY);
  const centre = new Float64Array(rank.length);
  for (const row of rows) stack(row, extent, gap, centre);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const last = sweep === SWEEPS - 1;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[sweep % 2 === 0 ? k : rows.length - 1 - k] as number[];
      const near = (u: number) =>
        last
          ? [...(up[u] as number[]), ...(down[u] as number[])]
          : ((sweep % 2 === 0 ? up : down)[u] as number[]);
      settle(row, near, { real, extent, gap, centre });
    }
  }
  return centre;
}

/** One below the other, centred around 0. */
function stack(row: number[], extent: (u: number) => number, gap: number, centre: Float64Array): void {
  let end = 0;
  for (const u of row) {
    centre[u] = end + extent(u) / 2;
    end += extent(u) + gap;
  }
  for (const u of row) centre[u] = (centre[u] as number) - (end - gap) / 2;
}

interface Sizes {
  real: number;
  extent: (u: number) => number;
  gap: number;
  centre: Float64Array;
}

function settle(row: number[], near: (u: number) => number[], { real, extent, gap, centre }: Sizes): void {
  const wanted: number[] = [];
  const weight: number[] = [];
  for (const u of row) {
    const neighbours = near(u);
    let sum = 0;
    let total = 0;
    for (const v of neighbours) {
      const pull = u >= real && v >= real ? 4 : 1; // long lines stay straight
      sum += (centre[v] as number) * pull;
      total += pull;
    }
    wanted.push(total > 0 ? sum / total : (centre[u] as number));
    weight.push(total === 0 ? 0.1 : u < real ? 4 : 1);
  }
  const centres = spread({ wanted, weight, extent: row.map(extent), gap });
  for (let i = 0; i < row.length; i++) centre[row[i] as number] = centres[i] as number;
}
