/** Details of a cell run: its source, its cost, its error, the tables it made. */

import { newest } from "../../graph/columns";
import { bytes, change, count, duration } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Failure } from "./failure";
import { Copies, DatasetLink, Facts, List, OperationLink, RUN_ID } from "./pieces";
import { Source } from "./source";

const MOST = 10;

export function CellDetails({ no }: { no: number }) {
  const { session, scene } = usePanel();
  const cell = session.cells.get(no);
  if (!cell) return <p class="lx-none">This run is no longer in memory.</p>;
  const { started, ended, cpu, rss, own, source, id, error, result } = cell;
  const tables = [...scene.graph.value.nodes.values()].filter((node) => node.cells.includes(no)).map(newest);
  const operations = [...session.operations.values()]
    .filter((o) => o.cell === no)
    .map((o): [number, number] => [o.no, (o.ended ?? o.started) - o.started])
    .sort((a, b) => b[1] - a[1]);
  return (
    <>
      {error && <Failure error={error} />}
      <Source cell={cell} />
      <Facts
        of={[
          ["Cell", <CellLink key="cell" cell={no} />],
          ["Stale", session.staleCells.get(no)],
          ["Deleted", session.deleted.has(no) && "no longer in the notebook"],
          ["Took", ended === null ? "running" : duration(ended - started)],
          ["CPU", cpu !== null && duration(cpu)],
          ["Memory", rss && `${change(rss[1] - rss[0])}, at ${bytes(rss[1])}`],
          ["Peak", rss && `${bytes(rss[2])}${rss[3] ? "" : " (sampled)"}`],
          ["Operations", count(cell.operations)],
          ["Our cost", own !== null && duration(own)],
          ["Result", result && <code dir="auto">{result[0]}</code>],
        ]}
      />
      <List title="Tables" of={tables.filter((version) => version !== undefined)}>
        {(version) => <DatasetLink no={version} />}
      </List>
      <List title="Slowest operations" of={operations.slice(0, MOST)}>
        {([operation, took]) => (
          <>
            <OperationLink no={operation} text />
            <small>{duration(took)}</small>
          </>
        )}
      </List>
      <Copies
        of={[
          ["Run id", id, RUN_ID],
          ["Source", source, "Copy the cell's source"],
        ]}
      />
    </>
  );
}
