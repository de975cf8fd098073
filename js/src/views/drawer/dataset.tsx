/** Details of a table: what it is, its columns, its versions, what it was made from and went into. */

import type { Edge, Node } from "../../graph/builder";
import { newest } from "../../graph/columns";
import { ALL } from "../../graph/selector";
import { slice } from "../../graph/slice";
import { rowInfluences } from "../../graph/trace";
import { slotName } from "../../model/schema";
import { ROWS } from "../../model/slots";
import { put } from "../../state/view";
import { bytes, count, words } from "../../text";
import { Dot } from "../bits";
import { Button } from "../button";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { chipText } from "../graph/picture";
import { Copies, Copy, DatasetLink, Facts, List, OperationLink, Sure } from "./pieces";
import { Profile } from "./profile";
import { changeCounts, SchemaList } from "./schema";

export function DatasetDetails({ no }: { no: number }) {
  const { session, scene } = usePanel();
  const dataset = session.datasets.get(no);
  const node = scene.graph.value.nodeOf.get(no);
  const maker = session.producer(no);
  if (!dataset) return <p class="lx-none">This version is no longer in memory.</p>;
  const { kind, rows, namespace, name, unsized } = dataset;
  const together = node && node.versions.length > 1 ? ", all versions" : "";
  return (
    <>
      {node && <Actions node={node} no={no} />}
      <Facts
        of={[
          ["Kind", kind],
          ["Rows", rows === null ? "unknown" : count(rows)],
          ["Memory", dataset.bytes !== null && `${unsized > 0 ? "at least " : ""}${bytes(dataset.bytes)}`],
          ["Made by", maker && <OperationLink no={maker.no} />],
          ["In cell", maker && <CellLink cell={maker.cell} />],
          ["Known", maker && <Sure confidence={maker.confidence} reason={maker.reason} />],
          ["Location", kind === "external" && <span dir="auto">{`${namespace} ${name}`}</span>],
        ]}
      />
      {node && node.versions.length > 1 && <Versions node={node} no={no} />}
      <Profile no={no} />
      <SchemaList no={no} />
      {node && <Edges title={`Made from${together}`} of={node.ins} side="source" />}
      {node && <Edges title={`Used by${together}`} of={node.outs} side="target" />}
      <RowDeciders no={no} />
      <Copies
        of={[
          ["Dataset", `${namespace}/${name || no}`, "Copy the OpenLineage dataset name"],
          ["Run", maker?.id, "Copy the id of the run that made it (OpenLineage runId)"],
        ]}
      />
    </>
  );
}

function Actions({ node, no }: { node: Node; no: number }) {
  const { session, view, stage } = usePanel();
  const focused = view.focus.value?.keys.includes(node.key);
  return (
    <div class="lx-buttons">
      <Button
        class="lx-button"
        icon="focus"
        on={focused}
        onClick={() => {
          view.unfocus();
          if (!focused) view.focus.value = { keys: [node.key], up: ALL, down: ALL };
        }}
      >
        {focused ? "Show everything" : "Only its lineage"}
      </Button>
      <Button class="lx-button" icon="follow" onClick={() => stage.peek()?.centre(node.key)}>
        Centre
      </Button>
      {node.key.startsWith("v:") && node.versions.length > 1 && (
        <Button
          class="lx-button"
          icon="plus"
          onClick={() => {
            put(view.split, node.key);
          }}
        >
          Versions apart
        </Button>
      )}
      <Copy text={slice(session, no)} label="Cells as code" title="Copy the cells that this table needs" />
    </div>
  );
}

function Versions({ node, no }: { node: Node; no: number }) {
  const { session, view } = usePanel();
  const { versions } = node;
  return (
    <List title="Versions" of={versions.map((_, i) => i).reverse()} chosen={(i) => versions[i] === no}>
      {(i) => {
        const version = versions[i] as number;
        const before = versions[i - 1];
        const maker = session.producer(version);
        return (
          <>
            <Button class="lx-link" onClick={() => view.select({ kind: "dataset", no: version })}>
              v{i + 1}
            </Button>
            {maker ? <OperationLink no={maker.no} text /> : "read"}
            <small>
              {before !== undefined && changeCounts(session.schemaOf(before), session.schemaOf(version))}
            </small>
            <CellLink cell={maker?.cell} />
          </>
        );
      }}
    </List>
  );
}

function Edges(p: { title: string; of: ReadonlyMap<string, Edge>; side: "source" | "target" }) {
  const { session, view } = usePanel();
  return (
    <List title={p.title} of={[...p.of.values()]}>
      {(edge) => {
        const other = edge[p.side];
        const no = newest(other);
        return (
          <>
            {no === undefined ? (
              <OperationLink no={other.operations[0] as number} />
            ) : (
              <DatasetLink no={no} />
            )}
            {edge.top >= 0 && (
              <Button
                class="lx-chip"
                onClick={() => {
                  view.edge.value = edge.key;
                  view.select({ kind: "operation", no: edge.top });
                }}
              >
                <Dot colour={`op-${edge.kind}`} />
                {chipText(session, edge)}
              </Button>
            )}
            {edge.confidence !== "exact" && <Sure confidence={edge.confidence} />}
          </>
        );
      }}
    </List>
  );
}

/** Filters, joins, groups and sorts on the way: no value of theirs is in the table, yet they decided its rows. */
export function RowDeciders({ no }: { no: number }) {
  const { session } = usePanel();
  const byOperation = Map.groupBy(rowInfluences(session, no), (step) => step.operation);
  return (
    <List title="Its rows were decided by" of={[...byOperation]}>
      {([operation, steps]) => {
        const columns = steps.filter(({ from }) => from.slot > ROWS);
        const names = new Set(columns.map(({ from }) => slotName(session.schemaOf(from.dataset), from.slot)));
        return (
          <>
            <OperationLink no={operation} />
            <small>{words(steps[0]?.how ?? "")}</small>
            <code dir="auto">{[...names].slice(0, 6).join(", ")}</code>
            <CellLink cell={session.operations.get(operation)?.cell} />
          </>
        );
      }}
    </List>
  );
}
