/** Details of a column: from which columns its values came and how, what it went into, step by step. */

import { type Spot, spotKey, type Trace, type Way } from "../../graph/trace";
import { slotName } from "../../model/schema";
import type { Session } from "../../state/kernel";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { RowDeciders } from "./dataset";
import { DatasetLink, Facts, Masked, OperationLink, Section, Sure } from "./pieces";

export function ColumnDetails({ no, slot }: { no: number; slot: number }) {
  const { session, scene } = usePanel();
  const traced = scene.traced.value;
  const schema = session.schemaOf(no);
  if (!traced) return null;
  return (
    <>
      <Facts
        of={[
          ["Column of", <DatasetLink key="of" no={no} />],
          ["Type", slot >= 0 ? (schema?.types[slot] ?? "") : "index"],
        ]}
      />
      <Ends title="Comes from" trace={traced.up} session={session} upstream />
      <Ends title="Went into" trace={traced.down} session={session} upstream={false} />
      <Steps trace={traced.up} session={session} />
      <RowDeciders no={no} />
    </>
  );
}

/** The far ends: external columns, and those nobody made (or reads). */
function Ends(p: { title: string; trace: Trace; session: Session; upstream: boolean }) {
  const { view } = usePanel();
  const inner = new Set(p.trace.steps.map((step) => spotKey(p.upstream ? step.to : step.from)));
  const ends: { spot: Spot; ways: Way[] }[] = [];
  for (const [key, spot] of p.trace.spots) {
    const external = p.session.datasets.get(spot.dataset)?.kind === "external";
    if (spot.slot <= -1001 || !(external || !inner.has(key)) || p.trace.start.includes(spot)) continue;
    ends.push({ spot, ways: [...(p.trace.reached.get(key)?.values() ?? [])] });
  }
  if (ends.length === 0) return null;
  return (
    <Section title={p.title} count={ends.length}>
      <ul class="lx-list">
        {ends.slice(0, 80).map(({ spot, ways }) => (
          <li key={spotKey(spot)}>
            <button
              type="button"
              class="lx-link"
              onClick={() => view.select({ kind: "column", no: spot.dataset, slot: spot.slot })}
            >
              <b dir="auto">{slotName(p.session.schemaOf(spot.dataset), spot.slot)}</b>
            </button>
            <DatasetLink no={spot.dataset} />
            {ways.map(({ how, confidence, masking }) => (
              <span key={how}>
                <small>{how.toLowerCase().replace("_", " ")}</small>
                {masking && <Masked />}
                {confidence !== "exact" && <Sure confidence={confidence} />}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {p.trace.cut && (
        <p class="lx-note">There is more: the trace was cut after {p.trace.steps.length} steps.</p>
      )}
    </Section>
  );
}

/** The operations on the way, nearest first; mere passing on is left out. */
function Steps({ trace, session }: { trace: Trace; session: Session }) {
  const operations = new Map<number, Set<string>>();
  for (const step of trace.steps) {
    if (step.how === "IDENTITY") continue;
    const known = operations.get(step.operation) ?? new Set<string>();
    known.add(step.how.toLowerCase().replace("_", " "));
    operations.set(step.operation, known);
  }
  if (operations.size === 0) return null;
  return (
    <Section title="Steps that changed it" count={operations.size}>
      <ul class="lx-list">
        {[...operations].slice(0, 60).map(([no, how]) => (
          <li key={no}>
            <OperationLink no={no} text />
            <small>{[...how].join(", ")}</small>
            <CellLink cell={session.operations.get(no)?.cell} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
