/** Boxes on their way from where they were to where the layout wants them. */

import type { Box } from "../../layout/layout";
import { calm } from "../../theme/palette";

const TAKES = 180; // ms

export class Motion {
  readonly boxes = new Map<string, Box>();
  #from = new Map<string, Box>();
  #to: ReadonlyMap<string, Box> = new Map();
  #began = 0;
  moving = false;

  /** Head for new places; what is new appears where it belongs. `jump`: at once. */
  head(to: ReadonlyMap<string, Box>, jump: boolean): void {
    // A dozen frames for nothing would keep the news waiting that are on their way.
    const moves = [...to].some(([key, { x, y }]) => {
      const from = this.boxes.get(key);
      return from && (from.x !== x || from.y !== y);
    });
    this.#from = new Map(this.boxes);
    this.#to = new Map(to);
    this.#began = performance.now();
    this.moving = true;
    this.step(jump || !moves || calm() ? this.#began + TAKES : this.#began);
  }

  /** Move on to a moment. */
  step(now: number): void {
    if (!this.moving) return;
    const t = Math.min(1, (now - this.#began) / TAKES);
    const eased = 1 - (1 - t) ** 3;
    this.boxes.clear();
    for (const [key, to] of this.#to) {
      const from = t < 1 ? this.#from.get(key) : undefined;
      this.boxes.set(key, from ? { ...to, x: mix(from.x, to.x, eased), y: mix(from.y, to.y, eased) } : to);
    }
    if (t === 1) {
      this.moving = false;
      this.#from.clear();
    }
  }
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
