/** Details of a cell run: its source, its cost, its error, the tables it made. */

import { newest } from "../../graph/columns";
import { bytes, change, count, duration } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Failure } from "./failure";
import { Copy, DatasetLink, Facts, OperationLink, Section } from "./pieces";
import { Source } from "./source";

export function CellDetails({ no }: { no: number }) {
  const { session, scene } = usePanel();
  const cell = session.cells.get(no);
  if (!cell) return <p class="lx-none">This run is no longer in memory.</p>;
  const tables = [...scene.graph.value.nodes.values()].filter((node) => node.cells.includes(no));
  const operations = [...session.operations.values()].filter((o) => o.cell === no);
  const slowest = [...operations]
    .filter((o) => o.ended !== null)
    .sort((a, b) => (b.ended ?? 0) - b.started - ((a.ended ?? 0) - a.started))
    .slice(0, 8);
  return (
    <>
      {cell.error && <Failure error={cell.error} />}
      {session.staleCells.has(no) && <p class="lx-note">Stale: {session.staleCells.get(no)}</p>}
      {session.deleted.has(no) && <p class="lx-note">This cell is no longer in the notebook.</p>}
      <Source cell={cell} />
      <Facts
        of={[
          ["Cell", <CellLink key="cell" cell={no} />],
          ["Took", cell.ended === null ? "running" : duration(cell.ended - cell.started)],
          ["CPU", cell.cpu === null ? "" : duration(cell.cpu)],
          ["Memory", cell.rss && `${change(cell.rss[1] - cell.rss[0])}, at ${bytes(cell.rss[1])}`],
          ["Peak", cell.rss && `${bytes(cell.rss[2])}${cell.rss[3] ? "" : " (sampled)"}`],
          ["Operations", count(cell.operations)],
          ["Our cost", cell.own === null ? "" : duration(cell.own)],
          [
            "Result",
            cell.result && (
              <code key="result" dir="auto">
                {cell.result[0]}
              </code>
            ),
          ],
        ]}
      />
      {tables.length > 0 && (
        <Section title="Tables" count={tables.length}>
          <ul class="lx-list">
            {tables.map((node) => {
              const version = newest(node);
              return version === undefined ? null : (
                <li key={node.key}>
                  <DatasetLink no={version} />
                </li>
              );
            })}
          </ul>
        </Section>
      )}
      {slowest.length > 0 && (
        <Section title="Slowest operations" count={operations.length}>
          <ul class="lx-list">
            {slowest.map((o) => (
              <li key={o.no}>
                <OperationLink no={o.no} text />
                <small>{duration((o.ended ?? o.started) - o.started)}</small>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="For other tools">
        <div class="lx-buttons">
          <Copy
            text={cell.id}
            label="Run id"
            title="Copy the id of this run (OpenLineage runId, trace attribute)"
          />
          <Copy text={cell.source} label="Source" title="Copy the cell's source" />
        </div>
      </Section>
    </>
  );
}
