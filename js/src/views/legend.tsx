/** What colours and lines mean; kinds can be switched off. */

import { NODE_KINDS, type NodeKind } from "../graph/kinds";
import { toggled } from "../state/view";
import { usePanel } from "./context";

const NAMES: Record<NodeKind, string> = {
  source: "read",
  output: "written",
  frame: "frame",
  series: "series",
  grouped: "groups",
  other: "other",
  operation: "operation",
};

export function Legend() {
  const { scene, view, stage } = usePanel();
  const { graph } = scene.graph.value ? { graph: scene.graph.value } : { graph: null };
  if (!graph || graph.nodes.size === 0) return null;
  const present = new Set<NodeKind>([...graph.nodes.values()].map((node) => node.kind));
  const kinds = NODE_KINDS.filter(
    (kind) => kind !== "operation" && (present.has(kind) || view.hiddenKinds.value.has(kind)),
  );
  const edges = [...graph.edges.values()];
  const inferred = edges.some((edge) => edge.confidence === "inferred");
  const opaque = edges.some((edge) => edge.confidence === "opaque");
  const heat = view.heat.value;
  stage.value?.arranged.value;
  return (
    <div class="lx-legend" role="group" aria-label="Legend">
      {heat === "none" ? (
        kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            class="lx-flat"
            aria-pressed={!view.hiddenKinds.value.has(kind)}
            title={`${view.hiddenKinds.value.has(kind) ? "Show" : "Fold"} ${NAMES[kind]} nodes`}
            onClick={() => {
              view.hiddenKinds.value = toggled(view.hiddenKinds.peek(), kind);
            }}
          >
            <i class="lx-dot" style={{ background: `var(--lx-node-${kind})` }} />
            {NAMES[kind]}
          </button>
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
      {scene.traced.value && (
        <Sample
          dash="9 4"
          text="decides"
          title="The source's values aren't in the target: filters, joins, groups, sorts"
          lit
        />
      )}
      {inferred && (
        <Sample dash="5 4" text="inferred" title="Read off the source text, or wide enough to miss nothing" />
      )}
      {opaque && (
        <Sample
          dash="1.5 3.5"
          text="opaque"
          title="No rule explains it: all inputs may have influenced all outputs"
          warn
        />
      )}
    </div>
  );
}

function Sample(p: { dash: string; text: string; title: string; warn?: boolean; lit?: boolean }) {
  const colour = p.warn ? "warn" : p.lit ? "accent" : "edge";
  return (
    <span title={p.title}>
      <svg viewBox="0 0 22 8" width="22" height="8" aria-hidden="true">
        <path d="M0 4h22" stroke={`var(--lx-${colour})`} stroke-width="1.6" stroke-dasharray={p.dash} />
      </svg>
      {p.text}
    </span>
  );
}
