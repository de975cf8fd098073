/** Find tables, columns, operations and cells by text; the best few of each. */

import type { Session } from "../state/kernel";
import type { Selection } from "../state/view";
import { firstLine } from "../text";
import type { Graph } from "./builder";
import { newest } from "./columns";
import { shortName } from "./kinds";

export interface Hit {
  selection: Selection;
  title: string;
  /** Where it is: the table of a column, the cell of an operation. */
  where: string;
}

const EACH = 6;

export function search(session: Session, graph: Graph, text: string): Hit[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  return [tables(graph), columns(session, graph), operations(session), cells(session)].flatMap((hits) =>
    best(wanted, hits),
  );
}

/** Whole matches first, then beginnings, then the rest; shorter before longer. `text`: where to look, if not in the title. */
function best(wanted: string, hits: Iterable<Hit & { text?: string }>): Hit[] {
  const found: [number, Hit][] = [];
  for (const hit of hits) {
    const { title, text = title } = hit;
    const at = text.toLowerCase().indexOf(wanted);
    if (at >= 0)
      found.push([(text.length === wanted.length ? 0 : at === 0 ? 1 : 2) * 1e6 + title.length, hit]);
  }
  found.sort((a, b) => a[0] - b[0]);
  return found.slice(0, EACH).map(([, hit]) => hit);
}

function* tables(graph: Graph): Generator<Hit> {
  for (const node of graph.nodes.values()) {
    const no = newest(node);
    if (no !== undefined) yield { selection: { kind: "dataset", no }, title: node.title, where: node.kind };
  }
}

function* columns(session: Session, graph: Graph): Generator<Hit> {
  for (const node of graph.nodes.values()) {
    const no = newest(node) ?? -1;
    for (const [slot, title] of session.schemaOf(no)?.labels.entries() ?? []) {
      yield { selection: { kind: "column", no, slot }, title, where: node.title };
    }
  }
}

function* operations(session: Session): Generator<Hit> {
  for (const { no, name, cell, text } of session.operations.values()) {
    const where = `[${session.cells.get(cell ?? -1)?.count ?? "·"}] ${text.slice(0, 40)}`;
    yield { selection: { kind: "operation", no }, title: shortName(name), where };
  }
}

function* cells(session: Session): Generator<Hit & { text: string }> {
  for (const { no, count, source } of session.cells.values()) {
    yield {
      selection: { kind: "cell", no },
      title: `[${count ?? "·"}]`,
      where: firstLine(source),
      text: source,
    };
  }
}
