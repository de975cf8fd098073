/** The lineage graph: cards over a canvas, with what hangs around them. */

import { usePanel } from "../context";
import { handled } from "../handled";
import { useEffect, useElement, useMount } from "../reactive";
import { Card, Pill } from "./card";
import { Chips } from "./chips";
import { graphKey } from "./keys";
import { Minimap } from "./minimap";
import { Outline } from "./outline";
import { followPointer } from "./pointer";
import { Stage } from "./stage";

export function GraphView() {
  const panel = usePanel();
  const { scene, view } = panel;
  const host = useElement<HTMLDivElement>();
  const canvas = useElement<HTMLCanvasElement>();
  const layer = useElement<HTMLDivElement>();
  const stage = panel.stage.value;
  useMount(() => {
    if (!host.current || !canvas.current || !layer.current) return undefined;
    const made = new Stage(host.current, canvas.current, layer.current, scene);
    const stop = followPointer(made, scene);
    panel.stage.value = made;
    return () => {
      stop();
      made.close();
      panel.stage.value = null;
    };
  });
  // A selection made elsewhere comes into sight; one made here is in sight.
  useEffect(() => {
    const selection = view.selection.value;
    if (selection && selection.kind !== "cell") {
      const node = scene.selected()[0];
      const traced = scene.traced.peek()?.rows.keys() ?? [];
      // Once the details are drawn: they may cover what is selected.
      if (node) requestAnimationFrame(() => panel.stage.peek()?.show(node.key, traced));
    }
  });
  return (
    <div
      class="lx-graph"
      ref={host}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the graph takes arrow keys
      tabIndex={0}
      role="application"
      aria-label="Lineage graph. Arrow keys walk along it, Space shows columns, Enter shows details."
      onKeyDown={handled((event) => {
        const plain = !(event.ctrlKey || event.metaKey || event.altKey);
        return plain && stage !== null && graphKey(stage, scene, event.key);
      })}
    >
      <canvas ref={canvas} />
      <div class="lx-layer" ref={layer}>
        {stage && <Cards stage={stage} />}
      </div>
      {stage && <Minimap stage={stage} />}
      <Outline />
    </div>
  );
}

function Cards({ stage }: { stage: Stage }) {
  const { scene } = usePanel();
  const { graph } = scene.shown.value;
  return (
    <>
      {stage.cards.value.map((key) => {
        const node = graph.nodes.get(key);
        if (!node) return null;
        return node.kind === "operation" ? (
          <Pill key={key} node={node} stage={stage} />
        ) : (
          <Card key={key} node={node} stage={stage} />
        );
      })}
      <Chips stage={stage} />
    </>
  );
}
