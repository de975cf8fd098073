/** Curves between cards, and what lies near a point. */

import type { Box } from "../../layout/layout";
import type { Rect } from "./camera";

export type Point = readonly [number, number];
/** Start, two handles, end; start, two handles … */
export type Curve = { start: Point; pieces: [Point, Point, Point][] };

/** Where a line leaves one card and arrives at the next in the direction of flow. */
export function ends(from: Box, to: Box, across: boolean): [Point, Point] {
  return across
    ? [
        [from.x + from.width, from.y + Math.min(from.height, 42) / 2],
        [to.x, to.y + Math.min(to.height, 42) / 2],
      ]
    : [
        [from.x + from.width / 2, from.y + from.height],
        [to.x + to.width / 2, to.y],
      ];
}

/** The same where lines run at the left side of the cards. */
export const railEnds = (from: Box, to: Box): [Point, Point] => [
  [from.x, from.y + 28],
  [to.x, to.y + 14],
];

/** Along a rail: out of one card, down, into the other. */
export function rail([[x1, y1], [x2, y2]]: readonly [Point, Point], x: number): Curve {
  const turn = Math.min(10, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1);
  return {
    start: [x1, y1],
    pieces: [
      [
        [x, y1],
        [x, y1],
        [x, y1 + turn],
      ],
      [
        [x, y1 + turn],
        [x, y2 - turn],
        [x, y2 - turn],
      ],
      [
        [x, y2],
        [x, y2],
        [x2, y2],
      ],
    ],
  };
}

/** A smooth curve through points, leaving and arriving in the direction of flow. */
export function through(points: readonly Point[], across: boolean): Curve {
  const start = points[0] as Point;
  const pieces: [Point, Point, Point][] = [];
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1] as Point;
    const b = points[i] as Point;
    const reach = across ? Math.max(24, Math.abs(b[0] - a[0]) / 2) : Math.max(24, Math.abs(b[1] - a[1]) / 2);
    pieces.push(
      across
        ? [[a[0] + reach, a[1]], [b[0] - reach, b[1]], b]
        : [[a[0], a[1] + reach], [b[0], b[1] - reach], b],
    );
  }
  return { start, pieces };
}

/** A bow from one row of a card to another, outside its left side. */
export function bow(x: number, y1: number, y2: number): Curve {
  const out = x - 12 - Math.min(24, Math.abs(y2 - y1) / 6);
  return {
    start: [x, y1],
    pieces: [
      [
        [out, y1],
        [out, y2],
        [x, y2],
      ],
    ],
  };
}

export function draw(context: CanvasRenderingContext2D | Path2D, { start, pieces }: Curve): void {
  context.moveTo(start[0], start[1]);
  for (const [a, b, end] of pieces) context.bezierCurveTo(a[0], a[1], b[0], b[1], end[0], end[1]);
}

/** As the `d` of an SVG path. */
export function svgPath({ start, pieces }: Curve): string {
  const n = (p: Point) => `${p[0].toFixed(1)} ${p[1].toFixed(1)}`;
  return `M${n(start)}${pieces.map(([a, b, end]) => `C${n(a)} ${n(b)} ${n(end)}`).join("")}`;
}

/** The point halfway along a curve. */
export function middle(curve: Curve): Point {
  const { pieces } = curve;
  const half = pieces.length / 2;
  const piece = Math.min(Math.floor(half), pieces.length - 1);
  return at(curve, piece, pieces.length % 2 === 1 ? 0.5 : 0);
}

function at({ start, pieces }: Curve, piece: number, t: number): Point {
  const from = piece === 0 ? start : (pieces[piece - 1] as [Point, Point, Point])[2];
  const [a, b, end] = pieces[piece] as [Point, Point, Point];
  const u = 1 - t;
  const mix = (i: 0 | 1) =>
    u * u * u * from[i] + 3 * u * u * t * a[i] + 3 * u * t * t * b[i] + t * t * t * end[i];
  return [mix(0), mix(1)];
}

/** Distance of a point from a curve, by sampling. */
export function distance(curve: Curve, x: number, y: number): number {
  let nearest = Infinity;
  for (let piece = 0; piece < curve.pieces.length; piece++) {
    for (let i = 0; i <= 12; i++) {
      const [px, py] = at(curve, piece, i / 12);
      nearest = Math.min(nearest, Math.hypot(px - x, py - y));
    }
  }
  return nearest;
}

/** The rectangle around a curve, its bows included. */
export function extent({ start, pieces }: Curve): Rect {
  let [left, top] = start;
  let [right, bottom] = start;
  for (const [x, y] of pieces.flat()) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
