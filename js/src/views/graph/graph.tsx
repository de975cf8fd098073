/** The lineage graph: cards over a canvas, with what hangs around them. */

import { useEffect, useRef, useState } from "preact/hooks";
import { usePanel } from "../context";
import { useSignalEffect } from "../reactive";
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
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  useEffect(() => {
    if (!host.current || !canvas.current || !layer.current) return;
    const made = new Stage(host.current, canvas.current, layer.current, scene);
    const stop = followPointer(made, scene);
    panel.stage.value = made;
    setStage(made);
    return () => {
      stop();
      made.close();
      panel.stage.value = null;
    };
  }, [scene]);
  // A selection made elsewhere comes into sight; one made here is in sight.
  useSignalEffect(() => {
    const selection = view.selection.value;
    if (selection && selection.kind !== "cell") {
      const node = scene.selected()[0];
      if (node) queueMicrotask(() => stage?.reveal(node.key));
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
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !stage) return;
        if (graphKey(stage, scene, event.key)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
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
