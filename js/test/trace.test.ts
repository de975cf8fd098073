import { describe, expect, test } from "vitest";
import { fold } from "../src/graph/fold";
import { rowInfluences, spotKey, trace, unchanged } from "../src/graph/trace";
import { ORDER, ROWS } from "../src/model/slots";
import type { Block } from "../src/protocol";
import { ColumnTrace } from "../src/state/column_trace";
import { Book, same } from "./build";
import { recordedSession } from "./recorded";

/** `a.csv(x, y) → df(x, y) → out(total = agg(x), y)`, filtered by y on the way. */
function summed() {
  const book = new Book();
  book.cell();
  const file = book.file("a.csv", ["x", "y"]);
  const df = book.op([file], { columns: ["x", "y"] }, { blocks: [same(2)] });
  const filtered = book.op(
    [df],
    { columns: ["x", "y"] },
    { blocks: [same(2), [0, 0, [ROWS], [1], "FILTER", "exact", 0, ""]] },
  );
  const blocks: Block[] = [
    [0, 0, [0], [0], "AGGREGATION", "inferred", 0, "guessed"],
    [0, 0, [1], [1], "IDENTITY", "exact", 0, ""],
    [0, 0, [ROWS, ORDER], [ROWS, ORDER], "IDENTITY", "exact", 0, ""],
  ];
  const out = book.op([filtered], { columns: ["total", "y"] }, { blocks });
  book.names({ df, out });
  return { session: book.session(), file, df, out };
}

describe("a column's trace", () => {
  test("goes up to the files, with the transformation and the doubt of the whole way", () => {
    const { session, file, out } = summed();
    const up = trace(session, [{ dataset: out, slot: 0 }], true);
    expect([...(up.reached.get(`${file}:0`)?.values() ?? [])]).toEqual([
      { how: "AGGREGATION", confidence: "inferred", masking: false },
    ]);
    expect(up.reached.has(`${file}:1`)).toBe(false);
  });

  test("goes down to everything that was made of it", () => {
    const { session, file, out } = summed();
    const down = trace(session, [{ dataset: file, slot: 1 }], false);
    expect(down.reached.has(`${out}:1`)).toBe(true);
    expect(down.reached.has(`${out}:0`)).toBe(false);
  });

  test("begins in earlier versions of the object, too, as long as they only passed the column on", () => {
    const book = new Book();
    const one = book.op([book.file("a.csv", ["x", "y"])], { columns: ["x", "y"] }, { blocks: [same(2)] });
    const two = book.op([one], { columns: ["x", "y"], of: one }, { blocks: [same(2)] });
    const changed: Block[] = [
      [0, 0, [0], [0], "CONDITIONAL", "exact", 0, ""],
      [0, 0, [1], [1], "IDENTITY", "exact", 0, ""],
    ];
    const three = book.op([two], { columns: ["x", "y"], of: two }, { blocks: changed });
    const session = book.session();
    expect(unchanged(session, { dataset: three, slot: 1 }).map((s) => s.dataset)).toEqual([three, two, one]);
    expect(unchanged(session, { dataset: three, slot: 0 }).map((s) => s.dataset)).toEqual([three]);
  });

  test("tells what decided the rows apart from what the values came from", () => {
    const { session, out } = summed();
    expect(rowInfluences(session, out).map((step) => [step.how, step.from.slot])).toEqual([["FILTER", 1]]);
  });

  test("is shown between nodes with the temporaries left out", () => {
    const { session, out } = summed();
    const start = [{ dataset: out, slot: 0 }];
    const { nodeOf } = fold(session);
    const found = new ColumnTrace(session, trace(session, start, true), trace(session, start, false), nodeOf);
    expect(
      found.links.map((l) => `${l.from.node}.${l.from.row} → ${l.to.node}.${l.to.row} ${l.how}`),
    ).toEqual(["v:df.x → v:out.total AGGREGATION", "e:file|/data/a.csv.x → v:df.x IDENTITY"]);
  });

  test("of several ways with one transformation the surest counts, and it is masked only if all are", () => {
    const book = new Book();
    const file = book.file("a.csv", ["x"]);
    const left = book.op(
      [file],
      {},
      { blocks: [[0, 0, [0], [0], "TRANSFORMATION", "inferred", 0, "guessed", 1]] },
    );
    const right = book.op([file], {}, { blocks: [[0, 0, [0], [0], "TRANSFORMATION", "exact", 0, "", 0]] });
    const blocks: Block[] = [
      [0, 0, [0], [0], "TRANSFORMATION", "exact", 0, ""],
      [0, 1, [0], [0], "TRANSFORMATION", "exact", 0, ""],
    ];
    const both = book.op([left, right], {}, { blocks });
    const up = trace(book.session(), [{ dataset: both, slot: 0 }], true);
    expect([...(up.reached.get(`${file}:0`)?.values() ?? [])]).toEqual([
      { how: "TRANSFORMATION", confidence: "exact", masking: false },
    ]);
  });

  test("ends on a session that claims to be its own ancestor", () => {
    const book = new Book();
    const a = book.dataset(["x"], { op: 90 });
    const b = book.dataset(["x"], { op: 91 });
    book.run(90, [b], [a], { blocks: [same(1)] });
    book.run(91, [a], [b], { blocks: [same(1)] });
    expect(trace(book.session(), [{ dataset: a, slot: 0 }], true).spots.size).toBe(2);
    expect(() => fold(book.session())).not.toThrow();
  });

  test("of 10 000 columns passes through whole-frame blocks without spelling them out", () => {
    const book = new Book();
    const labels = Array.from({ length: 500 }, (_, i) => `c${i}`);
    let at = book.file("wide.parquet", labels);
    for (let i = 0; i < 50; i++) at = book.op([at], { columns: labels }, { blocks: [same(10_000)] });
    const up = trace(book.session(), [{ dataset: at, slot: 9_999 }], true);
    expect(up.steps).toHaveLength(50);
  });

  test("of the recorded notebook says what %lineage trace says: delay_pct comes from flight and arr_delay", () => {
    const session = recordedSession();
    const report = fold(session).nodes.get("v:report");
    const no = report?.versions.at(-1) as number;
    const slot = session.schemaOf(no)?.labels.indexOf("delay_pct") as number;
    const up = trace(session, [{ dataset: no, slot }], true);
    const ends = [...up.spots.values()].filter(
      (s) => session.datasets.get(s.dataset)?.kind === "external" && s.slot >= 0,
    );
    const names = ends.map((s) => session.schemaOf(s.dataset)?.labels[s.slot]);
    expect([...new Set(names)].sort()).toEqual(["arr_delay", "flight"]);
    expect(up.reached.get(spotKey(ends[0] as never))?.has("AGGREGATION")).toBe(true);
  });
});
