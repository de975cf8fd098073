/** Details of an operation: its exact source, what it read and made, how columns changed, and the chain it stands in. */

import { chain, temporaries } from "../../graph/chain";
import { count, duration } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Icon } from "../icons";
import { Failure } from "./failure";
import { Copy, DatasetLink, Facts, OperationLink, Section, Sure } from "./pieces";
import { SchemaChange } from "./schema";
import { Source } from "./source";

export function OperationDetails({ no }: { no: number }) {
  const { session } = usePanel();
  const operation = session.operations.get(no);
  if (!operation) return <p class="lx-none">This operation is no longer in memory.</p>;
  const cell = session.cells.get(operation.cell ?? -1);
  const [before, after] = operation.rows;
  const input = operation.inputs[0];
  const output = operation.outputs[0];
  return (
    <>
      {operation.error && <Failure error={operation.error} />}
      <Source cell={cell} operation={operation} />
      <Facts
        of={[
          ["Operation", <code key="name">{operation.name}</code>],
          ["In cell", <CellLink key="cell" cell={operation.cell} />],
          ["Took", operation.ended === null ? "running" : duration(operation.ended - operation.started)],
          ["Calls", operation.times > 1 ? count(operation.times) : ""],
          [
            "Rows",
            before !== null && after !== null
              ? `${count(before)} → ${count(after)}`
              : after !== null
                ? count(after)
                : "",
          ],
          ["Known", <Sure key="known" confidence={operation.confidence} reason={operation.reason} />],
          ["Because", operation.reason],
          ["Within", operation.within !== null && <OperationLink no={operation.within} />],
        ]}
      />
      <Chain />
      <Datasets title="Reads" nos={operation.inputs} />
      <Datasets title="Makes" nos={operation.outputs} />
      {input !== undefined && output !== undefined && (
        <Section title="Columns, before and after">
          <SchemaChange before={session.schemaOf(input)} after={session.schemaOf(output)} />
        </Section>
      )}
      <Section title="For other tools">
        <div class="lx-buttons">
          <Copy
            text={operation.id}
            label="Run id"
            title="Copy the id of this run (OpenLineage runId, trace attribute)"
          />
          <Copy text={operation.text} label="Source" title="Copy the source text" />
        </div>
      </Section>
    </>
  );
}

function Datasets({ title, nos }: { title: string; nos: number[] }) {
  if (nos.length === 0) return null;
  return (
    <Section title={title}>
      <ul class="lx-list">
        {nos.map((no) => (
          <li key={no}>
            <DatasetLink no={no} />
          </li>
        ))}
      </ul>
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
  const from = edge.source.versions[edge.source.versions.length - 1];
  const to = edge.target.versions[edge.target.versions.length - 1];
  const selection = view.selection.value;
  return (
    <Section title={`${edge.source.title} → ${edge.target.title}`} count={operations.length}>
      <ul class="lx-list">
        {operations.map((no) => (
          <li key={no} data-selected={selection?.kind === "operation" && selection.no === no}>
            <OperationLink no={no} text />
          </li>
        ))}
      </ul>
      {between.length > 0 && (
        <button
          type="button"
          class="lx-button"
          onClick={() => {
            view.unfolded.value = new Set([...view.unfolded.peek(), ...between]);
          }}
        >
          <Icon name="plus" />
          Show the steps between in the graph
        </button>
      )}
      {from !== undefined && to !== undefined && (
        <details class="lx-more">
          <summary>
            Columns from {edge.source.title} to {edge.target.title}
          </summary>
          <SchemaChange before={session.schemaOf(from)} after={session.schemaOf(to)} />
        </details>
      )}
    </Section>
  );
}
