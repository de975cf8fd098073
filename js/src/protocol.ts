/** What the kernel tells the panel: twin of `lineage_ext/widget/protocol.py`, described in `docs/panel-protocol.md`. */

import type { Slots } from "./model/slots";
import type { Confidence, DatasetKind, RunState, Transformation } from "./model/words";

export const VERSION = 1;

export interface SessionInfo {
  id: string;
  name: string;
  host: string;
  notebook: string;
  started: number;
  ended: number | null;
  state: RunState;
  version: string;
}

/** `more` columns aren't listed. */
export interface Schema {
  no: number;
  labels: string[];
  types: string[];
  index: string[];
  keys: string[];
  more: number;
}

/** A dataset version: `op` made it, `of` is the version of the same object before. */
export interface Dataset {
  no: number;
  kind: DatasetKind;
  schema: number;
  namespace: string;
  name: string;
  rows: number | null;
  of: number | null;
  bytes: number | null;
  /** Columns whose size isn't known: `bytes` is at least. */
  unsized: number;
  op: number | null;
}

/** Output, input, target slots, source slots, transformation, confidence, cross, reason, masking. */
export type Block = [number, number, Slots, Slots, Transformation, Confidence, 0 | 1, string, (0 | 1)?];

export interface ColumnMap {
  no: number;
  blocks: Block[];
}

/** Type, message, traceback. */
export type Failure = [string, string, string];

export interface Cell {
  no: number;
  id: string;
  cell_id: string;
  kind: string;
  count: number | null;
  state: RunState;
  started: number;
  ended: number | null;
  source: string;
  code: string | null;
  error: Failure | null;
  cpu: number | null;
  rss: [number, number, number, boolean] | null;
  own: number | null;
  operations: number;
  result: [string, string, number | null] | null;
}

/** `at`: line, end line, column, end column (UTF-8 bytes) in the cell's `code` or `source`. */
export interface Operation {
  no: number;
  id: string;
  cell: number | null;
  within: number | null;
  name: string;
  state: RunState;
  started: number;
  ended: number | null;
  inputs: number[];
  outputs: number[];
  map: number | null;
  at: [number, number, number, number] | null;
  text: string;
  rows: [number | null, number | null];
  times: number;
  confidence: Confidence;
  reason: string;
  error: Failure | null;
}

/** Variables that a cell left bound to other dataset versions than before. */
export interface Names {
  cell: number;
  names: [string, number][];
}

export interface Stale {
  cells: [number, string][];
  datasets: number[];
}

export interface Deleted {
  cells: number[];
}

/** Id, label, n, total, rate (1/s), parent bar. */
export type Bar = [string, string, number, number | null, number | null, string | null];

export interface Progress {
  cell: number;
  parent: number | null;
  operations: number;
  rows: number;
  elapsed: number;
  at: [number, number, number, number] | null;
  text: string;
  name: string;
  since: number;
  bars: Bar[];
}

export interface Status {
  cells: number;
  operations: number;
  datasets: number;
  opaque: number;
  inferred: number;
  coverage: number;
  own_ms: number;
  own_share: number | null;
  beside_ms: number;
  dropped: number;
  degraded: string[];
  queued: number;
  notes: string[];
  paused: boolean;
}

export interface Gone {
  kind: string;
  nos: number[];
}

export type PanelRecord =
  | ["session", SessionInfo]
  | ["schema", Schema]
  | ["dataset", Dataset]
  | ["map", ColumnMap]
  | ["cell", Cell]
  | ["operation", Operation]
  | ["names", Names]
  | ["stale", Stale]
  | ["deleted", Deleted]
  | ["progress", Progress]
  | ["status", Status]
  | ["gone", Gone];

/** A message of the stream. Its buffers: records as UTF-8 JSON, Float64 times, Float64 rss. */
export type Message =
  | { k: "patch" | "snapshot"; v: number; epoch: string; seq: number; ts?: number }
  | { k: "bye"; reason: string }
  | { k: "reply"; id: number; ok: boolean; value?: unknown; error?: string };

/** The state of a whole session: the synced trait, and what a report holds. */
export interface Snapshot {
  v: number;
  epoch: string;
  seq: number;
  records: PanelRecord[];
  times: number[];
  rss: number[];
}

/** A patch or snapshot, decoded. */
export interface Batch {
  records: PanelRecord[];
  times: Float64Array | number[];
  rss: Float64Array | number[];
}

const UTF8 = new TextDecoder();

/** Read the buffers of a patch or snapshot. */
export function decode(buffers: readonly DataView[]): Batch {
  const [json, times, rss] = buffers;
  return {
    records: json && json.byteLength > 0 ? (JSON.parse(UTF8.decode(json)) as PanelRecord[]) : [],
    times: floats(times),
    rss: floats(rss),
  };
}

function floats(view: DataView | undefined): Float64Array {
  if (!view) return new Float64Array();
  // Buffers may begin at any byte of the message: a Float64Array needs a copy that is aligned.
  return new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
