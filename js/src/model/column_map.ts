/** Which slots of which inputs fed which slots of which outputs: `lineage_ext/model/column_map.py` read backwards and forwards. */

import type { Block, ColumnMap } from "../protocol";
import { each, positionsOf, type Slots, slotAt } from "./slots";
import type { Confidence, Transformation } from "./words";

/** One influence: `end` is the position of the dataset at the other end among the operation's inputs (or outputs). */
export interface Influence {
  end: number;
  slot: number;
  how: Transformation;
  confidence: Confidence;
  reason: string;
  /** The values can't be read off the target any more. */
  masking: boolean;
}

/** What feeds `slot` of output number `output`. */
export function upstream(map: ColumnMap, output: number, slot: number): Influence[] {
  const found: Influence[] = [];
  for (const block of map.blocks) {
    if (block[0] === output) follow(found, block, block[1], block[2], block[3], slot);
  }
  return found;
}

/** What `slot` of input number `input` feeds. */
export function downstream(map: ColumnMap, input: number, slot: number): Influence[] {
  const found: Influence[] = [];
  for (const block of map.blocks) {
    if (block[1] === input) follow(found, block, block[0], block[3], block[2], slot);
  }
  return found;
}

function follow(
  into: Influence[],
  block: Block,
  end: number,
  ours: Slots,
  theirs: Slots,
  slot: number,
): void {
  const positions = positionsOf(ours, slot);
  if (positions.length === 0) return;
  const [, , , , how, confidence, cross, reason, masking] = block;
  const slots = cross ? each(theirs) : positions.map((p) => slotAt(theirs, p));
  for (const other of slots) {
    if (other !== undefined) into.push({ end, slot: other, how, confidence, reason, masking: masking === 1 });
  }
}
