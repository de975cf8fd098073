/** How hot a node is: the time its operations took, the memory it holds, or the rows lost on the way to it. */

import type { Operation } from "../protocol";
import type { Session } from "../state/kernel";
import type { Scene } from "../state/scene";
import type { Heat } from "../state/view";
import { bytes, count, duration } from "../text";
import type { Graph, Node } from "./builder";
import { newest } from "./columns";

export interface HeatScale {
  /** 0 (calm) … 4 (hot); undefined: nothing is known. */
  step(node: Node): number | undefined;
  text(node: Node): string;
  most: string;
}

const STEPS = 5;

/** The scale for what the viewer chose; null when heat is off. */
export function heatScale(scene: Scene): HeatScale | null {
  const heat = scene.view.heat.value;
  if (heat === "none") return null;
  const values = new Map<string, number>();
  let most = 0;
  for (const node of scene.shown.value.nodes) {
    const value = measure(scene.session, scene.shown.value.graph, node, heat);
    if (value === undefined) continue;
    values.set(node.key, value);
    most = Math.max(most, value);
  }
  const format = heat === "time" ? duration : heat === "memory" ? bytes : count;
  return {
    step: (node) => {
      const value = values.get(node.key);
      if (value === undefined || most <= 0) return undefined;
      return Math.min(STEPS - 1, Math.floor((value / most) * STEPS));
    },
    text: (node) => {
      const value = values.get(node.key);
      return value === undefined ? "" : `${format(value)}${heat === "rows" ? " rows lost" : ""}`;
    },
    most: format(most),
  };
}

/** Milliseconds, bytes, or rows. */
export function measure(
  session: Session,
  graph: Graph,
  node: Node,
  heat: Exclude<Heat, "none">,
): number | undefined {
  const no = newest(node);
  const dataset = no === undefined ? undefined : session.datasets.get(no);
  if (heat === "memory") return dataset?.bytes ?? undefined;
  if (heat === "rows") return lost(session, node);
  let total: number | undefined;
  for (const operation of makers(session, graph, node)) {
    if (operation.ended !== null) total = (total ?? 0) + operation.ended - operation.started;
  }
  return total;
}

/** Operations that led to the versions of a node, those folded into its edges included. */
export function* makers(session: Session, graph: Graph, node: Node): Generator<Operation> {
  const seen = new Set<number>();
  const todo = node.operations.map((no) => session.operations.get(no));
  for (const version of node.versions) todo.push(session.producer(version));
  for (let i = 0; i < todo.length; i++) {
    const operation = todo[i];
    if (!operation || seen.has(operation.no)) continue;
    seen.add(operation.no);
    yield operation;
    for (const input of operation.inputs) if (!graph.nodeOf.has(input)) todo.push(session.producer(input));
  }
}

function lost(session: Session, node: Node): number | undefined {
  let before: number | undefined;
  for (const { source } of node.ins.values()) {
    const no = newest(source);
    const rows = no === undefined ? null : (session.datasets.get(no)?.rows ?? null);
    if (rows !== null) before = Math.max(before ?? 0, rows);
  }
  const no = newest(node);
  const after = no === undefined ? null : (session.datasets.get(no)?.rows ?? null);
  if (before === undefined || after === null) return undefined;
  return Math.max(0, before - after);
}
