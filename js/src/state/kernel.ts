/** What the kernel owns: one session's records, indexed. Views read it and never write it. */

import type {
  Batch,
  Cell,
  ColumnMap,
  Dataset,
  Gone,
  Operation,
  PanelRecord,
  Progress,
  Schema,
  SessionInfo,
  Snapshot,
  Status,
} from "../protocol";
import { VERSION } from "../protocol";
import { Samples } from "./samples";
import { batch, signal } from "./signals";

/** Records that the grid of cells and operations shows. */
const ROWS = new Set<PanelRecord[0]>(["cell", "operation", "gone", "stale", "deleted"]);

/** Maps filled by records, and counters (signals) that say which of them changed. */
export class Session {
  info: SessionInfo | null = null;
  status: Status | null = null;
  readonly schemas = new Map<number, Schema>();
  readonly datasets = new Map<number, Dataset>();
  readonly maps = new Map<number, ColumnMap>();
  readonly cells = new Map<number, Cell>();
  readonly operations = new Map<number, Operation>();
  readonly names = new Map<number, [string, number][]>();
  readonly progress = new Map<number, Progress>();
  readonly consumers = new Map<number, number[]>();
  readonly samples = new Samples();
  staleCells = new Map<number, string>();
  staleDatasets = new Set<number>();
  deleted = new Set<number>();

  /** Datasets, operations, names, staleness. */
  readonly graphVersion = signal(0);
  /** Cells and operations. */
  readonly recordsVersion = signal(0);
  readonly samplesVersion = signal(0);
  readonly statusVersion = signal(0);

  /** Take a batch of records and samples. */
  apply({ records, times, rss }: Batch): void {
    let graph = false;
    let rows = false;
    let status = false;
    for (const record of records) {
      this.#put(record);
      const kind = record[0];
      if (ROWS.has(kind)) rows = true;
      if (kind === "status" || kind === "progress" || kind === "session" || kind === "cell") status = true;
      if (kind !== "status" && kind !== "progress" && kind !== "session") graph = true;
    }
    this.samples.add(times, rss);
    batch(() => {
      if (graph) this.graphVersion.value++;
      if (rows) this.recordsVersion.value++;
      if (status) this.statusVersion.value++;
      if (times.length > 0) this.samplesVersion.value++;
    });
  }

  /** Forget everything and take this instead: a new epoch, or what was missed. */
  replace(content: Batch): void {
    for (const table of [this.schemas, this.datasets, this.maps, this.cells, this.operations]) table.clear();
    for (const table of [this.names, this.progress, this.consumers]) table.clear();
    this.info = null;
    this.status = null;
    this.staleCells = new Map();
    this.staleDatasets = new Set();
    this.deleted = new Set();
    this.samples.clear();
    this.apply(content);
    batch(() => {
      this.graphVersion.value++;
      this.recordsVersion.value++;
      this.samplesVersion.value++;
      this.statusVersion.value++;
    });
  }

  /** The operation that made a dataset. */
  producer(dataset: number): Operation | undefined {
    const op = this.datasets.get(dataset)?.op;
    return op == null ? undefined : this.operations.get(op);
  }

  schemaOf(dataset: number): Schema | undefined {
    const found = this.datasets.get(dataset);
    return found && this.schemas.get(found.schema);
  }

  #put(record: PanelRecord): void {
    switch (record[0]) {
      case "schema":
        this.schemas.set(record[1].no, record[1]);
        break;
      case "dataset":
        this.datasets.set(record[1].no, record[1]);
        break;
      case "map":
        this.maps.set(record[1].no, record[1]);
        break;
      case "cell":
        this.cells.set(record[1].no, record[1]);
        if (record[1].ended !== null) this.progress.delete(record[1].no);
        break;
      case "operation":
        this.#operation(record[1]);
        break;
      case "names":
        this.names.set(record[1].cell, record[1].names);
        break;
      case "stale":
        this.staleCells = new Map(record[1].cells);
        this.staleDatasets = new Set(record[1].datasets);
        break;
      case "deleted":
        this.deleted = new Set(record[1].cells);
        break;
      case "progress":
        this.progress.set(record[1].cell, record[1]);
        break;
      case "session":
        this.info = record[1];
        break;
      case "status":
        this.status = record[1];
        break;
      case "gone":
        this.#gone(record[1]);
        break;
    }
  }

  #operation(operation: Operation): void {
    const known = this.operations.get(operation.no);
    this.operations.set(operation.no, operation);
    for (const input of new Set(operation.inputs)) {
      if (known?.inputs.includes(input)) continue;
      const list = this.consumers.get(input);
      if (list) list.push(operation.no);
      else this.consumers.set(input, [operation.no]);
    }
  }

  #gone({ kind, nos }: Gone): void {
    const tables: Record<string, Map<number, unknown>> = {
      schema: this.schemas,
      dataset: this.datasets,
      map: this.maps,
      cell: this.cells,
      operation: this.operations,
    };
    for (const no of nos) {
      tables[kind]?.delete(no);
      if (kind === "dataset") this.consumers.delete(no);
      if (kind === "cell") this.names.delete(no);
    }
  }
}

/** The records that rebuild a session, within a bound of characters: the oldest samples go first, then the trait stays empty. */
export function freeze(session: Session, epoch: string, seq: number, most: number): string {
  const records: PanelRecord[] = [];
  if (session.info) records.push(["session", session.info]);
  for (const schema of session.schemas.values()) records.push(["schema", schema]);
  for (const map of session.maps.values()) records.push(["map", map]);
  for (const cell of session.cells.values()) records.push(["cell", cell]);
  for (const dataset of session.datasets.values()) records.push(["dataset", dataset]);
  for (const operation of session.operations.values()) records.push(["operation", operation]);
  for (const [cell, names] of session.names) records.push(["names", { cell, names }]);
  if (session.staleCells.size > 0 || session.staleDatasets.size > 0) {
    records.push(["stale", { cells: [...session.staleCells], datasets: [...session.staleDatasets] }]);
  }
  if (session.deleted.size > 0) records.push(["deleted", { cells: [...session.deleted] }]);
  if (session.status) records.push(["status", session.status]);
  const { times, rss } = session.samples.thinned(2000);
  const text = JSON.stringify({ v: VERSION, epoch, seq, records, times, rss } satisfies Snapshot);
  return text.length > most ? "" : text;
}
