/** Small sessions for tests: datasets and operations with few words. */

import type { Block, Cell, Dataset, Operation, PanelRecord } from "../src/protocol";
import { Session } from "../src/state/kernel";

/** There are no frames without a page: news is told at once. */
globalThis.requestAnimationFrame = (act) => {
  act(0);
  return 0;
};

export class Book {
  readonly records: PanelRecord[] = [];
  #datasets = 0;
  #runs = 0;
  #schemas = 0;
  #maps = 0;
  #cell: number | null = null;

  /** Following operations belong to a new cell run. */
  cell(fields: Partial<Cell> = {}): number {
    const no = ++this.#runs;
    this.#cell = no;
    this.records.push([
      "cell",
      {
        no,
        id: `run-${no}`,
        cell_id: `cell-${no}`,
        kind: "cell",
        count: no,
        state: "COMPLETE",
        started: 1000 * no,
        ended: 1000 * no + 500,
        source: `cell ${no}`,
        code: null,
        error: null,
        cpu: 1,
        rss: [1e6, 2e6, 2e6, true],
        own: 0.1,
        operations: 1,
        result: null,
        ...fields,
      },
    ]);
    return no;
  }

  dataset(columns: string[] = ["a"], fields: Partial<Dataset> = {}): number {
    const no = ++this.#datasets;
    const schema = this.#schemas++;
    this.records.push(["schema", { no: schema, labels: columns, types: [], index: [], keys: [], more: 0 }]);
    this.records.push([
      "dataset",
      {
        no,
        kind: "frame",
        schema,
        namespace: "inmemory://",
        name: "",
        rows: 10,
        of: null,
        bytes: 80,
        unsized: 0,
        op: null,
        ...fields,
      },
    ]);
    return no;
  }

  file(name: string, columns: string[] = ["a"]): number {
    return this.dataset(columns, { kind: "external", namespace: "file", name: `/data/${name}` });
  }

  /** An operation that makes one dataset; gives back its number. `blocks`: how its columns came. */
  op(
    inputs: number[],
    made: Partial<Dataset> & { columns?: string[] } = {},
    fields: Partial<Operation> & { blocks?: Block[] } = {},
  ): number {
    const no = ++this.#runs;
    const { columns, ...rest } = made;
    const output = this.dataset(columns, { op: no, ...rest });
    this.run(no, inputs, [output], fields);
    return output;
  }

  /** An operation that made nothing. */
  fails(inputs: number[], fields: Partial<Operation> = {}): number {
    const no = ++this.#runs;
    this.run(no, inputs, [], { state: "FAIL", ...fields });
    return no;
  }

  run(
    no: number,
    inputs: number[],
    outputs: number[],
    { blocks, ...fields }: Partial<Operation> & { blocks?: Block[] } = {},
  ): void {
    const map = blocks ? this.#maps++ : null;
    if (blocks && map !== null) this.records.push(["map", { no: map, blocks }]);
    this.records.push([
      "operation",
      {
        no,
        id: `run-${no}`,
        cell: this.#cell,
        within: null,
        name: "pandas.DataFrame.copy",
        state: "COMPLETE",
        started: 1000 * no,
        ended: 1000 * no + 10,
        inputs,
        outputs,
        map,
        at: null,
        text: "",
        rows: [10, 10],
        times: 1,
        confidence: "exact",
        reason: "",
        error: null,
        ...fields,
      },
    ]);
  }

  /** Variables after the current cell. */
  names(names: Record<string, number>): void {
    if (this.#cell === null) throw new Error("names belong to a cell");
    this.records.push(["names", { cell: this.#cell, names: Object.entries(names) }]);
  }

  session(): Session {
    const session = new Session();
    session.apply({ records: this.records, times: [], rss: [] });
    return session;
  }
}

/** Columns pass through, position by position. */
export const same = (columns: number, input = 0): Block => [
  0,
  input,
  [[0, columns - 1]],
  [[0, columns - 1]],
  "IDENTITY",
  "exact",
  0,
  "",
];

/** `source → target` for each edge of a graph, sorted. */
export const edgesOf = (graph: {
  edges: Map<string, { source: { title: string }; target: { title: string } }>;
}): string[] => [...graph.edges.values()].map((edge) => `${edge.source.title} → ${edge.target.title}`).sort();
