/** The rows of the records: cells in the order they ran, with their operations when opened. */

import type { Cell, Operation } from "../../protocol";
import type { Session } from "../../state/kernel";

export type Row = { kind: "cell"; cell: Cell } | { kind: "operation"; operation: Operation };
export type Sort = "order" | "duration" | "cpu" | "memory" | "rows";

export function rowsOf(session: Session, open: ReadonlySet<number>, sort: Sort, query: string): Row[] {
  const byCell = new Map<number, Operation[]>();
  for (const operation of session.operations.values()) {
    if (operation.cell === null) continue;
    const known = byCell.get(operation.cell);
    if (known) known.push(operation);
    else byCell.set(operation.cell, [operation]);
  }
  const wanted = query.trim().toLowerCase();
  let cells = [...session.cells.values()];
  if (wanted) {
    const has = (text: string) => text.toLowerCase().includes(wanted);
    cells = cells.filter((c) => has(c.source) || byCell.get(c.no)?.some((o) => has(o.name)) === true);
  }
  if (sort === "order") cells.reverse();
  else cells.sort((a, b) => measure(b, byCell, sort) - measure(a, byCell, sort));
  const rows: Row[] = [];
  for (const cell of cells) {
    rows.push({ kind: "cell", cell });
    if (!open.has(cell.no)) continue;
    for (const operation of byCell.get(cell.no) ?? []) rows.push({ kind: "operation", operation });
  }
  return rows;
}

function measure(cell: Cell, byCell: ReadonlyMap<number, Operation[]>, sort: Sort): number {
  if (sort === "duration") return cell.ended === null ? Number.POSITIVE_INFINITY : cell.ended - cell.started;
  if (sort === "cpu") return cell.cpu ?? 0;
  if (sort === "memory") return cell.rss ? cell.rss[2] - cell.rss[0] : 0;
  const rows = (byCell.get(cell.no) ?? []).map((o) => o.rows[1] ?? 0);
  return rows.reduce((most, n) => Math.max(most, n), 0);
}
