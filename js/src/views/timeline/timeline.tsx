/** Memory and cells over time; a brush filters the graph. */

import { effect } from "../../state/signals";
import { duration } from "../../text";
import { Button } from "../button";
import { type Panel, usePanel } from "../context";
import { handled } from "../handled";
import { useElement, useMount } from "../reactive";
import { Surface } from "../surface";
import { LEFT, paint, type TimelineFrame, timeAt } from "./paint";

/** The cell that the selection is about. */
function selectedCell({ session, view }: Panel): number | null {
  const selection = view.selection.value;
  if (!selection) return null;
  if (selection.kind === "cell") return selection.no;
  const operation =
    selection.kind === "operation" ? session.operations.get(selection.no) : session.producer(selection.no);
  return operation?.cell ?? null;
}

/** What is to be drawn now. Reads signals. */
function frameOf(panel: Panel, surface: Surface): TimelineFrame {
  const { session, view, scene } = panel;
  const { width, height, palette } = surface;
  const scale = scene.time.value;
  const selection = view.selection.value;
  return {
    session,
    scale,
    window: view.window.value ?? [0, scale.length],
    width,
    height,
    palette,
    selectedCell: selectedCell(panel),
    selectedOperation: selection?.kind === "operation" ? selection.no : null,
    range: view.range.value,
  };
}

export function TimelineView() {
  const panel = usePanel();
  const { view } = panel;
  const host = useElement<HTMLDivElement>();
  const canvas = useElement<HTMLCanvasElement>();
  useMount(() => {
    if (!host.current || !canvas.current) return undefined;
    const surface: Surface = new Surface(host.current, canvas.current, (context) =>
      paint(context, surface.ratio, frameOf(panel, surface)),
    );
    const stops = [
      followPointer(panel, surface),
      effect(() => {
        frameOf(panel, surface);
        surface.request();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      surface.close();
    };
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
      onKeyDown={handled((event) => timelineKey(panel, event.key))}
    >
      <canvas ref={canvas} />
      {range && (
        <Button
          class="lx-button lx-range"
          icon="close"
          onClick={() => {
            view.range.value = null;
          }}
        >
          {`Only ${duration(range[1] - range[0])} of the session is shown`}
        </Button>
      )}
    </div>
  );
}

function timelineKey(panel: Panel, key: string): boolean {
  const { session, view } = panel;
  const cells = [...session.cells.values()];
  const at = cells.findIndex((cell) => cell.no === selectedCell(panel));
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (step) {
    const cell = cells.at(at < 0 ? -1 : Math.min(cells.length - 1, Math.max(0, at + step)));
    if (cell) view.select({ kind: "cell", no: cell.no }, view.drawer.peek());
  } else if (key === "b" && cells[at]) {
    view.range.value = [cells[at].started, cells[at].ended ?? Date.now()];
  } else if (key === "Enter" && cells[at]) view.drawer.value = true;
  else if (key !== "Escape") return false;
  else if (view.range.peek()) view.range.value = null;
  else view.select(null);
  return true;
}

function followPointer(panel: Panel, surface: Surface): () => void {
  const { session, view, scene } = panel;
  const { host, canvas } = surface;
  const stop = new AbortController();
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    act: (event: HTMLElementEventMap[K]) => void,
  ) => host.addEventListener(type, act, { signal: stop.signal, passive: false });
  let drag: { x: number; moved: boolean } | null = null;
  const xOf = (event: MouseEvent) => event.clientX - host.getBoundingClientRect().left;
  const time = (x: number) => scene.time.peek().lengthen(timeAt(frameOf(panel, surface), x));
  listen("pointerdown", (event) => {
    if (event.button !== 0 || xOf(event) < LEFT || event.target !== canvas) return;
    drag = { x: xOf(event), moved: false };
    host.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    if (!drag || (!drag.moved && Math.abs(xOf(event) - drag.x) < 4)) return;
    drag.moved = true;
    view.range.value = [time(Math.min(drag.x, xOf(event))), time(Math.max(drag.x, xOf(event)))];
  });
  listen("pointerup", (event) => {
    const clicked = drag && !drag.moved;
    drag = null;
    if (!clicked) return;
    const at = time(xOf(event));
    const hit = [...session.cells.values()].find((c) => c.started <= at && at <= (c.ended ?? at));
    view.select(hit ? { kind: "cell", no: hit.no } : null);
  });
  listen("wheel", (event) => {
    event.preventDefault();
    const { window, scale } = frameOf(panel, surface);
    const at = timeAt(frameOf(panel, surface), xOf(event));
    const factor = Math.exp(event.deltaY * 0.002);
    const from = Math.max(0, at - (at - window[0]) * factor);
    const to = Math.min(scale.length, at + (window[1] - at) * factor);
    view.window.value = to - from >= scale.length * 0.999 ? null : [from, to];
  });
  listen("dblclick", () => {
    view.window.value = null;
    view.range.value = null;
  });
  return () => stop.abort();
}
