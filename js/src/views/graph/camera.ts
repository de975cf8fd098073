/** Where the viewer looks: a shift and a scale from the plane to the screen. */

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const NEAREST = 2;
export const FARTHEST = 0.02;

export class Camera {
  x = 0;
  y = 0;
  scale = 1;

  /** What of the plane is seen in a viewport of that size. */
  seen(width: number, height: number): Rect {
    return {
      x: -this.x / this.scale,
      y: -this.y / this.scale,
      width: width / this.scale,
      height: height / this.scale,
    };
  }

  /** Zoom by a factor around a point of the screen. */
  zoom(factor: number, px: number, py: number): void {
    const scale = Math.min(NEAREST, Math.max(FARTHEST, this.scale * factor));
    this.x = px - ((px - this.x) * scale) / this.scale;
    this.y = py - ((py - this.y) * scale) / this.scale;
    this.scale = scale;
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
  }

  /** The camera that shows all of `bounds`, not nearer than `most`. */
  fitting(bounds: Rect, width: number, height: number, margin = 24, most = 1): CameraState {
    const scale = Math.max(
      FARTHEST,
      Math.min(
        most,
        (width - 2 * margin) / Math.max(1, bounds.width),
        (height - 2 * margin) / Math.max(1, bounds.height),
      ),
    );
    return {
      scale,
      x: (width - bounds.width * scale) / 2 - bounds.x * scale,
      y: (height - bounds.height * scale) / 2 - bounds.y * scale,
    };
  }

  /** The camera that has the middle of `rect` in the middle of the screen. */
  centring(rect: Rect, width: number, height: number, scale = this.scale): CameraState {
    return {
      scale,
      x: width / 2 - (rect.x + rect.width / 2) * scale,
      y: height / 2 - (rect.y + rect.height / 2) * scale,
    };
  }
}

export interface CameraState {
  x: number;
  y: number;
  scale: number;
}

/** The smallest rectangle around all of them. */
export function boundsOf(rects: Iterable<Rect>): Rect | null {
  let left = Number.POSITIVE_INFINITY;
  let top = left;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = right;
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
