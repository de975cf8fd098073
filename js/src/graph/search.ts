/** Find tables, columns, operations and cells by text; the best few of each. */

import { slotName } from "../model/schema";
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
  /** Smaller is better. */
  rank: number;
}

const EACH = 6;

export function search(session: Session, graph: Graph, text: string): Hit[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const rank = (candidate: string): number => {
    const at = candidate.toLowerCase().indexOf(wanted);
    return at < 0 ? -1 : candidate.length === wanted.length ? 0 : at === 0 ? 1 : 2;
  };
  return [tables, columns, operations, cells].flatMap((find) => best(find(session, graph, rank)));
}

type Rank = (candidate: string) => number;

function best(hits: Iterable<Hit>): Hit[] {
  return [...hits].sort((a, b) => a.rank - b.rank || a.title.length - b.title.length).slice(0, EACH);
}

function* tables(_session: Session, graph: Graph, rank: Rank): Generator<Hit> {
  for (const node of graph.nodes.values()) {
    const no = newest(node);
    const how = rank(node.title);
    if (no !== undefined && how >= 0) {
      yield { selection: { kind: "dataset", no }, title: node.title, where: node.kind, rank: how };
    }
  }
}

function* columns(session: Session, graph: Graph, rank: Rank): Generator<Hit> {
  for (const node of graph.nodes.values()) {
    const no = newest(node);
    const schema = no === undefined ? undefined : session.schemaOf(no);
    if (no === undefined || !schema) continue;
    for (let slot = 0; slot < schema.labels.length; slot++) {
      const how = rank(schema.labels[slot] as string);
      if (how < 0) continue;
      yield {
        selection: { kind: "column", no, slot },
        title: slotName(schema, slot),
        where: node.title,
        rank: how,
      };
    }
  }
}

function* operations(session: Session, _graph: Graph, rank: Rank): Generator<Hit> {
  for (const operation of session.operations.values()) {
    const name = shortName(operation.name);
    const how = rank(name);
    if (how < 0) continue;
    const cell = session.cells.get(operation.cell ?? -1);
    const where = cell
      ? `[${cell.count ?? "·"}] ${operation.text.slice(0, 40)}`
      : operation.text.slice(0, 40);
    yield { selection: { kind: "operation", no: operation.no }, title: name, where, rank: how };
  }
}

function* cells(session: Session, _graph: Graph, rank: Rank): Generator<Hit> {
  for (const cell of session.cells.values()) {
    if (rank(cell.source) < 0) continue;
    const title = `[${cell.count ?? "·"}]`;
    yield { selection: { kind: "cell", no: cell.no }, title, where: firstLine(cell.source), rank: 2 };
  }
}
