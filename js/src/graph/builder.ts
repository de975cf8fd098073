/** Nodes and edges while they are put together: versions join their node unless that would close a circle. */

import { type Confidence, weaker } from "../model/words";
import { heavier, type NodeKind, type OperationKind } from "./kinds";

/** A table (all versions of it), or operations that stay visible. */
export interface Node {
  key: string;
  title: string;
  kind: NodeKind;
  /** Dataset numbers, oldest first; empty for operations. */
  versions: number[];
  /** Operations that this node is, or that changed the table in place. */
  operations: number[];
  /** Cell runs that made versions, oldest first. */
  cells: number[];
  ins: Map<string, Edge>;
  outs: Map<string, Edge>;
  /** Something opaque happened between two versions of it. */
  opaqueInside: boolean;
  /** A later node has the same name. */
  earlier: boolean;
}

/** What was folded: `count` operations one after the other, `top` names them. */
export interface Chain {
  count: number;
  top: number;
  kind: OperationKind;
  confidence: Confidence;
}

export interface Edge extends Chain {
  key: string;
  source: Node;
  target: Node;
}

export interface Graph {
  nodes: Map<string, Node>;
  edges: Map<string, Edge>;
  nodeOf: Map<number, Node>;
}

export const NOTHING: Chain = { count: 0, top: -1, kind: "select", confidence: "exact" };

/** Two chains from one node: the longer one stands for both, as sure as the weaker. */
export function join(a: Chain, b: Chain): Chain {
  const [long, short] = b.count > a.count ? [b, a] : [a, b];
  const named = heavier(short.kind, long.kind) ? short : long;
  return {
    count: long.count,
    top: named.top,
    kind: named.kind,
    confidence: weaker(a.confidence, b.confidence),
  };
}

export class Builder {
  readonly nodes = new Map<string, Node>();
  readonly nodeOf = new Map<number, Node>();
  #newest = new Map<string, Node>();

  /** Add a dataset version at a place, fed by `through`. */
  put(
    place: { key: string; title: string; kind: NodeKind },
    no: number,
    cell: number | null,
    through: ReadonlyMap<Node, Chain>,
    operation: number | null,
  ): Node {
    const known = this.#newest.get(place.key);
    const sources = known ? this.#absorb(known, through) : through;
    const node = known && !this.#closes(known, sources) ? known : this.#begin(place);
    node.title = place.title;
    node.kind = place.kind;
    node.versions.push(no);
    if (operation !== null && sources.has(node)) node.operations.push(operation);
    if (cell !== null && node.cells[node.cells.length - 1] !== cell) node.cells.push(cell);
    this.nodeOf.set(no, node);
    this.#connect(node, sources);
    return node;
  }

  /** Add an operation that stays visible. */
  pill(
    place: { key: string; title: string },
    operation: number,
    cell: number | null,
    sources: ReadonlyMap<Node, Chain>,
  ): Node {
    const known = this.#newest.get(place.key);
    const node =
      known && !this.#closes(known, sources) ? known : this.#begin({ ...place, kind: "operation" });
    node.operations.push(operation);
    if (cell !== null && node.cells[node.cells.length - 1] !== cell) node.cells.push(cell);
    this.#connect(node, sources);
    return node;
  }

  finish(): Graph {
    const edges = new Map<string, Edge>();
    for (const node of this.nodes.values()) for (const edge of node.ins.values()) edges.set(edge.key, edge);
    return { nodes: this.nodes, edges, nodeOf: this.nodeOf };
  }

  #begin(place: { key: string; title: string; kind: NodeKind }): Node {
    const before = this.#newest.get(place.key);
    if (before) before.earlier = true;
    let key = place.key;
    for (let n = 2; this.nodes.has(key); n++) key = `${place.key}#${n}`;
    const node: Node = {
      ...place,
      key,
      versions: [],
      operations: [],
      cells: [],
      ins: new Map(),
      outs: new Map(),
      opaqueInside: false,
      earlier: false,
    };
    this.nodes.set(key, node);
    this.#newest.set(place.key, node);
    return node;
  }

  #connect(target: Node, sources: ReadonlyMap<Node, Chain>): void {
    for (const [source, chain] of sources) {
      if (source === target) continue;
      const known = target.ins.get(source.key);
      const merged = known ? join(known, chain) : chain;
      const edge: Edge = { ...merged, key: `${source.key}→${target.key}`, source, target };
      target.ins.set(source.key, edge);
      source.outs.set(target.key, edge);
    }
  }

  /** Visible operations between two versions of one table are no node: they would close a circle. */
  #absorb(node: Node, through: ReadonlyMap<Node, Chain>): ReadonlyMap<Node, Chain> {
    const circular = [...through.keys()].filter((s) => s.kind === "operation" && this.#comesFrom(s, node));
    if (circular.length === 0) return through;
    const sources = new Map(through);
    for (const pill of circular) {
      sources.delete(pill);
      node.opaqueInside = true;
      node.operations.push(...pill.operations);
      for (const [source, chain] of this.#behind(pill)) {
        const known = sources.get(source);
        sources.set(source, known ? join(known, chain) : chain);
      }
      if (pill.outs.size === 0) this.#remove(pill);
    }
    return sources;
  }

  /** Whether a visible operation reads from `node`, perhaps through other visible operations. */
  #comesFrom(pill: Node, node: Node): boolean {
    for (const { source } of pill.ins.values()) {
      if (source === node || (source.kind === "operation" && this.#comesFrom(source, node))) return true;
    }
    return false;
  }

  /** The tables behind a visible operation. */
  *#behind(pill: Node): Generator<[Node, Chain]> {
    for (const edge of pill.ins.values()) {
      if (edge.source.kind === "operation") yield* this.#behind(edge.source);
      else yield [edge.source, { ...edge, count: edge.count + 1, kind: "opaque", confidence: "opaque" }];
    }
  }

  #remove(pill: Node): void {
    for (const edge of pill.ins.values()) edge.source.outs.delete(pill.key);
    this.nodes.delete(pill.key);
    for (const [key, node] of this.#newest) if (node === pill) this.#newest.delete(key);
  }

  /** Whether edges from `sources` to `node` would close a circle. */
  #closes(node: Node, sources: ReadonlyMap<Node, Chain>): boolean {
    if (node.outs.size === 0) return false;
    const wanted = new Set(sources.keys());
    wanted.delete(node);
    if (wanted.size === 0) return false;
    const seen = new Set<Node>([node]);
    const todo = [node];
    for (let at = todo.pop(); at; at = todo.pop()) {
      for (const { target } of at.outs.values()) {
        if (wanted.has(target)) return true;
        if (!seen.has(target)) {
          seen.add(target);
          todo.push(target);
        }
      }
    }
    return false;
  }
}
