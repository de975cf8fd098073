/** Memory and cells over time; a brush filters the graph. */

import { useEffect, useRef } from "preact/hooks";
import { duration } from "../../text";
import { readPalette, watchTheme } from "../../theme/palette";
import { usePanel } from "../context";
import { useSignalEffect } from "../reactive";
import { LEFT, paint, type TimelineFrame, timeAt } from "./paint";

class Timeline {
  frame: TimelineFrame | null = null;
  #request = 0;
  #stops: (() => void)[] = [];

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly host: HTMLElement,
    readonly panel: ReturnType<typeof usePanel>,
  ) {
    let palette = readPalette(host);
    const observer = new ResizeObserver(() => this.request());
    observer.observe(host);
    this.#stops = [
      () => observer.disconnect(),
      watchTheme(() => {
        palette = readPalette(host);
        this.request();
      }),
    ];
    this.palette = () => palette;
  }

  palette: () => ReturnType<typeof readPalette>;

  close(): void {
    cancelAnimationFrame(this.#request);
    for (const stop of this.#stops) stop();
  }

  request(): void {
    this.#request ||= requestAnimationFrame(() => {
      this.#request = 0;
      this.draw();
    });
  }

  draw(): void {
    const { session, view, scene } = this.panel;
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    if (width < 10 || height < 10) return;
    const scale = scene.time.peek();
    const selection = view.selection.peek();
    const operation = selection?.kind === "operation" ? session.operations.get(selection.no) : undefined;
    this.frame = {
      session,
      scale,
      window: view.window.peek() ?? [0, scale.length],
      width,
      height,
      palette: this.palette(),
      selectedCell: cellOf(this.panel) ?? operation?.cell ?? null,
      selectedOperation: operation?.no ?? null,
      range: view.range.peek(),
    };
    const ratio = devicePixelRatio || 1;
    if (
      this.canvas.width !== Math.round(width * ratio) ||
      this.canvas.height !== Math.round(height * ratio)
    ) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    paint(this.canvas.getContext("2d") as CanvasRenderingContext2D, ratio, this.frame);
  }

  /** The time under a point of the screen, ms since the epoch. */
  time(x: number): number {
    return this.frame ? this.frame.scale.lengthen(timeAt(this.frame, x)) : 0;
  }

  zoom(factor: number, x: number): void {
    if (!this.frame) return;
    const { length } = this.frame.scale;
    const at = timeAt(this.frame, x);
    const [a, b] = this.frame.window;
    const from = Math.max(0, at - (at - a) / factor);
    const to = Math.min(length, at + (b - at) / factor);
    this.panel.view.window.value = to - from >= length * 0.999 ? null : [from, to];
  }
}

/** The cell that the selection is about. */
export function cellOf({ session, view }: ReturnType<typeof usePanel>): number | null {
  const selection = view.selection.value;
  if (!selection) return null;
  if (selection.kind === "cell") return selection.no;
  if (selection.kind === "operation") return session.operations.get(selection.no)?.cell ?? null;
  return session.producer(selection.no)?.cell ?? null;
}

export function TimelineView() {
  const panel = usePanel();
  const { session, view } = panel;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const timeline = useRef<Timeline | null>(null);
  useEffect(() => {
    if (!host.current || !canvas.current) return;
    const made = new Timeline(canvas.current, host.current, panel);
    timeline.current = made;
    made.request();
    const stop = followPointer(made);
    return () => {
      stop();
      made.close();
    };
  }, [panel]);
  useSignalEffect(() => {
    session.samplesVersion.value;
    session.recordsVersion.value;
    view.selection.value;
    view.range.value;
    view.window.value;
    timeline.current?.request();
  });
  const range = view.range.value;
  return (
    <div
      class="lx-timeline"
      ref={host}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the timeline takes arrow keys
      tabIndex={0}
      role="application"
      aria-label="Memory timeline. Arrow keys walk through cells, B shows only the selected cell's tables, Escape all."
      onKeyDown={(event) => {
        if (timelineKey(panel, event.key)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    >
      <canvas ref={canvas} />
      {range && (
        <button type="button" class="lx-button lx-range" onClick={() => setRange(panel, null)}>
          {`Only ${duration(range[1] - range[0])} of the session is shown`} <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  );
}

function setRange({ view }: ReturnType<typeof usePanel>, range: [number, number] | null): void {
  view.range.value = range;
}

function timelineKey(panel: ReturnType<typeof usePanel>, key: string): boolean {
  const { session, view } = panel;
  const cells = [...session.cells.values()];
  const selected = cells.findIndex((cell) => cell.no === cellOf(panel));
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const at = selected < 0 ? cells.length - 1 : selected + (key === "ArrowRight" ? 1 : -1);
    const cell = cells[Math.min(cells.length - 1, Math.max(0, at))];
    if (cell) view.select({ kind: "cell", no: cell.no }, view.drawer.peek());
  } else if (key === "b" && selected >= 0) {
    const cell = cells[selected];
    if (cell) view.range.value = [cell.started, cell.ended ?? Date.now()];
  } else if (key === "Enter" && selected >= 0) view.drawer.value = true;
  else if (key === "Escape") {
    if (view.range.peek()) view.range.value = null;
    else view.select(null);
  } else return false;
  return true;
}

function followPointer(timeline: Timeline): () => void {
  const { host, panel } = timeline;
  const { session, view } = panel;
  const stop = new AbortController();
  const { signal } = stop;
  let drag: { x: number; moved: boolean } | null = null;
  const x = (event: MouseEvent) => event.clientX - host.getBoundingClientRect().left;
  host.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || x(event) < LEFT || event.target !== timeline.canvas) return;
      drag = { x: x(event), moved: false };
      host.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  host.addEventListener(
    "pointermove",
    (event) => {
      if (!drag) return;
      if (!drag.moved && Math.abs(x(event) - drag.x) < 4) return;
      drag.moved = true;
      const [a, b] = [drag.x, x(event)].sort((p, q) => p - q) as [number, number];
      view.range.value = [timeline.time(a), timeline.time(b)];
    },
    { signal },
  );
  host.addEventListener(
    "pointerup",
    (event) => {
      const clicked = drag && !drag.moved;
      drag = null;
      if (!clicked) return;
      const time = timeline.time(x(event));
      const cell = [...session.cells.values()].find(
        (c) => c.started <= time && time <= (c.ended ?? Number.POSITIVE_INFINITY),
      );
      view.select(cell ? { kind: "cell", no: cell.no } : null);
    },
    { signal },
  );
  host.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      timeline.zoom(Math.exp(-event.deltaY * 0.002), x(event));
    },
    { signal, passive: false },
  );
  host.addEventListener(
    "dblclick",
    () => {
      view.window.value = null;
      view.range.value = null;
    },
    { signal },
  );
  return () => stop.abort();
}
