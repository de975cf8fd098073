/** Places along each rank: as near to their neighbours as the order and the gaps allow. */

/** A row to place: centres wanted, how much each insists, and how far centres must stand apart at least. */
export interface Row {
  wanted: number[];
  weight: number[];
  extent: number[];
  gap: number;
}

/**
 * Centres that keep the order and the gaps and are nearest to those wanted (weighted least squares).
 *
 * Isotonic regression by pooling neighbours that get in each other's way: linear, exact.
 */
export function spread({ wanted, weight, extent, gap }: Row): number[] {
  const n = wanted.length;
  const offset = new Float64Array(n);
  for (let i = 1; i < n; i++) {
    offset[i] = (offset[i - 1] as number) + ((extent[i - 1] as number) + (extent[i] as number)) / 2 + gap;
  }
  const start: number[] = [];
  const mass: number[] = [];
  const size: number[] = [];
  for (let i = 0; i < n; i++) {
    let at = (wanted[i] as number) - (offset[i] as number);
    let heavy = weight[i] as number;
    let length = 1;
    while (start.length > 0 && (start[start.length - 1] as number) > at) {
      const before = mass.pop() as number;
      at = ((start.pop() as number) * before + at * heavy) / (before + heavy);
      heavy += before;
      length += size.pop() as number;
    }
    start.push(at);
    mass.push(heavy);
    size.push(length);
  }
  const centres: number[] = [];
  for (let block = 0; block < start.length; block++) {
    for (let j = 0; j < (size[block] as number); j++) {
      centres.push((start[block] as number) + (offset[centres.length] as number));
    }
  }
  return centres;
}
