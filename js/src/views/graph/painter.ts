/** Draws a frame on the canvas: lines, chips on them, and boxes when they are too small or too many for HTML. */

import type { Node } from "../../graph/builder";
import type { Box } from "../../layout/layout";
import { clip } from "../../text";
import type { Palette } from "../../theme/palette";
import { overlaps, type Rect, type Sight } from "./camera";
import { draw } from "./paths";
import type { EdgeLine, Line } from "./picture";
import { HEAD, ROW } from "./sizes";

const FAINT = 0.25;
/** Below this scale lines are straight and have no dashes. */
const COARSE = 0.22;
/** Lines thinner than a pixel of the screen are drawn without making shapes of them: a third of the time. */
const HAIR = 0.99;
/** Boxes of as many have room for a title. */
const TITLE = 11;
/** Boxes of fewer pixels have corners. */
const ROUND = 5;

/** Whether lines are straight. */
export const isCoarse = ({ scale }: Sight): boolean => scale < COARSE;

export interface Frame {
  camera: Sight;
  surface: { width: number; height: number; ratio: number };
  palette: Palette;
  /** Something is lit: the rest fades. */
  dimmed: boolean;
}

export interface DrawnBox {
  node: Node;
  box: Box;
  colour: string;
  lit: boolean;
  selected: boolean;
  /** Second line. */
  meta: string;
  /** Columns, with their place below the top. */
  rows: [string, number][];
}

export function begin(context: CanvasRenderingContext2D, { camera, surface }: Frame): void {
  const { ratio } = surface;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, surface.width, surface.height);
  context.setTransform(ratio * camera.scale, 0, 0, ratio * camera.scale, ratio * camera.x, ratio * camera.y);
}

/** Lines of one look are one path: the number of strokes doesn't grow with the graph. */
export function drawLines(context: CanvasRenderingContext2D, lines: Iterable<Line>, frame: Frame): void {
  const { palette, camera } = frame;
  const coarse = isCoarse(camera);
  const groups = new Map<string, { line: Line; path: Path2D }>();
  for (const line of lines) {
    const look = coarse ? `${line.lit}` : `${line.lit} ${line.confidence} ${line.indirect}`;
    let group = groups.get(look);
    if (!group) {
      group = { line, path: new Path2D() };
      groups.set(look, group);
    }
    if (coarse) {
      const [start, end] = line.ends;
      group.path.moveTo(start[0], start[1]);
      group.path.lineTo(end[0], end[1]);
    } else draw(group.path, line.curve);
  }
  const thin = 1 / Math.min(1, camera.scale);
  for (const { line, path } of [...groups.values()].sort((a, b) => Number(a.line.lit) - Number(b.line.lit))) {
    context.globalAlpha = frame.dimmed && !line.lit ? FAINT : 1;
    context.strokeStyle = colourOf(line, palette);
    context.lineWidth = (line.lit ? 1.8 : coarse ? HAIR / frame.surface.ratio : 1.2) * thin;
    context.setLineDash(coarse ? [] : dash(line).map((n) => n * thin));
    context.stroke(path);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function colourOf(line: Line, palette: Palette): string {
  if (line.confidence === "opaque") return palette.warn;
  return line.lit ? palette.accent : palette.edge;
}

/** Exact and direct: drawn through. Inferred: dashed. Opaque: dotted. Indirect: long dashes. */
export function dash(line: { confidence: string; indirect: boolean }): number[] {
  if (line.confidence === "opaque") return [1.5, 3.5];
  if (line.confidence === "inferred") return [5, 4];
  return line.indirect ? [9, 4] : [];
}

export interface Chip {
  line: EdgeLine;
  text: string;
  colour: string;
}

/** Chips on the middle of lines: which operation they stand for. Gives back where they are, for the pointer. */
export function drawChips(
  context: CanvasRenderingContext2D,
  chips: Iterable<Chip>,
  frame: Frame,
  stacked: boolean,
): [Rect, EdgeLine][] {
  const { palette } = frame;
  const places: [Rect, EdgeLine][] = [];
  context.font = `11px ${palette.font}`;
  context.textBaseline = "middle";
  for (const { line, text, colour } of chips) {
    const [x, y] = line.label;
    const width = context.measureText(text).width + 19;
    const rect = { x: stacked ? x : x - width / 2, y: y - 8.5, width, height: 17 };
    const same = ({ edge }: EdgeLine) => edge.target === line.edge.target && edge.top === line.edge.top;
    const taken = () => places.find(([other]) => overlaps(other, rect));
    let before = taken();
    while (before && stacked && !same(before[1])) {
      rect.x = before[0].x + before[0].width + 4;
      before = taken();
    }
    if (before) continue;
    places.push([rect, line]);
    context.globalAlpha = frame.dimmed && !line.lit ? FAINT : 1;
    drawPill(context, rect, text, colour, line.lit, palette);
  }
  context.globalAlpha = 1;
  return places;
}

function drawPill(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  text: string,
  colour: string,
  lit: boolean,
  palette: Palette,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fillStyle = palette.bg;
  context.fill();
  context.strokeStyle = lit ? palette.accent : palette.line;
  context.lineWidth = 1;
  context.stroke();
  context.beginPath();
  context.arc(x + 8, y + height / 2, 2.5, 0, 7);
  context.fillStyle = colour;
  context.fill();
  context.fillStyle = lit ? palette.text : palette.text2;
  context.fillText(text, x + 13.5, y + height / 2 + 0.5);
}

/** The name of a box where those of closed cards don't fit: above it. */
export function drawName(
  context: CanvasRenderingContext2D,
  box: Rect,
  text: string,
  colour: string,
  { camera, surface, palette }: Frame,
): void {
  if (HEAD * camera.scale >= TITLE) return;
  context.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
  context.font = `11px ${palette.font}`;
  const width = context.measureText(text).width + 19;
  const x = Math.min(camera.x + box.x * camera.scale, surface.width - width);
  const y = camera.y + box.y * camera.scale - 20;
  drawPill(context, { x, y, width, height: 17 }, text, colour, true, palette);
}

/** Boxes instead of cards: with their title in readable size where there is room, else just their colour. */
export function drawBoxes(context: CanvasRenderingContext2D, boxes: Iterable<DrawnBox>, frame: Frame): void {
  const { palette, camera } = frame;
  const px = 1 / camera.scale;
  context.textBaseline = "middle";
  context.font = `${11 * px}px ${palette.font}`;
  const letter = context.measureText("abcdefgh ._").width / 11;
  for (const { node, box, colour, lit, selected, meta, rows } of boxes) {
    const titled = box.height >= TITLE * px && box.width >= 44 * px;
    context.globalAlpha = frame.dimmed && !lit ? FAINT : 1;
    context.fillStyle = titled ? palette.card : colour;
    if (box.height < ROUND * px && !selected) {
      context.fillRect(box.x, box.y, box.width, box.height); // corners of ten thousand boxes take 10 ms a frame
      continue;
    }
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, Math.min(4 * px, box.height / 3));
    context.fill();
    if (titled || selected) {
      context.strokeStyle = selected ? palette.accent : palette.line;
      context.lineWidth = (selected ? 2 : 1) * px;
      context.stroke();
    }
    if (!titled) continue;
    context.fillStyle = colour;
    context.fillRect(box.x, box.y, 4 * px, box.height);
    context.fillStyle = palette.text;
    const room = Math.floor((box.width - 12 * px) / letter);
    const two = meta && Math.min(box.height, HEAD) >= 26 * px;
    const middle = box.y + Math.min(box.height, HEAD) / 2;
    context.fillText(clip(node.title, room), box.x + 8 * px, two ? middle - 6 * px : middle);
    context.fillStyle = palette.text2;
    context.font = `${10 * px}px ${palette.font}`;
    if (two) context.fillText(meta, box.x + 8 * px, middle + 6.5 * px);
    if (ROW >= 9.5 * px) {
      context.font = `${Math.min(10 * px, 0.85 * ROW)}px ${palette.font}`; // lines don't touch
      for (const [name, y] of rows) context.fillText(name, box.x + 8 * px, box.y + y);
    }
    context.font = `${11 * px}px ${palette.font}`;
  }
  context.globalAlpha = 1;
}
