import { describe, expect, test } from "vitest";
import { fold } from "../src/graph/fold";
import { measure } from "../src/graph/heat";
import { operationKind, shortName } from "../src/graph/kinds";
import { externalTitle } from "../src/graph/naming";
import { search } from "../src/graph/search";
import { select } from "../src/graph/selector";
import { slice } from "../src/graph/slice";
import { closure, hiddenBeside, reach } from "../src/graph/walk";
import type { Dataset, Operation } from "../src/protocol";
import { Book } from "./build";
import { recordedSession } from "./recorded";

function line() {
  const book = new Book();
  book.cell();
  const a = book.op([book.file("a.csv")]);
  const b = book.op([a]);
  const c = book.op([b], { rows: 4 });
  book.names({ a, b, c });
  return { session: book.session(), graph: fold(book.session()), c };
}

describe("selectors", () => {
  test.each([
    ["+b", ["a", "a.csv", "b"]],
    ["b+", ["b", "c"]],
    ["1+b", ["a", "b"]],
    ["1+b+1", ["a", "b", "c"]],
    ["+c", ["a", "a.csv", "b", "c"]],
  ])("%s", (text, expected) => {
    const { graph } = line();
    const found = select(graph, text);
    if (!found) throw new Error("no selector");
    const starts = found.keys.map((key) => graph.nodes.get(key)).filter((n) => n !== undefined);
    const keys = closure(starts, found.up, found.down);
    expect([...keys].map((key) => graph.nodes.get(key)?.title).sort()).toEqual(expected);
  });

  test.each(["b", "+nothing", "", "a++b"])("%j is none", (text) => {
    expect(select(line().graph, text)).toBeNull();
  });
});

test("hops count from the nearest way; hidden neighbours are counted at each side", () => {
  const { graph } = line();
  const b = graph.nodes.get("v:b");
  if (!b) throw new Error("no b");
  expect([...reach([b], "ins").values()]).toEqual([0, 1, 2]);
  const shown = closure([b], 0, 1);
  expect(hiddenBeside(graph, b, shown, "ins")).toBe(1);
  expect(hiddenBeside(graph, b, shown, "outs")).toBe(0);
});

test("search finds tables before columns before operations before cells, whole matches first", () => {
  const session = recordedSession();
  const hits = search(session, fold(session), "late");
  expect(hits[0]).toMatchObject({ title: "late", selection: { kind: "column" } });
  const trips = search(session, fold(session), "trips");
  expect(trips.map((hit) => hit.selection.kind)).toEqual(
    [...trips.map((hit) => hit.selection.kind)].sort(
      (a, b) =>
        ["dataset", "column", "operation", "cell"].indexOf(a) -
        ["dataset", "column", "operation", "cell"].indexOf(b),
    ),
  );
  expect(trips[0]).toMatchObject({ title: "trips", selection: { kind: "dataset" } });
});

test("rows lost are counted from the largest input; memory and time belong to the newest version", () => {
  const { session, graph } = line();
  const node = graph.nodes.get("v:c");
  if (!node) throw new Error("no c");
  expect(measure(session, graph, node, "rows")).toBe(6);
  expect(measure(session, graph, node, "memory")).toBe(80);
  expect(measure(session, graph, node, "time")).toBe(10);
});

test("a slice is the cells a table needs, in order, once each", () => {
  const book = new Book();
  book.cell({ source: "a = 1\n" });
  const a = book.op([book.file("a.csv")]);
  book.names({ a });
  book.cell({ source: "unrelated" });
  book.op([book.file("z.csv")]);
  book.cell({ source: "b = a" });
  const b = book.op([a]);
  book.names({ b });
  expect(slice(book.session(), b)).toBe("# [1]\na = 1\n\n# [5]\nb = a\n");
});

test("an operation is of the kind that says most about it", () => {
  const session = recordedSession();
  const kinds = new Map(
    [...session.operations.values()].map((o) => [shortName(o.name), operationKind(session, o)]),
  );
  expect(kinds.get("merge")).toBe("join");
  expect(kinds.get("pivot_table")).toBe("group");
  expect(kinds.get("read_csv")).toBe("read");
  expect(kinds.get("sort_values")).toBe("sort");
  expect(kinds.get("rename")).toBe("select");
  const failed = {
    state: "FAIL",
    confidence: "exact",
    inputs: [],
    outputs: [],
    map: null,
  } as unknown as Operation;
  expect(operationKind(session, failed)).toBe("failed");
});

test.each([
  ["/data/a/b.csv", "b.csv"],
  ["/lake/orders/", "orders"],
  ["db.main.orders", "db.main.orders"],
  ["bucket/x.parquet?version=3", "x.parquet"],
])("%s is called %s", (name, title) => {
  expect(externalTitle({ name, namespace: "file" } as Dataset)).toBe(title);
});
