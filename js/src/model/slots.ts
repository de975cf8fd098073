/** Slots: a dataset's parts addressed by one integer, as in `lineage_ext/model/slots.py`. */

export const ROWS = -2001;
export const ORDER = -2002;
export const COLUMNS = -2003;

export const level = (i: number): number => -1 - i;
export const key = (i: number): number => -1001 - i;
export const isLevel = (slot: number): boolean => -1001 < slot && slot < 0;
export const isKey = (slot: number): boolean => -2001 < slot && slot <= -1001;

/** Slots in order; three and more that follow each other upwards stand as one `[first, last]`. */
export type Slots = readonly (number | readonly [number, number])[];

/** How many slots these are. */
export function countOf(slots: Slots): number {
  let n = 0;
  for (const run of slots) n += typeof run === "number" ? 1 : run[1] - run[0] + 1;
  return n;
}

/** The slot at a position. */
export function slotAt(slots: Slots, position: number): number | undefined {
  let left = position;
  for (const run of slots) {
    if (typeof run === "number") {
      if (left === 0) return run;
      left -= 1;
    } else {
      const n = run[1] - run[0] + 1;
      if (left < n) return run[0] + left;
      left -= n;
    }
  }
  return undefined;
}

/** The positions at which a slot stands. */
export function positionsOf(slots: Slots, slot: number): number[] {
  const found: number[] = [];
  let at = 0;
  for (const run of slots) {
    if (typeof run === "number") {
      if (run === slot) found.push(at);
      at += 1;
    } else {
      if (run[0] <= slot && slot <= run[1]) found.push(at + slot - run[0]);
      at += run[1] - run[0] + 1;
    }
  }
  return found;
}

/** All of them, one by one. */
export function* each(slots: Slots): Generator<number> {
  for (const run of slots) {
    if (typeof run === "number") yield run;
    else for (let slot = run[0]; slot <= run[1]; slot++) yield slot;
  }
}
