/** The rows of the records: cells in the order they ran, with their operations when opened. */

import { operationKind, shortName } from "../../graph/kinds";
import type { Cell, Operation } from "../../protocol";
import type { Session } from "../../state/kernel";
import { change, compact, duration, firstLine } from "../../text";

export type Sort = "order" | "duration" | "cpu" | "memory" | "rows";

/** A cell run or an operation. */
export type Entry =
  | { kind: "cell"; no: number; cell: Cell; rows: number }
  | { kind: "operation"; no: number; operation: Operation };

/** The same, ready to be shown. */
export interface Row {
  kind: "cell" | "operation";
  no: number;
  cell: number | null;
  state: string;
  error: string | undefined;
  started: number;
  ended: number | null;
  colour: string;
  /** Name of an operation. */
  name: string;
  text: string;
  duration: string;
  cpu: string;
  memory: string;
  rows: string;
  marks: [string, string][];
}

export function entriesOf(session: Session, open: ReadonlySet<number>, sort: Sort, query: string): Entry[] {
  const byCell = Map.groupBy(session.operations.values(), (operation) => operation.cell);
  const inside = (cell: Cell) => byCell.get(cell.no) ?? [];
  const mostRows = (cell: Cell) => inside(cell).reduce((n, o) => Math.max(n, o.rows[1] ?? 0), 0);
  const wanted = query.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const cells = [...session.cells.values()].filter(
    (cell) => !wanted || has(cell.source) || inside(cell).some((o) => has(o.name)),
  );
  const most: Record<Sort, (cell: Cell) => number> = {
    order: (cell) => cell.started,
    duration: (cell) => (cell.ended ?? Number.MAX_VALUE) - cell.started,
    cpu: (cell) => cell.cpu ?? 0,
    memory: (cell) => (cell.rss ? cell.rss[2] - cell.rss[0] : 0),
    rows: mostRows,
  };
  cells.sort((a, b) => most[sort](b) - most[sort](a));
  const found: Entry[] = [];
  for (const cell of cells) {
    found.push({ kind: "cell", no: cell.no, cell, rows: mostRows(cell) });
    if (!open.has(cell.no)) continue;
    for (const operation of inside(cell)) found.push({ kind: "operation", no: operation.no, operation });
  }
  return found;
}

/** Only what is in sight is put into words: there may be ten thousand. */
export const rowOf = (session: Session, entry: Entry): Row =>
  entry.kind === "cell" ? cellRow(session, entry.cell, entry.rows) : operationRow(session, entry.operation);

const took = (started: number, ended: number | null) => (ended === null ? "…" : duration(ended - started));

/** `most`: rows of the largest table that it made. */
function cellRow(session: Session, cell: Cell, most: number): Row {
  const { no, state, started, ended, cpu, rss } = cell;
  const progress = ended === null ? session.progress.get(no) : undefined;
  const marks: [string, string][] = [];
  const stale = session.staleCells.get(no);
  if (stale !== undefined) marks.push(["stale", stale]);
  if (session.deleted.has(no)) marks.push(["deleted", "no longer in the notebook"]);
  return {
    kind: "cell",
    no,
    cell: no,
    state,
    error: cell.error?.[0],
    started,
    ended,
    colour: state === "FAIL" ? "error" : "accent",
    name: "",
    text: firstLine(cell.source),
    duration: progress ? duration(progress.elapsed) : took(started, ended),
    cpu: cpu === null ? "" : duration(cpu),
    memory: rss ? change(rss[1] - rss[0]) : "",
    rows: progress ? `${compact(progress.operations)} ops` : most > 0 ? compact(most) : "",
    marks,
  };
}

function operationRow(session: Session, operation: Operation): Row {
  const { no, cell, state, started, ended, confidence } = operation;
  const [before, after] = operation.rows;
  const marks: [string, string][] = [];
  if (operation.times > 1) marks.push([`×${compact(operation.times)}`, "calls"]);
  if (confidence !== "exact") marks.push([confidence, operation.reason]);
  return {
    kind: "operation",
    no,
    cell,
    state,
    error: operation.error?.[0],
    started,
    ended,
    colour: `op-${operationKind(session, operation)}`,
    name: shortName(operation.name),
    text: operation.text.replace(/\s+/g, " "),
    duration: took(started, ended),
    cpu: "",
    memory: "",
    rows: `${before !== null && after !== null && before !== after ? `${compact(before)} → ` : ""}${after === null ? "" : compact(after)}`,
    marks,
  };
}
