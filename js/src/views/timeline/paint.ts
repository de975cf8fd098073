/** Draws the timeline: cell spans, memory, operations, errors, the brush. */

import { operationKind } from "../../graph/kinds";
import type { Session } from "../../state/kernel";
import type { TimeScale } from "../../state/time_scale";
import { bytes, duration } from "../../text";
import type { Palette } from "../../theme/palette";

export const LEFT = 52;
export const RIGHT = 10;
export const SPANS = { top: 6, height: 16 };
export const FOOT = 18;
const OPERATIONS = 7;
/** Steps of the times written below, ms. */
const ROUND = [
  ...[0.1, 1, 10, 100, 1000].flatMap((ms) => [ms, 2 * ms, 5 * ms]),
  ...[10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600].map((s) => 1000 * s),
];
const NARROW = 5; // px: no room for round corners or a number

export interface TimelineFrame {
  session: Session;
  scale: TimeScale;
  /** The stretch in sight, in shortened time. */
  window: [number, number];
  width: number;
  height: number;
  palette: Palette;
  selectedCell: number | null;
  selectedOperation: number | null;
  range: [number, number] | null;
}

/** Shortened time → x. */
export const xOf = ({ window: [a, b], width }: TimelineFrame, time: number): number =>
  LEFT + ((time - a) / Math.max(1e-9, b - a)) * (width - LEFT - RIGHT);

/** x → shortened time. */
export const timeAt = ({ window: [a, b], width }: TimelineFrame, x: number): number =>
  a + (Math.min(Math.max(x - LEFT, 0), width - LEFT - RIGHT) / (width - LEFT - RIGHT)) * (b - a);

export function paint(context: CanvasRenderingContext2D, ratio: number, frame: TimelineFrame): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, frame.width, frame.height);
  context.font = `10.5px ${frame.palette.font}`;
  context.textBaseline = "middle";
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, frame.width - LEFT - RIGHT, frame.height);
  context.clip();
  spans(context, frame);
  memory(context, frame);
  operations(context, frame);
  brush(context, frame);
  context.restore();
  axes(context, frame);
}

const plot = (frame: TimelineFrame) => {
  const top = SPANS.top + SPANS.height + 8;
  const bottom = frame.height - FOOT - OPERATIONS - 3;
  return { top, bottom };
};

function spans(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  const { session, scale, palette } = frame;
  const { bottom } = plot(frame);
  const now = session.samples.times[session.samples.times.length - 1] ?? 0;
  for (const cell of session.cells.values()) {
    const x = xOf(frame, scale.shorten(cell.started));
    const end = xOf(frame, scale.shorten(cell.ended ?? Math.max(now, cell.started)));
    const width = Math.max(1.5, end - x - 0.5);
    if (end < LEFT || x > frame.width) continue;
    const failed = cell.state === "FAIL";
    const selected = cell.no === frame.selectedCell;
    context.fillStyle = failed ? palette.error : selected ? palette.accent : palette.span;
    context.globalAlpha = failed || selected ? 0.12 : 0.35;
    context.fillRect(x, SPANS.top, width, bottom - SPANS.top);
    context.globalAlpha = failed || selected ? 0.9 : 1;
    if (width < NARROW) {
      context.fillRect(x, SPANS.top, width, SPANS.height);
      continue;
    }
    context.beginPath();
    context.roundRect(x, SPANS.top, width, SPANS.height, Math.min(3, width / 2));
    context.fill();
    const label = `[${cell.count ?? "·"}]`;
    if (width > context.measureText(label).width + 6) {
      context.globalAlpha = 1;
      context.fillStyle = failed || selected ? palette.bg : palette.text2;
      context.fillText(label, x + 4, SPANS.top + SPANS.height / 2 + 0.5);
    }
  }
  context.globalAlpha = 1;
}

/** The curve as the lowest and highest sample of each pixel: a peak is never lost. */
function memory(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  const { scale, palette, session } = frame;
  const { times, rss } = session.samples;
  if (times.length === 0) return;
  const { top, bottom } = plot(frame);
  const [low, high] = memoryRange(frame);
  const y = (value: number) => bottom - ((value - low) / Math.max(1, high - low)) * (bottom - top);
  const line = new Path2D();
  let first = Number.NaN;
  let last = Number.NaN;
  let pixel = Number.NaN;
  let least = 0;
  let most = 0;
  const flush = () => {
    if (Number.isNaN(pixel)) return;
    if (Number.isNaN(first)) {
      first = pixel;
      line.moveTo(pixel, y(least));
    } else line.lineTo(pixel, y(least));
    if (most !== least) line.lineTo(pixel, y(most));
    last = pixel;
  };
  for (let i = 0; i < times.length; i++) {
    const x = Math.round(xOf(frame, scale.shorten(times[i] as number)) * 2) / 2;
    const value = rss[i] as number;
    if (x === pixel) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    } else {
      flush();
      pixel = x;
      least = most = value;
    }
  }
  flush();
  const area = new Path2D(line);
  area.lineTo(last, bottom);
  area.lineTo(first, bottom);
  context.fillStyle = palette.fill;
  context.fill(area);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.3;
  context.lineJoin = "round";
  context.stroke(line);
}

/** Lowest and highest memory to show; the axis doesn't begin at zero, small changes matter. */
export function memoryRange({ session }: TimelineFrame): [number, number] {
  let low = Infinity;
  let high = 0;
  for (const value of session.samples.rss) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return [0, 1];
  const room = Math.max((high - low) * 0.08, high * 0.01);
  return [Math.max(0, low - room), high + room];
}

function operations(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  const { session, scale, palette } = frame;
  const top = frame.height - FOOT - OPERATIONS;
  let before = Number.NaN;
  for (const operation of session.operations.values()) {
    const x = xOf(frame, scale.shorten(operation.started));
    const width = Math.max(1, xOf(frame, scale.shorten(operation.ended ?? operation.started)) - x);
    const pixel = Math.round(x);
    const selected = operation.no === frame.selectedOperation;
    if (!selected && pixel === before && width <= 1) continue; // hidden behind the one before
    before = pixel;
    context.fillStyle = selected ? palette.accent : palette.operation[operationKind(session, operation)];
    context.fillRect(
      x,
      selected ? top - 3 : top,
      selected ? Math.max(2, width) : width,
      OPERATIONS + (selected ? 3 : 0),
    );
  }
}

function brush(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  if (!frame.range) return;
  const { scale, palette } = frame;
  const [a, b] = frame.range.map((time) => xOf(frame, scale.shorten(time))) as [number, number];
  context.fillStyle = palette.accent;
  context.globalAlpha = 0.13;
  context.fillRect(a, 0, b - a, frame.height - FOOT);
  context.globalAlpha = 1;
  context.fillRect(a - 0.5, 0, 1.5, frame.height - FOOT);
  context.fillRect(b - 1, 0, 1.5, frame.height - FOOT);
}

function axes(context: CanvasRenderingContext2D, frame: TimelineFrame): void {
  const { palette, scale } = frame;
  const { top, bottom } = plot(frame);
  context.fillStyle = palette.text2;
  context.textAlign = "right";
  if (frame.session.samples.times.length > 0) {
    const [low, high] = memoryRange(frame);
    context.fillText(bytes(high), LEFT - 6, top + 4);
    if (bottom - top > 34) context.fillText(bytes(low), LEFT - 6, bottom - 4);
  }
  context.textAlign = "center";
  const y = frame.height - FOOT / 2;
  for (const time of ticks(frame)) {
    const text = time < 0.0005 ? "0" : duration(time);
    const half = context.measureText(text).width / 2;
    const x = xOf(frame, scale.shorten(scale.start + time));
    context.fillText(text, Math.max(LEFT + half, Math.min(frame.width - half - 3, x)), y);
  }
  context.textAlign = "left";
  context.strokeStyle = palette.text2;
  context.lineWidth = 1;
  for (const gap of scale.breaks) {
    const x = (xOf(frame, scale.shorten(gap.from)) + xOf(frame, scale.shorten(gap.to))) / 2;
    if (x < LEFT || x > frame.width - RIGHT) continue;
    context.beginPath();
    for (const dx of [-2, 2]) {
      context.moveTo(x + dx - 2, bottom + 3);
      context.lineTo(x + dx + 2, bottom - 5);
    }
    context.stroke();
  }
}

/** Times since the start to write below, ms: round ones, where idle stretches are cut out evenly spaced ones. */
function ticks(frame: TimelineFrame): number[] {
  const { scale, width } = frame;
  const real = (x: number) => Math.max(0, scale.lengthen(timeAt(frame, x)) - scale.start);
  const [from, to] = [real(LEFT), real(width - RIGHT)];
  const most = Math.max(2, Math.floor((width - LEFT - RIGHT) / 70));
  if (scale.breaks.some((gap) => gap.from < scale.start + to && gap.to > scale.start + from)) {
    return Array.from({ length: most + 1 }, (_, i) => real(LEFT + ((width - LEFT - RIGHT) * i) / most));
  }
  const step = ROUND.find((size) => (to - from) / size <= most) ?? to;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => (first + i) * step);
}
