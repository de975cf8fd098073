/** Where the viewer looks: a shift and a scale from the plane to the screen. */

import { calm } from "../../theme/palette";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Sight {
  x: number;
  y: number;
  scale: number;
}

const NEAREST = 2;
const FARTHEST = 0.02;
const FLIGHT = 220; // ms

export class Camera implements Sight {
  x = 0;
  y = 0;
  scale = 1;
  #flight: { from: Sight; to: Sight; began: number } | null = null;

  get flying(): boolean {
    return this.#flight !== null;
  }

  /** Look there, at once or after a short flight. */
  fly(to: Sight, smooth: boolean): void {
    const { x, y, scale } = this;
    this.#flight = { from: { x, y, scale }, to, began: performance.now() };
    if (!smooth || calm()) this.step(Infinity);
  }

  /** Go on with a flight. */
  step(now: number): void {
    if (!this.#flight) return;
    const { from, to, began } = this.#flight;
    const t = Math.min(1, Math.max(0, (now - began) / FLIGHT));
    const eased = 1 - (1 - t) ** 3;
    for (const key of ["x", "y", "scale"] as const) this[key] = from[key] + (to[key] - from[key]) * eased;
    if (t === 1) this.#flight = null;
  }

  /** Zoom by a factor around a point of the screen. */
  zoom(factor: number, px: number, py: number): void {
    const scale = Math.min(NEAREST, Math.max(Math.min(FARTHEST, this.scale), this.scale * factor));
    this.pan((px - this.x) * (1 - scale / this.scale), (py - this.y) * (1 - scale / this.scale));
    this.scale = scale;
  }

  pan(dx: number, dy: number): void {
    this.#flight = null;
    this.x += dx;
    this.y += dy;
  }

  /** What of the plane is seen in a viewport of that size. */
  seen(width: number, height: number): Rect {
    const { x, y, scale } = this;
    return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
  }

  /** The point of the plane under a point of the screen. */
  plane(px: number, py: number): [number, number] {
    return [(px - this.x) / this.scale, (py - this.y) / this.scale];
  }
}

/** All of `bounds`, not nearer than in full size. */
export function fitting(bounds: Rect, width: number, height: number, margin = 24): Sight {
  const across = (width - 2 * margin) / Math.max(1, bounds.width);
  const down = (height - 2 * margin) / Math.max(1, bounds.height);
  return centring(bounds, width, height, Math.min(1, across, down));
}

/** The middle of `rect` in the middle of the screen. */
export function centring(rect: Rect, width: number, height: number, scale: number): Sight {
  return {
    scale,
    x: width / 2 - (rect.x + rect.width / 2) * scale,
    y: height / 2 - (rect.y + rect.height / 2) * scale,
  };
}

/** The smallest rectangle around all of them. */
export function boundsOf(rects: Iterable<Rect>): Rect | null {
  let left = Infinity;
  let top = left;
  let right = -left;
  let bottom = -left;
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function contains(outer: Rect, inner: Rect): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
