/**
 * From thousands of dataset versions to the few tables a person thinks in.
 *
 * A node is an external dataset, a variable with all its versions, or what the viewer asked to see of the rest;
 * temporaries are folded into the edges between nodes. Operations that failed or are opaque stay visible as nodes.
 * Versions of one name that would close a circle begin a node of their own: the graph has no cycles.
 */

import { weaker } from "../model/words";
import type { Dataset, Operation } from "../protocol";
import type { Session } from "../state/kernel";
import { Builder, type Chain, type Graph, join, NOTHING, type Node } from "./builder";
import { heavier, type NodeKind, nodeKind, type OperationKind, operationKind, shortName } from "./kinds";
import { externalTitle, namesByObject, roots } from "./naming";
import { inOrder } from "./topological";

export interface FoldOptions {
  /** Tables of one cell become one node, but for the cells (by `cell_id`) that are opened. */
  byCell: boolean;
  openCells: ReadonlySet<string>;
  /** Temporaries to show all the same. */
  shown: ReadonlySet<number>;
  /** Nodes whose versions stand apart. */
  split: ReadonlySet<string>;
  /** Show what cells displayed and didn't keep. */
  results: boolean;
  /** Variables holding these are folded like temporaries. */
  hidden: ReadonlySet<NodeKind>;
}

export const PLAIN: FoldOptions = {
  byCell: false,
  openCells: new Set(),
  shown: new Set(),
  split: new Set(),
  results: false,
  hidden: new Set(),
};

/** Fold the session as it is now. Linear in operations. */
export function fold(session: Session, options: FoldOptions = PLAIN): Graph {
  return new Folding(session, options).run();
}

interface Place {
  key: string;
  title: string;
  kind: NodeKind;
}
type Sources = Map<Node, Chain>;

class Folding {
  readonly builder = new Builder();
  readonly names: Map<number, string[]>;
  readonly root: (no: number) => number;
  readonly results = new Map<number, number>();
  /** What flows into a temporary: visible nodes, with the operations since. */
  readonly origins = new Map<number, Sources>();
  /** Where the chains of temporaries begin that were followed so far. */
  readonly starts = new Map<number, string>();

  constructor(
    readonly session: Session,
    readonly options: FoldOptions,
  ) {
    this.names = namesByObject(session);
    this.root = roots(session);
    for (const cell of session.cells.values()) {
      const result = cell.result?.[2];
      if (result != null) this.results.set(result, cell.no);
    }
  }

  run(): Graph {
    for (const operation of inOrder(this.session)) this.#operation(operation);
    for (const dataset of this.session.datasets.values()) {
      if (!this.builder.nodeOf.has(dataset.no) && !this.origins.has(dataset.no)) this.#source(dataset);
    }
    this.#frontier();
    return this.builder.finish();
  }

  #operation(operation: Operation): void {
    const sources = this.#sources(operation);
    const kind = operationKind(this.session, operation);
    const stays = kind === "opaque" || kind === "failed";
    const through = stays ? this.#pill(operation, kind, sources) : longer(sources, operation, kind);
    for (const no of operation.outputs) {
      const dataset = this.session.datasets.get(no);
      if (!dataset || this.builder.nodeOf.has(no)) continue;
      const place = this.#place(dataset, operation);
      if (place) this.builder.put(place, no, operation.cell, through, operation.no);
      else this.origins.set(no, through);
    }
  }

  /** The visible nodes an operation reads from, directly or through temporaries. */
  #sources(operation: Operation): Sources {
    const found: Sources = new Map();
    const add = (node: Node, chain: Chain) => {
      const known = found.get(node);
      found.set(node, known ? join(known, chain) : chain);
    };
    for (const no of operation.inputs) {
      const dataset = this.session.datasets.get(no);
      if (!dataset) continue;
      const node = this.builder.nodeOf.get(no) ?? (this.origins.has(no) ? undefined : this.#source(dataset));
      if (node) add(node, NOTHING);
      else for (const [origin, chain] of this.origins.get(no) ?? []) add(origin, chain);
    }
    return found;
  }

  /** A dataset that no operation made: from outside, or made before recording began. */
  #source(dataset: Dataset): Node | undefined {
    const place = this.#place(dataset, undefined);
    if (place) return this.builder.put(place, dataset.no, null, new Map(), null);
    this.origins.set(dataset.no, new Map());
    return undefined;
  }

  #pill(operation: Operation, kind: OperationKind, sources: Sources): Sources {
    const key = `o:${this.#site(operation)}`;
    const name = shortName(operation.name);
    const title = /\w/.test(name) ? name : operation.text || name;
    const node = this.builder.pill({ key, title }, operation.no, operation.cell, sources);
    return new Map([[node, { count: 0, top: operation.no, kind, confidence: operation.confidence }]]);
  }

  /** Where a dataset is shown; undefined for a temporary. */
  #place(dataset: Dataset, maker: Operation | undefined): Place | undefined {
    const kind = nodeKind(dataset);
    if (this.options.hidden.has(kind)) return undefined;
    if (dataset.kind === "external") {
      return { key: `e:${dataset.namespace}|${dataset.name}`, title: externalTitle(dataset), kind };
    }
    const own = { key: `d:${dataset.no}`, kind };
    const names = this.names.get(this.root(dataset.no));
    if (names) return this.#cellPlace(maker) ?? this.#namePlace(names, own);
    const made = maker ? shortName(maker.name) : dataset.kind;
    const cell = this.results.get(dataset.no);
    if (cell !== undefined && this.options.results && maker) {
      return { ...own, title: `${made} ${this.#cellTitle(cell)}` };
    }
    return this.options.shown.has(dataset.no) ? { ...own, title: made } : undefined;
  }

  #namePlace(names: string[], own: { key: string; kind: NodeKind }): Place {
    const key = `v:${names[0]}`;
    const title = names.slice(0, 2).join(" = ");
    if (this.options.split.has(key)) return { ...own, title: `${title} · ${own.key.slice(2)}` };
    return { key, title, kind: own.kind };
  }

  #cellPlace(maker: Operation | undefined): Place | undefined {
    if (!this.options.byCell || maker?.cell == null) return undefined;
    const id = this.#cellId(maker.cell);
    if (this.options.openCells.has(id)) return undefined;
    return { key: `c:${id}`, title: `Cell ${this.#cellTitle(maker.cell)}`, kind: "frame" };
  }

  /** While a cell runs its variables have no names yet: the frames at the ends of its chains stand for them. */
  #frontier(): void {
    for (const cell of this.session.cells.values()) {
      if (cell.ended !== null) continue;
      for (const [no, through] of this.origins) {
        const dataset = this.session.datasets.get(no);
        const maker = this.session.producer(no);
        if (dataset?.kind !== "frame" || maker?.cell !== cell.no || this.session.consumers.has(no)) continue;
        const place = {
          key: this.#chainStart(no, cell.no),
          title: `${shortName(maker.name)} …`,
          kind: "frame",
        } as const;
        this.builder.put(place, no, cell.no, through, maker.no);
      }
    }
  }

  /** Where a chain begins in the code: its moving end keeps its place, and each round of a loop shares it. */
  #chainStart(no: number, cell: number): string {
    const passed: number[] = [];
    let start: string | undefined;
    for (let at: number | undefined = no; at !== undefined && start === undefined; ) {
      const maker: Operation | undefined = this.session.producer(at);
      passed.push(at);
      start = this.starts.get(at);
      const before = maker?.cell === cell ? maker.inputs.find((input) => this.origins.has(input)) : undefined;
      if (before === undefined)
        start ??= maker ? `t:${this.#site(maker)}:${maker.outputs.indexOf(at)}` : `t:${at}`;
      at = before;
    }
    for (const dataset of passed) this.starts.set(dataset, start as string);
    return start as string;
  }

  /** The place in the code that an operation ran at. */
  #site({ no, cell, at, name }: Operation): string {
    return `${this.#cellId(cell)}:${at ? at.join() : `#${no}`}:${name}`;
  }

  #cellId(cell: number | null): string {
    const found = cell === null ? undefined : this.session.cells.get(cell);
    return found?.cell_id || String(cell ?? "");
  }

  #cellTitle(cell: number): string {
    return `[${this.session.cells.get(cell)?.count ?? " "}]`;
  }
}

/** The chains that lead on through one more operation. */
function longer(sources: Sources, operation: Operation, kind: OperationKind): Sources {
  const found: Sources = new Map();
  for (const [node, chain] of sources) {
    const names = chain.count === 0 || heavier(kind, chain.kind);
    found.set(node, {
      count: chain.count + 1,
      top: names ? operation.no : chain.top,
      kind: names ? kind : chain.kind,
      confidence: weaker(chain.confidence, operation.confidence),
    });
  }
  return found;
}
