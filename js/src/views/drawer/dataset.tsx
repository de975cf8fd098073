/** Details of a table: what it is, its columns, its versions, what it was made from and went into. */

import type { Edge, Node } from "../../graph/builder";
import { slice } from "../../graph/slice";
import { rowInfluences } from "../../graph/trace";
import { slotName } from "../../model/schema";
import { ROWS } from "../../model/slots";
import { bytes, count } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { chipText } from "../graph/picture";
import { Icon } from "../icons";
import { Copy, DatasetLink, Facts, OperationLink, Section, Sure } from "./pieces";
import { Profile } from "./profile";
import { changeCounts, SchemaList } from "./schema";

export function DatasetDetails({ no }: { no: number }) {
  const { session, scene } = usePanel();
  const dataset = session.datasets.get(no);
  const node = scene.graph.value.nodeOf.get(no);
  const maker = session.producer(no);
  if (!dataset) return <p class="lx-none">This version is no longer in memory.</p>;
  return (
    <>
      {node && <Actions node={node} no={no} />}
      <Facts
        of={[
          ["Kind", dataset.kind],
          ["Rows", dataset.rows === null ? "unknown" : count(dataset.rows)],
          [
            "Memory",
            dataset.bytes === null ? "" : `${dataset.unsized > 0 ? "at least " : ""}${bytes(dataset.bytes)}`,
          ],
          ["Made by", maker && <OperationLink no={maker.no} />],
          ["In cell", maker && <CellLink cell={maker.cell} />],
          ["Known", maker && <Sure confidence={maker.confidence} reason={maker.reason} />],
          [
            "Location",
            dataset.kind === "external" && <span dir="auto">{`${dataset.namespace} ${dataset.name}`}</span>,
          ],
        ]}
      />
      {node && node.versions.length > 1 && <Versions node={node} no={no} />}
      <Profile no={no} />
      <SchemaList no={no} />
      {node && <Edges title="Made from" edges={[...node.ins.values()]} side="source" />}
      {node && <Edges title="Used by" edges={[...node.outs.values()]} side="target" />}
      <RowDeciders no={no} />
      <Section title="For other tools">
        <div class="lx-buttons">
          <Copy
            text={`${dataset.namespace}/${dataset.name || no}`}
            label="Dataset"
            title="Copy the OpenLineage dataset name"
          />
          {maker && (
            <Copy
              text={maker.id}
              label="Run"
              title="Copy the id of the run that made it (OpenLineage runId)"
            />
          )}
        </div>
      </Section>
    </>
  );
}

function Actions({ node, no }: { node: Node; no: number }) {
  const { session, view, stage } = usePanel();
  const focused = view.focus.value?.keys.includes(node.key);
  const apart = view.split.value.has(node.key);
  return (
    <div class="lx-buttons">
      <button
        type="button"
        class="lx-button"
        aria-pressed={focused}
        onClick={() => {
          view.revealed.value = new Set();
          view.focus.value = focused ? null : { keys: [node.key], up: 99, down: 99 };
        }}
      >
        <Icon name="focus" />
        {focused ? "Show everything" : "Only its lineage"}
      </button>
      <button type="button" class="lx-button" onClick={() => stage.peek()?.centre(node.key)}>
        <Icon name="follow" />
        Centre
      </button>
      {node.key.startsWith("v:") && node.versions.length > 1 && (
        <button
          type="button"
          class="lx-button"
          aria-pressed={apart}
          onClick={() => {
            view.split.value = new Set([...view.split.peek(), node.key]);
          }}
        >
          <Icon name="plus" />
          Versions apart
        </button>
      )}
      <Copy text={slice(session, no)} label="Cells as code" title="Copy the cells that this table needs" />
    </div>
  );
}

function Versions({ node, no }: { node: Node; no: number }) {
  const { session, view } = usePanel();
  const versions = node.versions
    .map((version, i) => ({ version, i, before: node.versions[i - 1] }))
    .reverse();
  return (
    <Section title="Versions" count={node.versions.length}>
      <ul class="lx-list">
        {versions.slice(0, 30).map(({ version, i, before }) => {
          const maker = session.producer(version);
          const changed =
            before === undefined ? "" : changeCounts(session.schemaOf(before), session.schemaOf(version));
          return (
            <li key={version} data-selected={version === no}>
              <button
                type="button"
                class="lx-link"
                onClick={() => view.select({ kind: "dataset", no: version })}
              >
                v{i + 1}
              </button>
              {maker ? <OperationLink no={maker.no} text /> : <span>read</span>}
              <small>{changed}</small>
              <CellLink cell={maker?.cell} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Edges({ title, edges, side }: { title: string; edges: Edge[]; side: "source" | "target" }) {
  const { session, view } = usePanel();
  if (edges.length === 0) return null;
  return (
    <Section title={title} count={edges.length}>
      <ul class="lx-list">
        {edges.slice(0, 60).map((edge) => {
          const other = edge[side];
          const no = other.versions[other.versions.length - 1];
          return (
            <li key={edge.key}>
              {no === undefined ? (
                <OperationLink no={other.operations[0] as number} />
              ) : (
                <DatasetLink no={no} />
              )}
              {edge.top >= 0 && (
                <button
                  type="button"
                  class="lx-chip"
                  onClick={() => {
                    view.edge.value = edge.key;
                    view.select({ kind: "operation", no: edge.top });
                  }}
                >
                  <i class="lx-dot" style={{ background: `var(--lx-op-${edge.kind})` }} />
                  {chipText(session, edge)}
                </button>
              )}
              {edge.confidence !== "exact" && <Sure confidence={edge.confidence} />}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** Filters, joins, groups and sorts on the way: no value of theirs is in the table, yet they decided its rows. */
export function RowDeciders({ no }: { no: number }) {
  const { session } = usePanel();
  const byOperation = new Map<number, { how: string; columns: Set<string> }>();
  for (const step of rowInfluences(session, no)) {
    const known = byOperation.get(step.operation) ?? { how: step.how, columns: new Set<string>() };
    if (step.from.slot > ROWS)
      known.columns.add(slotName(session.schemaOf(step.from.dataset), step.from.slot));
    byOperation.set(step.operation, known);
  }
  if (byOperation.size === 0) return null;
  return (
    <Section title="Its rows were decided by" count={byOperation.size}>
      <ul class="lx-list">
        {[...byOperation].slice(0, 40).map(([operation, { how, columns }]) => (
          <li key={operation}>
            <OperationLink no={operation} />
            <small>{how.toLowerCase().replace("_", " ")}</small>
            <code dir="auto">{[...columns].slice(0, 6).join(", ")}</code>
            <CellLink cell={session.operations.get(operation)?.cell} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
