/** The graph for those who don't see it: the selected table and its neighbours as text, told when they change. */

import { plural } from "../../text";
import { usePanel } from "../context";
import { metaText, stateOf } from "./text";

export function Outline() {
  const { scene, session } = usePanel();
  const { nodes } = scene.shown.value;
  const node = scene.selected()[0];
  const titles = (list: { title: string }[]) =>
    list.map(({ title }) => title).join(", ") || "nothing recorded";
  const said = node
    ? [
        node.title,
        node.kind,
        metaText(session, node),
        ...stateOf(session, node),
        `made from ${titles([...node.ins.values()].map((edge) => edge.source))}`,
        `used by ${titles([...node.outs.values()].map((edge) => edge.target))}`,
      ].join(". ")
    : `Lineage of ${plural(nodes.length, "node")}`;
  return (
    <div class="lx-unseen" role="status">
      {said}
    </div>
  );
}
