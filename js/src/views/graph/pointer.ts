/** Mouse, touch and pen on the graph: pan, zoom, hover, click. */

import type { Scene } from "../../state/scene";
import { put } from "../../state/view";
import type { Stage } from "./stage";

/** Listen on the stage's host; gives back how to stop. */
export function followPointer(stage: Stage, scene: Scene): () => void {
  const stop = new AbortController();
  const { host } = stage;
  const { view } = scene;
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
    passive = true,
  ) => host.addEventListener(type, handle, { signal: stop.signal, passive });
  const place = (event: MouseEvent) => {
    const { left, top } = host.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top] as const;
  };
  const under = (event: Event) => (event.target as HTMLElement).closest<HTMLElement>(".lx-card, .lx-over");
  let drag: { x: number; y: number; moved: boolean } | null = null;

  listen(
    "wheel",
    (event) => {
      const list = (event.target as HTMLElement).closest<HTMLElement>("[data-scrolls='true']");
      if (list && !event.ctrlKey && !event.metaKey) return; // the columns scroll
      event.preventDefault();
      if (stage.arrangement.flow.peek() === "rail" && !event.ctrlKey && !event.metaKey)
        stage.pan(-event.deltaX, -event.deltaY);
      else if (event.shiftKey) stage.pan(-(event.deltaX || event.deltaY), 0);
      else stage.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), ...place(event));
    },
    false,
  );
  listen("pointerdown", (event) => {
    if (event.button !== 0 || under(event)) return;
    drag = { x: event.clientX, y: event.clientY, moved: false };
    host.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    if (drag) {
      const dx = event.clientX - drag.x;
      const dy = event.clientY - drag.y;
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      drag = { x: event.clientX, y: event.clientY, moved: true };
      host.dataset.dragging = "true";
      stage.pan(dx, dy);
      return;
    }
    const key =
      under(event)?.dataset.key ??
      (stage.cards.peek().length === 0 ? stage.nodeAt(...place(event)) : undefined) ??
      null;
    if (view.hover.peek() !== key) view.hover.value = key;
    host.style.cursor = key || stage.edgeAt(...place(event)) ? "pointer" : "";
  });
  listen("pointerup", (event) => {
    const clicked = drag && !drag.moved;
    drag = null;
    delete host.dataset.dragging;
    if (!clicked) return;
    const node = stage.nodeAt(...place(event));
    if (node) selectNode(scene, node);
    else {
      const edge = stage.edgeAt(...place(event))?.edge;
      if (edge && edge.top >= 0) {
        view.edge.value = edge.key;
        view.select({ kind: "operation", no: edge.top });
      } else view.select(null);
    }
  });
  listen("pointerleave", () => {
    view.hover.value = null;
  });
  listen("dblclick", (event) => {
    const key = under(event)?.dataset.key;
    if (key) stage.centre(key);
  });
  listen("click", (event) => {
    const card = under(event);
    const key = card?.dataset.key;
    if (!key) return;
    const target = event.target as HTMLElement;
    const column = target.closest<HTMLElement>(".lx-column");
    if (target.closest("input")) return;
    if (target.closest("[data-action='toggle']")) toggleNode(stage, scene, key);
    else if (column) {
      view.select({ kind: "column", no: Number(column.dataset.dataset), slot: Number(column.dataset.slot) });
    } else selectNode(scene, key);
  });
  return () => stop.abort();
}

/** Select what a node is: the newest version of a table, or an operation. */
export function selectNode(scene: Scene, key: string): void {
  const node = scene.graph.peek().nodes.get(key);
  if (!node) return;
  const no = node.versions[node.versions.length - 1];
  if (no !== undefined) scene.view.select({ kind: "dataset", no });
  else if (node.operations[0] !== undefined) scene.view.select({ kind: "operation", no: node.operations[0] });
}

/** Show or hide the columns of a table; a cell that stands for its tables is opened. */
export function toggleNode(stage: Stage, scene: Scene, key: string): void {
  const node = scene.graph.peek().nodes.get(key);
  if (!node || node.kind === "operation") return;
  const { view } = scene;
  if (key.startsWith("c:")) {
    put(view.openCells, key.slice(2));
    return;
  }
  view.opened.value = new Map([...view.opened.peek(), [key, !stage.arrangement.isOpen(node)]]);
}
