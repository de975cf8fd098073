/** What there is to see: the folded graph, what of it is shown, what is lit by hover and selection. */

import type { Edge, Graph, Node } from "../graph/builder";
import { fold } from "../graph/fold";
import { trace, unchanged } from "../graph/trace";
import { closure } from "../graph/walk";
import { ColumnTrace } from "./column_trace";
import type { Session } from "./kernel";
import { computed, effect, type ReadonlySignal, signal } from "./signals";
import { TimeScale } from "./time_scale";
import type { View } from "./view";

/** The part of the graph that is drawn. */
export interface Shown {
  graph: Graph;
  nodes: Node[];
  keys: ReadonlySet<string>;
  edges: Edge[];
}

/** What is highlighted; everything else is dimmed. */
export interface Lit {
  nodes: ReadonlySet<string>;
  /** A column's trace: lines between columns are drawn, too. */
  traced: ColumnTrace | null;
}

const SLOWEST = 1000;

export class Scene {
  readonly graph: ReadonlySignal<Graph>;
  readonly shown: ReadonlySignal<Shown>;
  readonly traced: ReadonlySignal<ColumnTrace | null>;
  readonly lit: ReadonlySignal<Lit | null>;
  /** The session's time, idle stretches shortened. */
  readonly time: ReadonlySignal<TimeScale>;
  /** How long the last folding took, ms. */
  cost = 0;
  /** When that was; 0: it wasn't asked for yet. */
  #folded = 0;
  #tick = signal(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: () => void;

  constructor(
    readonly session: Session,
    readonly view: View,
  ) {
    this.#stop = effect(() => {
      session.graphVersion.value;
      if (!view.paused.value && this.#folded) this.#soon();
    });
    this.graph = computed(() => this.#fold());
    this.shown = computed(() => this.#show());
    this.traced = computed(() => this.#trace());
    this.lit = computed(() => this.#light());
    this.time = computed(() => timeOf(session));
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }

  /** Fold again, at once or soon: at most a fifth of the time goes into it. */
  #soon(): void {
    const wait = this.#folded + Math.min(SLOWEST, 4 * this.cost) - performance.now();
    const again = () => {
      this.#timer = undefined;
      // an effect may be calling: were the tick read, it would run again for its own change
      if (!this.view.paused.peek()) this.#tick.value = this.#tick.peek() + 1;
    };
    if (wait > 0) this.#timer ??= setTimeout(again, wait);
    else again();
  }

  #fold(): Graph {
    this.#tick.value;
    const { byCell, openCells, unfolded, split, results, hiddenKinds } = this.view;
    const began = performance.now();
    const graph = fold(this.session, {
      byCell: byCell.value,
      openCells: openCells.value,
      shown: unfolded.value,
      split: split.value,
      results: results.value,
      hidden: hiddenKinds.value,
    });
    this.#folded = performance.now();
    this.cost = this.#folded - began;
    return graph;
  }

  #show(): Shown {
    const graph = this.graph.value;
    const focus = this.view.focus.value;
    const range = this.view.range.value;
    let nodes = [...graph.nodes.values()];
    if (focus) {
      const starts = focus.keys.map((key) => graph.nodes.get(key)).filter((node) => node !== undefined);
      const near = closure(starts, focus.up, focus.down);
      nodes = nodes.filter((node) => near.has(node.key) || this.view.revealed.value.has(node.key));
    }
    if (range) nodes = nodes.filter((node) => this.#happened(node, range));
    const keys = new Set(nodes.map((node) => node.key));
    const edges = [...graph.edges.values()].filter((e) => keys.has(e.source.key) && keys.has(e.target.key));
    return { graph, nodes, keys, edges };
  }

  /** Whether a node was made, or read from, within a stretch of time. */
  #happened(node: Node, [from, to]: [number, number]): boolean {
    const { session } = this;
    const within = (op: number | null | undefined) => {
      const operation = op == null ? undefined : session.operations.get(op);
      if (!operation) return false;
      return operation.started <= to && (operation.ended ?? operation.started) >= from;
    };
    return (
      node.operations.some(within) ||
      node.versions.some(
        (no) => within(session.datasets.get(no)?.op) || (session.consumers.get(no) ?? []).some(within),
      )
    );
  }

  #trace(): ColumnTrace | null {
    const selection = this.view.selection.value;
    const { nodeOf } = this.graph.value;
    if (selection?.kind !== "column") return null;
    const spot = { dataset: selection.no, slot: selection.slot };
    const up = trace(this.session, [spot], true);
    const down = trace(this.session, unchanged(this.session, spot), false);
    return new ColumnTrace(this.session, up, down, nodeOf);
  }

  #light(): Lit | null {
    const hover = this.view.hover.value;
    const { graph, keys } = this.shown.value;
    const traced = this.traced.value;
    const hovered = hover === null ? undefined : graph.nodes.get(hover);
    if (hovered && !traced) return { nodes: closure([hovered]), traced: null };
    if (traced) return { nodes: new Set(traced.rows.keys()), traced };
    const nodes = this.selected(graph).filter((node) => keys.has(node.key)); // one that is hidden dims nothing
    return nodes.length > 0 ? { nodes: closure(nodes), traced: null } : null;
  }

  /** The nodes that the selection is about. */
  selected(graph: Graph = this.shown.value.graph): Node[] {
    const selection = this.view.selection.value;
    if (!selection) return [];
    if (selection.kind === "cell") {
      return [...graph.nodes.values()].filter((node) => node.cells.includes(selection.no));
    }
    if (selection.kind === "operation") return this.#around(graph, selection.no);
    const node = graph.nodeOf.get(selection.no);
    return node ? [node] : [];
  }

  /** The node an operation is, or those that its results went into. */
  #around(graph: Graph, no: number): Node[] {
    const itself = [...graph.nodes.values()].find((node) => node.operations.includes(no));
    if (itself) return [itself];
    const found = new Set<Node>();
    const seen = new Set<number>();
    const todo = [...(this.session.operations.get(no)?.outputs ?? [])];
    for (let at = todo.pop(); at !== undefined && seen.size < 10_000; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const node = graph.nodeOf.get(at);
      if (node) found.add(node);
      else
        for (const next of this.session.consumers.get(at) ?? [])
          todo.push(...(this.session.operations.get(next)?.outputs ?? []));
    }
    return [...found];
  }
}

function timeOf(session: Session): TimeScale {
  session.recordsVersion.value;
  session.samplesVersion.value;
  const { times } = session.samples;
  const now = times[times.length - 1] ?? 0;
  const busy = [...session.cells.values()].map((cell): [number, number] => [
    cell.started,
    cell.ended ?? Math.max(now, cell.started),
  ]);
  return new TimeScale(busy);
}
