/** `+3` at the sides of a card: neighbours that aren't shown. A click shows them. */

import type { Node } from "../../graph/builder";
import { type Direction, hiddenBeside } from "../../graph/walk";
import { put } from "../../state/view";
import { usePanel } from "../context";
import type { Stage } from "./stage";

export function Chips({ stage }: { stage: Stage }) {
  const { scene, view } = usePanel();
  const { graph, keys } = scene.shown.value;
  stage.arranged.value;
  if (keys.size === graph.nodes.size) return null;
  const chips = [];
  for (const key of stage.cards.value) {
    const node = graph.nodes.get(key);
    const box = stage.boxes.get(key);
    if (!node || !box) continue;
    for (const side of ["ins", "outs"] as const) {
      const hidden = hiddenBeside(graph, node, keys, side);
      if (hidden === 0) continue;
      const what = side === "ins" ? "upstream" : "downstream";
      chips.push(
        <button
          key={`${key} ${side}`}
          type="button"
          class="lx-over lx-hidden"
          style={{ transform: place(stage, box, side) }}
          title={`Show ${hidden} hidden ${what}`}
          aria-label={`Show ${hidden} hidden ${what} of ${node.title}`}
          tabIndex={-1}
          onClick={() => {
            put(view.revealed, ...neighbours(node, side));
          }}
        >
          +{hidden}
        </button>,
      );
    }
  }
  return <>{chips}</>;
}

const neighbours = (node: Node, side: Direction): string[] =>
  [...node[side].values()].map((edge) => (side === "ins" ? edge.source.key : edge.target.key));

function place(
  stage: Stage,
  box: { x: number; y: number; width: number; height: number },
  side: Direction,
): string {
  const before = side === "ins";
  const [x, y] =
    stage.arrangement.flow.value === "right"
      ? [before ? box.x - 14 : box.x + box.width - 12, box.y - 12]
      : [box.x + box.width / 2 - 13, before ? box.y - 22 : box.y + box.height + 4];
  return `translate(${x}px,${y}px)`;
}
