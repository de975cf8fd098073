/** The whole graph in a corner, with the part in sight; drag to move. Hidden while everything is in sight. */

import { useElement, useMount } from "../reactive";
import { boundsOf, centring, contains, fitting, type Rect } from "./camera";
import type { Stage } from "./stage";

const HEIGHT = 84;
const MARGIN = 6;
const SHARP = 2; // canvas pixels for each of the screen
const widthFor = (stage: Stage): number => (stage.arrangement.flow.value === "rail" ? 30 : 132);

export function Minimap({ stage }: { stage: Stage }) {
  const canvas = useElement<HTMLCanvasElement>();
  const width = widthFor(stage);
  useMount(() => {
    stage.drawn = () => canvas.current && paint(stage, canvas.current);
    stage.surface.request();
    return () => {
      stage.drawn = () => {};
    };
  });
  const move = (event: PointerEvent & { currentTarget: HTMLCanvasElement }) => {
    const bounds = boundsOf(stage.motion.boxes.values());
    if (event.buttons !== 1 || !bounds) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { scale, x, y } = fitting(bounds, width, HEIGHT, MARGIN);
    const at = { x: (event.offsetX - x) / scale, y: (event.offsetY - y) / scale, width: 0, height: 0 };
    const { camera, surface } = stage;
    const to = centring(at, surface.width, surface.height, camera.scale);
    stage.pan(to.x - camera.x, to.y - camera.y);
  };
  return (
    <canvas
      ref={canvas}
      class="lx-over lx-minimap"
      width={width * SHARP}
      height={HEIGHT * SHARP}
      style={{ width: `${width}px` }}
      hidden
      role="img"
      aria-label="The whole graph, small"
      onPointerDown={move}
      onPointerMove={move}
    />
  );
}

function paint({ camera, surface, motion, scene }: Stage, canvas: HTMLCanvasElement): void {
  const bounds = boundsOf(motion.boxes.values());
  const seen = camera.seen(surface.width, surface.height);
  canvas.hidden = !bounds || contains(seen, bounds) || surface.width < 320;
  if (canvas.hidden) return;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const { scale, x, y } = fitting(bounds as Rect, canvas.width / SHARP, HEIGHT, MARGIN);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(SHARP * scale, 0, 0, SHARP * scale, SHARP * x, SHARP * y);
  const lit = scene.lit.peek();
  for (const { key, kind } of scene.shown.peek().nodes) {
    const box = motion.boxes.get(key);
    if (!box) continue;
    context.globalAlpha = lit && !lit.nodes.has(key) ? 0.3 : 0.9;
    context.fillStyle = surface.palette.node[kind];
    context.fillRect(box.x, box.y, box.width, Math.max(box.height, 2 / scale));
  }
  context.globalAlpha = 1;
  context.strokeStyle = surface.palette.accent;
  context.lineWidth = 1.2 / scale;
  context.strokeRect(seen.x, seen.y, seen.width, seen.height);
}
