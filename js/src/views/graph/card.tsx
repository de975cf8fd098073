/** A table as a card: its name, its size, its state, and its columns when opened. */

import type { Node } from "../../graph/builder";
import { count } from "../../text";
import { Tag } from "../bits";
import { Button } from "../button";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Icon } from "../icons";
import { MEANING } from "../meaning";
import { Columns } from "./columns";
import { HEAD } from "./sizes";
import type { Stage } from "./stage";
import { metaText, type State, stateOf } from "./text";

export function Card({ node, stage }: { node: Node; stage: Stage }) {
  const { session, scene, view } = usePanel();
  stage.arranged.value;
  session.statusVersion.value;
  const size = stage.arrangement.sizes.get(node.key);
  const selected = scene.selected().includes(node);
  const state = stateOf(session, node);
  const heat = view.heat.value === "none" ? undefined : stage.heat?.step(node);
  if (!size) return null;
  const open = stage.arrangement.isOpen(node);
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
        width: `${stage.boxes.get(node.key)?.width ?? size.width}px`,
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
            <Button
              class="lx-flat"
              icon={open ? "shut" : "open"}
              label={`${open ? "Hide" : "Show"} columns of ${node.title}`}
              open={open}
              action="toggle"
              inside
            />
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
      title={failed ? "failed" : MEANING.opaque}
    >
      <Icon name="warn" />
      <b>{node.title}</b>
      {times > 1 && <span>×{count(times)}</span>}
    </div>
  );
}

const SAID: Record<State, string> = {
  running: "its cell is running",
  failed: "its cell failed afterwards",
  stale: "something it was made from has changed",
  deleted: "its cell was deleted",
  earlier: "an earlier table of the same name",
  opaque: "an opaque operation changed it in place",
};

function Marks({ node, state }: { node: Node; state: State[] }) {
  return (
    <>
      {node.versions.length > 1 && (
        <Tag title={`${node.versions.length} versions; the newest is shown`}>v{node.versions.length}</Tag>
      )}
      {state.map((what) => (
        <Tag key={what} mark={what} title={SAID[what]}>
          {what === "running" ? <i class="lx-spin" /> : what}
        </Tag>
      ))}
    </>
  );
}
