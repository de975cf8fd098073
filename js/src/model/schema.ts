/** What a dataset's columns, index levels and keys are called. */

import type { Schema } from "../protocol";
import { COLUMNS, isKey, isLevel, ORDER, ROWS } from "./slots";

/** Text for a slot: a column's or level's name, `rows`, `order`, `columns`. */
export function slotName(schema: Schema | undefined, slot: number): string {
  if (slot === ROWS) return "rows";
  if (slot === ORDER) return "order";
  if (slot === COLUMNS) return "columns";
  if (isKey(slot)) return schema?.keys[-1001 - slot] ?? `key ${-1001 - slot}`;
  if (isLevel(slot)) return schema?.index[-1 - slot] ?? `level ${-1 - slot}`;
  return schema?.labels[slot] ?? `column ${slot}`;
}

/** How many columns there are, those not listed included. */
export function width(schema: Schema | undefined): number {
  return schema ? schema.labels.length + schema.more : 0;
}

/** A column that is in one schema and not in the other, or whose type changed. */
export interface Change {
  name: string;
  change: "added" | "removed" | "retyped" | "same";
  before: string;
  after: string;
}

/** What became of the columns, by name: those of `after` in their order, then the removed ones. */
export function compare(before: Schema | undefined, after: Schema | undefined): Change[] {
  const types = new Map(before?.labels.map((name, i) => [name, before.types[i] ?? ""]));
  const changes: Change[] = [];
  const seen = new Set<string>();
  after?.labels.forEach((name, i) => {
    const was = types.get(name);
    const is = after.types[i] ?? "";
    seen.add(name);
    const change = was === undefined ? "added" : was !== is && was && is ? "retyped" : "same";
    changes.push({ name, change, before: was ?? "", after: is });
  });
  before?.labels.forEach((name, i) => {
    if (!seen.has(name)) changes.push({ name, change: "removed", before: before.types[i] ?? "", after: "" });
  });
  return changes;
}
