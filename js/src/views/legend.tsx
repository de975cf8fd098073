/** What colours and lines mean; kinds can be switched off. */

import { NODE_KINDS, type NodeKind, OPERATION_KINDS, operationKind } from "../graph/kinds";
import { toggled } from "../state/view";
import { Dot } from "./bits";
import { Button } from "./button";
import { usePanel } from "./context";
import { MEANING } from "./meaning";

const NAMES: Record<NodeKind, string> = {
  source: "read",
  output: "written",
  frame: "frame",
  series: "series",
  grouped: "groups",
  other: "other",
  operation: "",
};
/** Dashes, colour, what it is called, what it means. */
const LINES = {
  decides: ["9 4", "accent", "Decides about rows, none of its values arrive"],
  inferred: ["5 4", "edge", MEANING.inferred],
  opaque: ["1.5 3.5", "warn", MEANING.opaque],
} as const;

export function Legend() {
  const { session, scene, view, stage } = usePanel();
  const { nodes, edges } = scene.graph.value;
  if (nodes.size === 0) return null;
  const hidden = view.hiddenKinds;
  const present = new Set<NodeKind>([...nodes.values()].map((node) => node.kind));
  const kinds = NODE_KINDS.filter((kind) => NAMES[kind] && (present.has(kind) || hidden.value.has(kind)));
  const lines = new Set<string>([...edges.values()].map((edge) => edge.confidence));
  if (scene.traced.value) lines.add("decides");
  const done = new Set(
    [...session.operations.values()].map((operation) => operationKind(session, operation)),
  );
  if (present.has("source")) done.delete("read"); // they share a colour and a name
  if (present.has("output")) done.delete("write");
  done.delete("opaque"); // has a line
  stage.value?.arranged.value;
  return (
    <div class="lx-legend" role="group" aria-label="Legend">
      {view.heat.value === "none" ? (
        kinds.map((kind) => (
          <Button
            key={kind}
            class="lx-flat"
            on={!hidden.value.has(kind)}
            title={`${hidden.value.has(kind) ? "Show" : "Fold"} ${NAMES[kind]} nodes`}
            onClick={() => {
              hidden.value = toggled(hidden.peek(), kind);
            }}
          >
            <Dot colour={`node-${kind}`} />
            {NAMES[kind]}
          </Button>
        ))
      ) : (
        <span class="lx-scale">
          0
          {[0, 1, 2, 3, 4].map((i) => (
            <i key={i} style={{ background: `var(--lx-heat-${i})` }} />
          ))}
          {stage.value?.heat?.most}
        </span>
      )}
      {OPERATION_KINDS.filter((kind) => done.has(kind)).map((kind) => (
        <span key={kind} title="Operations">
          <Dot colour={`op-${kind}`} />
          {kind}
        </span>
      ))}
      {Object.entries(LINES).map(
        ([name, [dash, colour, title]]) =>
          lines.has(name) && (
            <span key={name} title={title}>
              <svg viewBox="0 0 22 8" width="22" height="8" aria-hidden="true">
                <path d="M0 4h22" stroke={`var(--lx-${colour})`} stroke-width="1.6" stroke-dasharray={dash} />
              </svg>
              {name}
            </span>
          ),
      )}
    </div>
  );
}
