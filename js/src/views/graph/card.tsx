/** A table as a card: its name, its size, its state, and its columns when opened. */

import type { Node } from "../../graph/builder";
import { newest } from "../../graph/columns";
import { width as columnCount } from "../../model/schema";
import type { Session } from "../../state/kernel";
import { bytes, compact, count } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Icon } from "../icons";
import { Columns } from "./columns";
import { HEAD } from "./sizes";
import type { Stage } from "./stage";

export function Card({ node, stage }: { node: Node; stage: Stage }) {
  const { session, scene, view } = usePanel();
  stage.arranged.value;
  session.statusVersion.value;
  const size = stage.sizes.get(node.key);
  const selected = scene.selected().includes(node);
  const state = stateOf(session, node);
  const heat = view.heat.value === "none" ? undefined : stage.heat?.step(node);
  if (!size) return null;
  const open = stage.isOpen(node);
  return (
    <div
      class="lx-card"
      ref={(element) => stage.place(node.key, element)}
      data-key={node.key}
      data-kind={node.kind}
      data-state={state.join(" ")}
      data-selected={selected}
      style={{
        height: `${size.height}px`,
        ...(heat === undefined ? {} : { "--lx-kind": `var(--lx-heat-${heat})` }),
      }}
    >
      <div class="lx-head" style={{ height: `${HEAD}px` }}>
        <div class="lx-title">
          <b dir="auto" title={node.title}>
            {node.title}
          </b>
          <Marks node={node} state={state} />
          {node.versions.length > 0 && (
            <button
              type="button"
              class="lx-flat"
              data-action="toggle"
              aria-label={`${open ? "Hide" : "Show"} columns of ${node.title}`}
              aria-expanded={open}
              tabIndex={-1}
            >
              <Icon name={open ? "shut" : "open"} />
            </button>
          )}
        </div>
        <div class="lx-meta">
          <span>{heat === undefined ? metaText(session, node) : stage.heat?.text(node)}</span>
          <CellLink cell={node.cells[node.cells.length - 1]} />
        </div>
      </div>
      {size.rows > 0 && <Columns node={node} size={size} stage={stage} />}
    </div>
  );
}

/** An operation that stays visible: it failed, or nobody can say what it did. */
export function Pill({ node, stage }: { node: Node; stage: Stage }) {
  const { session, scene } = usePanel();
  stage.arranged.value;
  const failed = node.operations.some((no) => session.operations.get(no)?.state === "FAIL");
  const times = node.operations.reduce((n, no) => n + (session.operations.get(no)?.times ?? 1), 0);
  return (
    <div
      class="lx-card lx-pill"
      ref={(element) => stage.place(node.key, element)}
      data-key={node.key}
      data-kind="operation"
      data-state={failed ? "failed" : "opaque"}
      data-selected={scene.selected().includes(node)}
      title={failed ? "failed" : "opaque: no rule explains it, all inputs may have influenced all outputs"}
    >
      <Icon name="warn" />
      <b>{node.title}</b>
      {times > 1 && <span>×{count(times)}</span>}
    </div>
  );
}

type State = "running" | "failed" | "stale" | "deleted" | "earlier" | "opaque";

/** What is to be said about a node beyond what it is. */
export function stateOf(session: Session, node: Node): State[] {
  const found: State[] = [];
  const last = session.cells.get(node.cells[node.cells.length - 1] ?? -1);
  const no = newest(node);
  if (last?.ended === null) found.push("running");
  if (last?.state === "FAIL") found.push("failed");
  if (no !== undefined && session.staleDatasets.has(no)) found.push("stale");
  if (last && session.deleted.has(last.no)) found.push("deleted");
  if (node.earlier) found.push("earlier");
  if (node.opaqueInside) found.push("opaque");
  return found;
}

const SAID: Record<State, string> = {
  running: "its cell is running",
  failed: "its cell failed afterwards",
  stale: "stale: something it was made from has changed since",
  deleted: "its cell was deleted from the notebook",
  earlier: "an earlier table of the same name",
  opaque: "an opaque operation changed it in place",
};

function Marks({ node, state }: { node: Node; state: State[] }) {
  return (
    <>
      {node.versions.length > 1 && (
        <span class="lx-tag" title={`${node.versions.length} versions; the newest is shown`}>
          v{node.versions.length}
        </span>
      )}
      {state.map((what) => (
        <span key={what} class="lx-tag" data-mark={what} title={SAID[what]}>
          {what === "running" ? <i class="lx-spin" /> : what}
        </span>
      ))}
    </>
  );
}

/** `327,346 × 32 · 88 MB`. */
export function metaText(session: Session, node: Node): string {
  const no = newest(node);
  const dataset = no === undefined ? undefined : session.datasets.get(no);
  if (!dataset) return "";
  const columns = columnCount(session.schemas.get(dataset.schema));
  if (node.key.startsWith("c:")) return `${node.versions.length} versions`;
  const parts: string[] = [];
  if (dataset.rows !== null)
    parts.push(
      columns > 1 || dataset.kind === "frame"
        ? `${compact(dataset.rows)} × ${compact(columns)}`
        : compact(dataset.rows),
    );
  else if (columns > 0) parts.push(`${compact(columns)} columns`);
  if (dataset.bytes !== null) parts.push(`${dataset.unsized > 0 ? "≥ " : ""}${bytes(dataset.bytes)}`);
  else if (dataset.kind !== "frame" && dataset.kind !== "external") parts.push(dataset.kind);
  return parts.join(" · ");
}
