/** Details of an operation: its exact source, what it read and made, how columns changed, and the chain it stands in. */

import { chain, temporaries } from "../../graph/chain";
import { newest } from "../../graph/columns";
import { put } from "../../state/view";
import { count, duration } from "../../text";
import { Button } from "../button";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Failure } from "./failure";
import { Copies, DatasetLink, Facts, List, OperationLink, RUN_ID, Section, Sure } from "./pieces";
import { SchemaChange } from "./schema";
import { Source } from "./source";

export function OperationDetails({ no }: { no: number }) {
  const { session } = usePanel();
  session.recordsVersion.value;
  const operation = session.operations.get(no);
  if (!operation) return <p class="lx-none">This operation is no longer in memory.</p>;
  const { started, ended, within, cell, reason, inputs, outputs, text, id } = operation;
  const [before, after] = operation.rows;
  const link = (dataset: number) => <DatasetLink no={dataset} />;
  return (
    <>
      {operation.error && <Failure error={operation.error} />}
      <Source cell={session.cells.get(cell ?? -1)} operation={operation} />
      <Facts
        of={[
          ["Operation", <code key="name">{operation.name}</code>],
          ["In cell", <CellLink key="cell" cell={cell} />],
          ["Took", ended === null ? "running" : duration(ended - started)],
          ["Calls", operation.times > 1 && count(operation.times)],
          ["Rows", after !== null && `${before === null ? "" : `${count(before)} → `}${count(after)}`],
          ["Known", <Sure key="known" confidence={operation.confidence} reason={reason} />],
          ["Because", reason],
          ["Within", within !== null && <OperationLink no={within} />],
        ]}
      />
      <Chain />
      <List title="Reads" of={inputs}>
        {link}
      </List>
      <List title="Makes" of={outputs}>
        {link}
      </List>
      <Diff title="Columns, before and after" before={inputs[0]} after={outputs[0]} />
      <Copies
        of={[
          ["Run id", id, RUN_ID],
          ["Source", text, "Copy the source text"],
        ]}
      />
    </>
  );
}

function Diff(p: { title: string; before: number | undefined; after: number | undefined }) {
  const { session } = usePanel();
  if (p.before === undefined || p.after === undefined) return null;
  return (
    <Section title={p.title}>
      <SchemaChange before={session.schemaOf(p.before)} after={session.schemaOf(p.after)} />
    </Section>
  );
}

/** The edge through which the operation was selected: all operations on it, and the way to see its temporaries. */
function Chain() {
  const { session, scene, view } = usePanel();
  const graph = scene.graph.value;
  const edge = graph.edges.get(view.edge.value ?? "");
  if (!edge) return null;
  const operations = chain(session, graph, edge);
  const between = temporaries(session, graph, operations);
  const { source, target } = edge;
  return (
    <>
      <List
        title={`${source.title} → ${target.title}`}
        of={operations}
        chosen={(no) => view.selection.value?.no === no}
      >
        {(no) => <OperationLink no={no} text />}
      </List>
      {between.length > 0 && (
        <Button
          class="lx-button"
          icon="plus"
          onClick={() => {
            put(view.unfolded, ...between);
          }}
        >
          Show the steps between in the graph
        </Button>
      )}
      <Diff
        title={`Columns of ${target.title}, against ${source.title}`}
        before={newest(source)}
        after={newest(target)}
      />
    </>
  );
}
