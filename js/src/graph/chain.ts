/** The operations folded into an edge, in the order they ran. */

import type { Session } from "../state/kernel";
import type { Edge, Graph } from "./builder";

const MOST = 500;

/** Operations on ways from `edge.source` to `edge.target` over temporaries only. */
export function chain(session: Session, graph: Graph, edge: Edge): number[] {
  const found = new Set<number>();
  const memo = new Map<number, boolean>();
  for (const version of edge.target.versions) {
    const maker = session.producer(version);
    if (maker && leads(session, graph, edge, maker.no, found, memo)) found.add(maker.no);
  }
  for (const no of edge.target.kind === "operation" ? edge.target.operations : []) {
    leads(session, graph, edge, no, found, memo);
  }
  return [...found].sort((a, b) => started(session, a) - started(session, b) || a - b).slice(0, MOST);
}

const started = (session: Session, no: number): number => session.operations.get(no)?.started ?? 0;

/** Whether an operation reads from the edge's source through temporaries; notes the operations on the way. */
function leads(
  session: Session,
  graph: Graph,
  edge: Edge,
  no: number,
  found: Set<number>,
  memo: Map<number, boolean>,
): boolean {
  const known = memo.get(no);
  if (known !== undefined) return known;
  memo.set(no, false);
  let leading = edge.source.operations.includes(no) && edge.source.kind === "operation";
  for (const input of session.operations.get(no)?.inputs ?? []) {
    const node = graph.nodeOf.get(input);
    const maker = node ? undefined : session.producer(input);
    if (node === edge.source) leading = true;
    else if (maker && leads(session, graph, edge, maker.no, found, memo)) {
      if (!(edge.source.kind === "operation" && edge.source.operations.includes(maker.no)))
        found.add(maker.no);
      leading = true;
    }
  }
  memo.set(no, leading);
  return leading;
}

/** Temporaries that these operations made. */
export function temporaries(session: Session, graph: Graph, operations: readonly number[]): number[] {
  return operations.flatMap((no) =>
    (session.operations.get(no)?.outputs ?? []).filter((output) => !graph.nodeOf.has(output)),
  );
}
