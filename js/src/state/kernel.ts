/** What the kernel owns: one session's records, indexed. Views read it and never write it. */

import type {
  Batch,
  Cell,
  ColumnMap,
  Dataset,
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
import { batch, type Signal, signal } from "./signals";

type Kind = PanelRecord[0];

/** Records that are kept by their number, and where; in the order in which a snapshot tells them. */
const TABLES = {
  schema: "schemas",
  map: "maps",
  cell: "cells",
  dataset: "datasets",
  operation: "operations",
} as const;
/** Which of the counters below a record moves. */
const ROWS = new Set<Kind>(["cell", "operation", "gone", "stale", "deleted"]);
const STATUS = new Set<Kind>(["status", "progress", "session", "cell"]);
const NO_GRAPH = new Set<Kind>(["status", "progress", "session"]);

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
  /** Counters to move. */
  #news = new Set<Signal<number>>();
  #frame = 0;

  /**
   * Take a batch of records and samples. Views look at once, and then once a frame, however many batches come;
   * `all`: all of them, whatever there is to see.
   */
  apply({ records, times, rss }: Batch, all = false): void {
    for (const record of records) this.#put(record);
    this.samples.add(times, rss);
    const news = (counter: Signal<number>, test: (kind: Kind) => boolean) => {
      if (all || records.some(([kind]) => test(kind))) this.#news.add(counter);
    };
    news(this.graphVersion, (kind) => !NO_GRAPH.has(kind));
    news(this.recordsVersion, (kind) => ROWS.has(kind));
    news(this.statusVersion, (kind) => STATUS.has(kind));
    if (all || times.length > 0) this.#news.add(this.samplesVersion);
    if (all || !this.#frame) this.#tell();
  }

  #tell(): void {
    if (this.#news.size === 0) return;
    const news = [...this.#news];
    this.#news.clear();
    batch(() => {
      for (const counter of news) counter.value++;
    });
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#tell();
    });
  }

  /** Forget everything and take this instead: a new epoch, or what was missed. */
  replace(content: Batch): void {
    for (const table of Object.values(TABLES)) this[table].clear();
    for (const table of [this.names, this.progress, this.consumers, this.samples]) table.clear();
    this.info = null;
    this.status = null;
    this.#put(["stale", { cells: [], datasets: [] }]);
    this.#put(["deleted", { cells: [] }]);
    this.apply(content, true);
  }

  /** The operation that made a dataset. */
  producer(dataset: number): Operation | undefined {
    return this.operations.get(this.datasets.get(dataset)?.op ?? -1);
  }

  schemaOf(dataset: number): Schema | undefined {
    return this.schemas.get(this.datasets.get(dataset)?.schema ?? -1);
  }

  #put([kind, value]: PanelRecord): void {
    if (kind === "operation") this.#link(value);
    if (kind in TABLES) {
      const table = this[TABLES[kind as keyof typeof TABLES]] as Map<number, unknown>;
      table.set((value as { no: number }).no, value);
    }
    if (kind === "cell" && value.ended !== null) this.progress.delete(value.no);
    else if (kind === "names") this.names.set(value.cell, value.names);
    else if (kind === "progress") this.progress.set(value.cell, value);
    else if (kind === "session") this.info = value;
    else if (kind === "status") this.status = value;
    else if (kind === "deleted") this.deleted = new Set(value.cells);
    else if (kind === "stale") {
      this.staleCells = new Map(value.cells);
      this.staleDatasets = new Set(value.datasets);
    } else if (kind === "gone") {
      for (const no of value.nos) {
        this[TABLES[value.kind as keyof typeof TABLES]]?.delete(no);
        if (value.kind === "dataset") this.consumers.delete(no);
        if (value.kind === "cell") this.names.delete(no);
      }
    }
  }

  #link(operation: Operation): void {
    const known = this.operations.get(operation.no);
    for (const input of new Set(operation.inputs)) {
      if (known?.inputs.includes(input)) continue;
      const list = this.consumers.get(input);
      if (list) list.push(operation.no);
      else this.consumers.set(input, [operation.no]);
    }
  }
}

/** The records that rebuild a session, as JSON; empty when that is longer than `most` characters. */
export function freeze(session: Session, epoch: string, seq: number, most: number): string {
  const records: unknown[] = [];
  const tell = (kind: Kind, value: unknown) => value && records.push([kind, value]);
  tell("session", session.info);
  for (const [kind, table] of Object.entries(TABLES)) {
    for (const value of session[table].values()) tell(kind as Kind, value);
  }
  for (const [cell, names] of session.names) tell("names", { cell, names });
  tell("stale", { cells: [...session.staleCells], datasets: [...session.staleDatasets] });
  tell("deleted", { cells: [...session.deleted] });
  tell("status", session.status);
  const samples = session.samples.thinned(2000);
  const text = JSON.stringify({
    v: VERSION,
    epoch,
    seq,
    records: records as PanelRecord[],
    ...samples,
  } satisfies Snapshot);
  return text.length > most ? "" : text;
}
