/** The whole graph in a corner, with the part in sight; drag to move. Hidden while everything is in sight. */

import { useElement, useMount } from "../reactive";
import { boundsOf, centring, contains, fitting, type Rect, type Sight } from "./camera";
import type { Stage } from "./stage";

const HEIGHT = 84;
const MARGIN = 6;
const SHARP = 2; // canvas pixels for each of the screen
const widthFor = (stage: Stage): number => (stage.arrangement.flow.value === "rail" ? 30 : 132);

export function Minimap({ stage }: { stage: Stage }) {
  const host = useElement<HTMLDivElement>();
  const width = widthFor(stage);
  useMount(() => {
    if (host.current) stage.drawn = follow(stage, host.current);
    stage.surface.request();
    return () => {
      stage.drawn = () => {};
    };
  });
  const move = (event: PointerEvent & { currentTarget: HTMLElement }) => {
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
    <div
      ref={host}
      class="lx-over lx-minimap"
      style={{ width: `${width}px` }}
      hidden
      role="img"
      aria-label="The whole graph, small"
      onPointerDown={move}
      onPointerMove={move}
    >
      <canvas width={width * SHARP} height={HEIGHT * SHARP} />
      <i />
    </div>
  );
}

/** What to do after each frame: boxes are painted when they changed, else only what is in sight is marked. */
function follow(stage: Stage, host: HTMLElement): () => void {
  const [canvas, mark] = host.children as unknown as [HTMLCanvasElement, HTMLElement];
  const { camera, surface, motion } = stage;
  let of: unknown[] = [];
  let stale = false;
  let bounds: Rect | null = null;
  return () => {
    const now = [stage.all, surface.palette, canvas.width];
    if (now.some((value, i) => value !== of[i])) {
      of = now;
      stale = true;
      bounds = boundsOf(motion.boxes.values());
    }
    const seen = camera.seen(surface.width, surface.height);
    host.hidden = !bounds || contains(seen, bounds) || surface.width < 320;
    if (!bounds || host.hidden) return;
    const sight = fitting(bounds, canvas.width / SHARP, HEIGHT, MARGIN);
    if (stale) paint(stage, canvas, sight);
    stale = false;
    mark.style.transform = `translate(${sight.x + seen.x * sight.scale}px,${sight.y + seen.y * sight.scale}px)`;
    for (const side of ["width", "height"] as const) mark.style[side] = `${seen[side] * sight.scale}px`;
  };
}

function paint({ surface, motion, scene }: Stage, canvas: HTMLCanvasElement, { scale, x, y }: Sight): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(SHARP * scale, 0, 0, SHARP * scale, SHARP * x, SHARP * y);
  const lit = scene.lit.peek();
  for (const { key, kind } of scene.shown.peek().nodes) {
    const box = motion.boxes.get(key);
    if (!box) continue;
    context.globalAlpha = lit && !lit.nodes.has(key) ? 0.3 : 0.9;
    context.fillStyle = surface.palette.node[kind];
    context.fillRect(box.x, box.y, Math.max(box.width, 2 / scale), Math.max(box.height, 2 / scale));
  }
}
