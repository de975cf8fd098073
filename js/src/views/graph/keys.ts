/** The keyboard on the graph: arrows walk along lineage, Enter opens, the rest is on the buttons, too. */

import type { Node } from "../../graph/builder";
import type { Scene } from "../../state/scene";
import { selectNode, toggleNode } from "./pointer";
import type { Stage } from "./stage";

/** Handle a key; whether it meant something here. */
export function graphKey(stage: Stage, scene: Scene, key: string): boolean {
  const { view } = scene;
  const node = scene.selected()[0];
  if (key.startsWith("Arrow")) walk(stage, scene, key, node);
  else if (key === "Enter" && node) view.drawer.value = true;
  else if (key === " " && node) toggleNode(stage, scene, node.key);
  else if (key === "Escape") giveUp(scene);
  else if (key === "f" || key === "0") stage.fit();
  else if (key === "+" || key === "=") stage.zoom(1.25);
  else if (key === "-") stage.zoom(0.8);
  else if (key === "Home") go(stage, scene, ends(scene)[0]);
  else if (key === "End") go(stage, scene, ends(scene)[1]);
  else return false;
  return true;
}

function giveUp({ view }: Scene): void {
  if (view.selection.peek()) view.select(null);
  else view.unfocus();
}

function walk(stage: Stage, scene: Scene, key: string, node: Node | undefined): void {
  if (!node) {
    go(stage, scene, ends(scene)[1]);
    return;
  }
  const across = stage.arrangement.flow.peek() === "right";
  const back = across ? "ArrowLeft" : "ArrowUp";
  const on = across ? "ArrowRight" : "ArrowDown";
  if (key === back || key === on) {
    const beside = [...(key === back ? node.ins : node.outs).values()];
    const shown = scene.shown.peek().keys;
    const next = beside
      .map((edge) => (key === back ? edge.source : edge.target))
      .find((n) => shown.has(n.key));
    go(stage, scene, next?.key);
  } else go(stage, scene, neighbour(stage, node.key, key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1));
}

/** The one beside it in its rank. */
function neighbour(stage: Stage, key: string, step: number): string | undefined {
  const box = stage.boxes.get(key);
  if (stage.arrangement.flow.peek() === "rail")
    return stage.arrangement.layout.rows[(box?.rank ?? 0) + step]?.[0];
  const row = box ? (stage.arrangement.layout.rows[box.rank] ?? []) : [];
  return row[row.indexOf(key) + step];
}

function ends(scene: Scene): [string | undefined, string | undefined] {
  const { nodes } = scene.shown.peek();
  return [nodes[0]?.key, nodes[nodes.length - 1]?.key];
}

function go(stage: Stage, scene: Scene, key: string | undefined): void {
  if (key === undefined) return;
  const open = scene.view.drawer.peek();
  selectNode(scene, key);
  scene.view.drawer.value = open;
  stage.reveal(key);
}
