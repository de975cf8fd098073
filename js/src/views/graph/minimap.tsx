/** The whole graph in a corner, with the part in sight; drag to move. Hidden while everything is in sight. */

import { useEffect, useRef } from "preact/hooks";
import { boundsOf, type Rect } from "./camera";
import type { Stage } from "./stage";

const HEIGHT = 84;
const widthFor = (stage: Stage): number => (stage.flow.value === "rail" ? 30 : 132);

export function Minimap({ stage }: { stage: Stage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    stage.drawn = () => canvas.current && paint(stage, canvas.current);
    stage.request();
    return () => {
      stage.drawn = () => {};
    };
  }, [stage]);
  const move = (event: PointerEvent & { currentTarget: HTMLCanvasElement }) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const bounds = boundsOf(stage.motion.boxes.values());
    if (!bounds) return;
    const { scale, x, y } = fitted(bounds, widthFor(stage));
    const at = { x: (event.offsetX - x) / scale, y: (event.offsetY - y) / scale, width: 0, height: 0 };
    const to = stage.camera.centring(at, stage.width, stage.height);
    stage.pan(to.x - stage.camera.x, to.y - stage.camera.y);
  };
  const width = widthFor(stage);
  return (
    <canvas
      ref={canvas}
      class="lx-over lx-minimap"
      width={width * 2}
      height={HEIGHT * 2}
      style={{ width: `${width}px` }}
      hidden
      role="img"
      aria-label="The whole graph, small"
      onPointerDown={move}
      onPointerMove={move}
    />
  );
}

function fitted(bounds: Rect, width: number): { scale: number; x: number; y: number } {
  const scale = Math.min((width - 12) / bounds.width, (HEIGHT - 12) / bounds.height);
  return {
    scale,
    x: (width - bounds.width * scale) / 2 - bounds.x * scale,
    y: (HEIGHT - bounds.height * scale) / 2 - bounds.y * scale,
  };
}

function paint(stage: Stage, canvas: HTMLCanvasElement): void {
  const bounds = boundsOf(stage.motion.boxes.values());
  const seen = stage.camera.seen(stage.width, stage.height);
  const inside =
    !bounds ||
    (bounds.x >= seen.x - 1 &&
      bounds.y >= seen.y - 1 &&
      bounds.x + bounds.width <= seen.x + seen.width + 1 &&
      bounds.y + bounds.height <= seen.y + seen.height + 1);
  canvas.hidden = inside || stage.width < 320;
  if (canvas.hidden || !bounds) return;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const { scale, x, y } = fitted(bounds, widthFor(stage));
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, widthFor(stage), HEIGHT);
  context.setTransform(2 * scale, 0, 0, 2 * scale, 2 * x, 2 * y);
  const lit = stage.scene.lit.peek();
  const { nodes } = stage.scene.shown.peek().graph;
  for (const box of stage.motion.boxes.values()) {
    const node = nodes.get(box.key);
    if (!node) continue;
    context.globalAlpha = lit && !lit.nodes.has(box.key) ? 0.3 : 0.9;
    context.fillStyle = stage.palette.node[node.kind];
    context.fillRect(box.x, box.y, box.width, Math.max(box.height, 2 / scale));
  }
  context.globalAlpha = 1;
  context.strokeStyle = stage.palette.accent;
  context.lineWidth = 1.2 / scale;
  context.strokeRect(seen.x, seen.y, seen.width, seen.height);
}
