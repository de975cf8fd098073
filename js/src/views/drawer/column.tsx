/** Details of a column: from which columns its values came and how, what it went into, step by step. */

import { spotKey, type Trace } from "../../graph/trace";
import { slotName } from "../../model/schema";
import { words } from "../../text";
import { Tag } from "../bits";
import { Button } from "../button";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { RowDeciders } from "./dataset";
import { DatasetLink, Facts, List, OperationLink, Sure } from "./pieces";

export function ColumnDetails({ no, slot }: { no: number; slot: number }) {
  const { session, scene } = usePanel();
  const traced = scene.traced.value;
  if (!traced) return null;
  const { up, down } = traced;
  return (
    <>
      <Facts
        of={[
          ["Column of", <DatasetLink key="of" no={no} />],
          ["Type", slot >= 0 ? session.schemaOf(no)?.types[slot] : "index"],
        ]}
      />
      <Ends title="Comes from" trace={up} inner={new Set(up.steps.map((step) => spotKey(step.to)))} />
      <Ends title="Went into" trace={down} inner={new Set(down.steps.map((step) => spotKey(step.from)))} />
      <Steps trace={up} />
      {(up.cut || down.cut) && <p class="lx-note">There is more: the trace was cut after many steps.</p>}
      <RowDeciders no={no} />
    </>
  );
}

/** The far ends: external columns, and those nobody made (or reads). `inner`: spots that lead further. */
function Ends({ title, trace, inner }: { title: string; trace: Trace; inner: ReadonlySet<string> }) {
  const { session, view } = usePanel();
  const ends = [...trace.spots].filter(([key, spot]) => {
    const external = session.datasets.get(spot.dataset)?.kind === "external";
    return spot.slot > -1001 && (external || !inner.has(key)) && !trace.start.includes(spot);
  });
  return (
    <List title={title} of={ends}>
      {([key, { dataset, slot }]) => (
        <>
          <Button class="lx-link" onClick={() => view.select({ kind: "column", no: dataset, slot })}>
            <b dir="auto">{slotName(session.schemaOf(dataset), slot)}</b>
          </Button>
          <DatasetLink no={dataset} />
          {[...(trace.reached.get(key)?.values() ?? [])].map(({ how, confidence, masking }) => (
            <span key={how}>
              <small>{words(how)}</small> {masking && <Tag>masked</Tag>}
              {confidence !== "exact" && <Sure confidence={confidence} />}
            </span>
          ))}
        </>
      )}
    </List>
  );
}

/** The operations on the way, nearest first; mere passing on is left out. */
function Steps({ trace }: { trace: Trace }) {
  const { session } = usePanel();
  const changes = trace.steps.filter((step) => step.how !== "IDENTITY");
  return (
    <List title="Steps that changed it" of={[...Map.groupBy(changes, (step) => step.operation)]}>
      {([no, steps]) => (
        <>
          <OperationLink no={no} text />
          <small>{[...new Set(steps.map((step) => words(step.how)))].join(", ")}</small>
          <CellLink cell={session.operations.get(no)?.cell} />
        </>
      )}
    </List>
  );
}
