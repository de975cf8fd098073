/** What is to be drawn, independent of how: curves with their look, chips with their text. Canvas and SVG read it. */

import type { Edge } from "../../graph/builder";
import { columnsOf } from "../../graph/columns";
import { shortName } from "../../graph/kinds";
import type { Box } from "../../layout/layout";
import type { Confidence } from "../../model/words";
import { isDirect } from "../../model/words";
import type { ColumnLink, ColumnTrace } from "../../state/column_trace";
import type { Session } from "../../state/kernel";
import type { Lit, Shown } from "../../state/scene";
import { compact } from "../../text";
import type { Rect } from "./camera";
import { bow, type Curve, ends, extent, middle, type Point, rail, railEnds, through } from "./paths";
import { type CardSize, rowMiddle } from "./sizes";

export interface Line {
  edge: Edge | null;
  ends: readonly [Point, Point];
  readonly curve: Curve;
  confidence: Confidence;
  /** The source's values aren't in the target. */
  indirect: boolean;
  lit: boolean;
}

/** The line of an edge. From far away all of thousands are straight: curves are made when they are looked at. */
export class EdgeLine implements Line {
  readonly indirect = false;
  readonly ends: [Point, Point];
  #curve: Curve | undefined;
  #extent: Rect | undefined;

  constructor(
    readonly edge: Edge,
    readonly lit: boolean,
    from: Box,
    to: Box,
    readonly stand: Stand,
  ) {
    this.ends = stand.laneX ? railEnds(from, to) : ends(from, to, stand.across);
  }

  get confidence(): Confidence {
    return this.edge.confidence;
  }

  get curve(): Curve {
    this.#curve ??= this.#draw();
    return this.#curve;
  }

  /** The rectangle around its curve. */
  get extent(): Rect {
    this.#extent ??= extent(this.curve);
    return this.#extent;
  }

  /** Where its chip stands. */
  get label(): Point {
    const [x, y] = this.ends[1];
    return this.stand.laneX ? [x + 2, y - 24] : middle(this.curve);
  }

  #draw(): Curve {
    const { laneX, bends, across } = this.stand;
    if (laneX) return rail(this.ends, laneX(this.edge.source.key));
    const [start, end] = this.ends;
    return through([start, ...(bends.get(this.edge.key) ?? []), end], across);
  }
}

/** Where everything stands. */
export interface Stand {
  boxes: ReadonlyMap<string, Box>;
  bends: ReadonlyMap<string, readonly Point[]>;
  across: boolean;
  /** Rails: where the one of a table runs. */
  laneX: ((key: string) => number) | null;
  sizes: ReadonlyMap<string, CardSize>;
  scrolled: ReadonlyMap<string, number>;
}

/** One line for each edge; those of a traced column come on top, from row to row. */
export function* edgeLines(shown: Shown, lit: Lit | null, stand: Stand): Generator<EdgeLine> {
  for (const edge of shown.edges) {
    const from = stand.boxes.get(edge.source.key);
    const to = stand.boxes.get(edge.target.key);
    if (!from || !to) continue;
    const both = !!lit && !lit.traced && lit.nodes.has(edge.source.key) && lit.nodes.has(edge.target.key);
    yield new EdgeLine(edge, both, from, to, stand);
  }
}

/** Lines between the columns of a trace. */
export function* columnLines(
  session: Session,
  shown: Shown,
  traced: ColumnTrace,
  stand: Stand,
): Generator<Line> {
  const rows = new Map<string, Map<string, number>>();
  for (const key of traced.rows.keys()) {
    const node = shown.graph.nodes.get(key);
    if (!node || !stand.boxes.has(key)) continue;
    rows.set(key, new Map(columnsOf(session, node, traced).map((column, i) => [column.name, i])));
  }
  for (const link of traced.links) {
    const line = columnLine(link, rows, stand);
    if (line) yield line;
  }
}

function columnLine(
  link: ColumnLink,
  rows: ReadonlyMap<string, Map<string, number>>,
  stand: Stand,
): Line | null {
  const from = stand.boxes.get(link.from.node);
  const to = stand.boxes.get(link.to.node);
  const a = rows.get(link.from.node)?.get(link.from.row);
  const b = rows.get(link.to.node)?.get(link.to.row);
  if (!from || !to || a === undefined || b === undefined) return null;
  const y1 = rowY(from, link.from.node, a, stand);
  const y2 = rowY(to, link.to.node, b, stand);
  const inside = from === to || stand.laneX;
  const ends: [Point, Point] = [
    [from.x + (inside ? 0 : from.width), y1],
    [to.x, y2],
  ];
  const curve = inside ? bow(from.x, y1, y2) : through(ends, true);
  return { edge: null, ends, curve, confidence: link.confidence, indirect: !isDirect(link.how), lit: true };
}

function rowY(box: Box, key: string, row: number, stand: Stand): number {
  const size = stand.sizes.get(key);
  return box.y + (size ? rowMiddle(size, row, stand.scrolled.get(key) ?? 0) : box.height / 2);
}

/** `merge · 3 more`: the operation that says most, and how many more there are. */
export function chipText(session: Session, edge: Edge): string {
  const top = session.operations.get(edge.top);
  if (!top || edge.count === 0) return "";
  const name = shortName(top.name);
  return edge.count > 1 ? `${name} · ${compact(edge.count - 1)} more` : name;
}
