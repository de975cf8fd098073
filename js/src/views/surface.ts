/** A canvas that fills its host: sized in device pixels, drawn at most once a frame, in the colours of the theme. */

import { type Palette, readPalette, watchTheme } from "../theme/palette";

export class Surface {
  /** Of the host, in CSS pixels; 0 while it is hidden. */
  width = 0;
  height = 0;
  palette: Palette;
  readonly ratio = devicePixelRatio || 1;
  #request = 0;
  #stops: (() => void)[];

  constructor(
    readonly host: HTMLElement,
    readonly canvas: HTMLCanvasElement,
    readonly draw: (context: CanvasRenderingContext2D, now: number) => void,
    readonly resized: () => void = () => {},
  ) {
    this.palette = readPalette(host);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(host);
    this.#stops = [
      () => observer.disconnect(),
      watchTheme(() => {
        this.palette = readPalette(host);
        this.request();
      }),
    ];
  }

  /** Draw soon. */
  request(): void {
    this.#request ||= requestAnimationFrame((now) => {
      this.#request = 0;
      if (this.width) this.draw(this.canvas.getContext("2d") as CanvasRenderingContext2D, now);
    });
  }

  close(): void {
    cancelAnimationFrame(this.#request);
    for (const stop of this.#stops) stop();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.host;
    this.width = clientHeight && clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * this.ratio);
    this.canvas.height = Math.round(clientHeight * this.ratio);
    this.resized();
    this.request();
  }
}
