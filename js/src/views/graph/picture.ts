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
import { between, bow, type Curve, middle, type Point, rail, through } from "./paths";
import { type CardSize, rowMiddle } from "./sizes";

export interface Line {
  edge: Edge | null;
  curve: Curve;
  confidence: Confidence;
  /** The source's values aren't in the target. */
  indirect: boolean;
  lit: boolean;
  /** Where its chip stands. */
  readonly label: Point;
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
export function* edgeLines(shown: Shown, lit: Lit | null, stand: Stand): Generator<Line> {
  for (const edge of shown.edges) {
    const from = stand.boxes.get(edge.source.key);
    const to = stand.boxes.get(edge.target.key);
    if (!from || !to) continue;
    const bends = stand.bends.get(edge.key) ?? [];
    const both = !!lit && !lit.traced && lit.nodes.has(edge.source.key) && lit.nodes.has(edge.target.key);
    const curve = stand.laneX
      ? rail(from, to, stand.laneX(edge.source.key))
      : between(from, to, bends, stand.across);
    yield {
      edge,
      curve,
      confidence: edge.confidence,
      indirect: false,
      lit: both,
      get label(): Point {
        return stand.laneX ? [to.x + 2, to.y - 10] : middle(curve); // few of thousands of lines get a chip
      },
    };
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
  const curve =
    from === to || stand.laneX
      ? bow(from.x, y1, y2)
      : through(
          [
            [from.x + from.width, y1],
            [to.x, y2],
          ],
          true,
        );
  const indirect = !isDirect(link.how);
  return { edge: null, curve, confidence: link.confidence, indirect, lit: true, label: [0, 0] };
}

function rowY(box: Box, key: string, row: number, stand: Stand): number {
  const size = stand.sizes.get(key);
  return box.y + (size ? rowMiddle(size, row, stand.scrolled.get(key) ?? 0) : box.height / 2);
}

/** `merge +3`: the operation that says most, and how many more there are. */
export function chipText(session: Session, edge: Edge): string {
  const top = session.operations.get(edge.top);
  if (!top || edge.count === 0) return "";
  const name = shortName(top.name);
  return edge.count > 1 ? `${name} +${edge.count - 1}` : name;
}
