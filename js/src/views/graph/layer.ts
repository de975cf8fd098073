/**
 * Carries the cards to where the viewer looks.
 *
 * As long as that changes, they are one picture that the compositor scales: painting their text anew in each frame
 * took as long again as all the rest. Once it stands, text is painted sharp.
 */

import type { Sight } from "./camera";

const STANDS = 160; // ms without a change

export class Layer {
  #transform = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly element: HTMLElement,
    /** Called when it stands again. */
    readonly stood: () => void,
  ) {}

  get moving(): boolean {
    return this.#timer !== undefined;
  }

  carry({ x, y, scale }: Sight): void {
    const transform = `translate(${x}px,${y}px) scale(${scale})`;
    if (transform === this.#transform) return;
    const { style } = this.element;
    this.#transform = style.transform = transform;
    style.willChange = "transform";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      style.willChange = "";
      this.stood();
    }, STANDS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
