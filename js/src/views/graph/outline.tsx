/** The graph for those who don't see it: the selected table and its neighbours as text, told when they change. */

import { newest } from "../../graph/columns";
import { plural } from "../../text";
import { usePanel } from "../context";
import { metaText, stateOf } from "./text";

export function Outline() {
  const { scene, session } = usePanel();
  const { graph } = scene.shown.value;
  const node = scene.selected()[0];
  if (!node) {
    const tables = [...graph.nodes.values()].filter((n) => newest(n) !== undefined).length;
    return <div class="lx-unseen">{`Lineage of ${plural(tables, "table")}`}</div>;
  }
  const from = [...node.ins.values()].map((edge) => edge.source.title);
  const to = [...node.outs.values()].map((edge) => edge.target.title);
  const said = [
    node.title,
    node.kind,
    metaText(session, node),
    ...stateOf(session, node),
    from.length > 0 ? `made from ${from.join(", ")}` : "made from nothing recorded",
    to.length > 0 ? `used by ${to.join(", ")}` : "used by nothing recorded",
  ];
  return (
    <div class="lx-unseen" role="status" aria-live="polite">
      {said.filter(Boolean).join(". ")}
    </div>
  );
}
