/** The columns a node shows: those of its newest version; traced ones first, also those that only older versions had. */

import { slotName } from "../model/schema";
import { ROWS } from "../model/slots";
import type { ColumnTrace } from "../state/column_trace";
import type { Session } from "../state/kernel";
import type { Node } from "./builder";

export interface Column {
  name: string;
  type: string;
  /** Where to begin a trace of it. */
  dataset: number;
  slot: number;
  traced: boolean;
  /** The newest version doesn't have it any more. */
  past: boolean;
}

export const newest = (node: Node): number | undefined => node.versions[node.versions.length - 1];

export function columnsOf(session: Session, node: Node, traced: ColumnTrace | null): Column[] {
  const no = newest(node);
  const schema = no === undefined ? undefined : session.schemaOf(no);
  if (no === undefined || !schema) return [];
  const listed = schema.labels.map(
    (name, slot): Column => ({
      name,
      type: schema.types[slot] ?? "",
      dataset: no,
      slot,
      traced: false,
      past: false,
    }),
  );
  const lit = traced?.rows.get(node.key);
  if (!lit) return listed;
  const byName = new Map(listed.map((column) => [column.name, column]));
  const first: Column[] = [];
  for (const [name, spot] of lit) {
    const known = byName.get(name);
    if (known && spot.slot >= 0) {
      known.traced = true;
      first.push(known);
    } else {
      const type = spot.slot <= ROWS ? "" : spot.slot < 0 ? "index" : "earlier";
      first.push({ name, type, dataset: spot.dataset, slot: spot.slot, traced: true, past: spot.slot >= 0 });
    }
  }
  return [...first, ...listed.filter((column) => !column.traced)];
}

/** The name under which a slot of a version stands among its node's columns. */
export function rowName(session: Session, dataset: number, slot: number): string {
  return slotName(session.schemaOf(dataset), slot);
}
