import { describe, expect, test } from "vitest";
import { chain, temporaries } from "../src/graph/chain";
import { fold, PLAIN } from "../src/graph/fold";
import { Book, edgesOf } from "./build";
import { recordedSession } from "./recorded";

const titles = (graph: ReturnType<typeof fold>) => [...graph.nodes.values()].map((node) => node.title);

describe("what is a node", () => {
  test("temporaries fold into the edge between a file and a variable, and are counted", () => {
    const book = new Book();
    book.cell();
    const file = book.file("a.csv");
    const b = book.op([book.op([book.op([file])])]);
    book.names({ b });
    const graph = fold(book.session());
    expect(edgesOf(graph)).toEqual(["a.csv → b"]);
    expect([...graph.edges.values()][0]?.count).toBe(3);
  });

  test("versions of an object changed in place are one node, with the operations that changed it", () => {
    const book = new Book();
    book.cell();
    const first = book.op([book.file("a.csv")]);
    const second = book.op([first], { of: first });
    const third = book.op([second], { of: second });
    book.names({ df: third });
    const graph = fold(book.session());
    const node = graph.nodes.get("v:df");
    expect(node?.versions).toEqual([first, second, third]);
    expect(node?.operations).toHaveLength(2);
  });

  test("a cell run again adds versions to the same nodes, not new nodes", () => {
    const book = new Book();
    for (let run = 0; run < 3; run++) {
      book.cell({ cell_id: "x" });
      const df = book.op([book.file("a.csv")]);
      const out = book.op([df]);
      book.names({ df, out });
    }
    const graph = fold(book.session());
    expect(titles(graph)).toEqual(["a.csv", "df", "out"]);
    expect(graph.nodes.get("v:out")?.versions).toHaveLength(3);
  });

  test("versions that would close a circle begin a node of their own", () => {
    const book = new Book();
    book.cell();
    const a = book.op([book.file("a.csv")]);
    book.names({ a });
    book.cell();
    const b = book.op([a]);
    book.names({ b });
    book.cell();
    const again = book.op([b]);
    book.names({ a: again });
    const graph = fold(book.session());
    expect(edgesOf(graph)).toEqual(["a → b", "a.csv → a", "b → a"]);
    expect(graph.nodes.get("v:a")?.earlier).toBe(true);
    expect(graph.nodes.get("v:a#2")?.versions).toEqual([again]);
  });

  test("a file read, changed and written under the same name doesn't close a circle", () => {
    const book = new Book();
    book.cell();
    const df = book.op([book.file("a.csv")]);
    book.op([df], { kind: "external", namespace: "file", name: "/data/a.csv" });
    book.names({ df });
    const graph = fold(book.session());
    expect(edgesOf(graph)).toEqual(["a.csv → df", "df → a.csv"]);
    expect(graph.nodes.size).toBe(3);
  });

  test("an operation that failed stays visible, as a leaf", () => {
    const book = new Book();
    book.cell();
    const df = book.op([book.file("a.csv")]);
    book.names({ df });
    book.fails([df], { name: "pandas.DataFrame.merge" });
    expect(edgesOf(fold(book.session()))).toEqual(["a.csv → df", "df → merge"]);
  });

  test("an opaque operation stays visible between what it read and made", () => {
    const book = new Book();
    book.cell();
    const df = book.op([book.file("a.csv")]);
    const out = book.op([df], {}, { confidence: "opaque", name: "lib.mystery" });
    book.names({ df, out });
    expect(edgesOf(fold(book.session()))).toEqual(["a.csv → df", "df → mystery", "mystery → out"]);
  });

  test("an opaque operation in a loop over one variable marks that variable, and makes no chain of nodes", () => {
    const book = new Book();
    book.cell();
    let df = book.op([book.file("a.csv")]);
    for (let i = 0; i < 5; i++) df = book.op([df], { of: df }, { confidence: "opaque", at: [1, 1, 0, 5] });
    book.names({ df });
    const graph = fold(book.session());
    expect(titles(graph)).toEqual(["a.csv", "df"]);
    expect(graph.nodes.get("v:df")?.opaqueInside).toBe(true);
  });

  test("while a cell runs, the moving end of a chain keeps its node", () => {
    const book = new Book();
    book.cell({ ended: null, state: "RUNNING" });
    const one = book.op([book.file("a.csv")]);
    const before = fold(book.session());
    const two = book.op([one]);
    const after = fold(book.session());
    expect(before.nodeOf.get(one)?.key).toBe(after.nodeOf.get(two)?.key);
    expect(after.nodes.size).toBe(2);
  });

  test("each round of a loop that is running makes a version of one node", () => {
    const book = new Book();
    book.cell({ ended: null, state: "RUNNING" });
    const file = book.file("a.csv");
    for (let i = 0; i < 50; i++) {
      const part = book.op([file], {}, { at: [2, 2, 4, 20] });
      book.op([part], {}, { at: [3, 3, 4, 20] });
    }
    const other = book.op([file], {}, { at: [5, 5, 0, 9] });
    const graph = fold(book.session());
    expect(edgesOf(graph)).toHaveLength(2);
    expect(graph.nodeOf.get(other)?.versions).toEqual([other]);
    expect([...graph.nodes.values()].map((node) => node.versions.length)).toContain(50);
  });

  test("operations that arrive before the ones they read from are folded all the same", () => {
    const book = new Book();
    book.cell();
    const a = book.op([book.file("a.csv")]);
    const b = book.op([a]);
    book.names({ b });
    const late = book.records.filter(([kind]) => kind !== "operation");
    const operations = book.records.filter(([kind]) => kind === "operation").reverse();
    const shuffled = new Book();
    shuffled.records.push(...late, ...operations);
    expect(edgesOf(fold(shuffled.session()))).toEqual(["a.csv → b"]);
  });
});

describe("what the viewer asks for besides", () => {
  const session = () => {
    const book = new Book();
    book.cell({ cell_id: "one" });
    const a = book.op([book.file("a.csv")]);
    book.names({ a });
    const shown = book.op([a], {}, { name: "pandas.DataFrame.head" });
    book.cell({ cell_id: "two", result: ["DataFrame", "", shown] });
    const b = book.op([book.op([a])]);
    const c = book.op([a], { kind: "series" });
    book.names({ b, c });
    return book.session();
  };

  test("results that cells displayed", () => {
    expect(titles(fold(session(), { ...PLAIN, results: true }))).toContain("head [4]");
    expect(titles(fold(session()))).not.toContain("head [4]");
  });

  test("tables of one cell as one node, but for the opened cells", () => {
    const closed = fold(session(), { ...PLAIN, byCell: true });
    expect(edgesOf(closed)).toEqual(["Cell [1] → Cell [4]", "a.csv → Cell [1]"]);
    const open = fold(session(), { ...PLAIN, byCell: true, openCells: new Set(["two"]) });
    expect(edgesOf(open)).toEqual(["Cell [1] → b", "Cell [1] → c", "a.csv → Cell [1]"]);
  });

  test("kinds that are switched off are folded like temporaries: what lies behind them stays connected", () => {
    expect(titles(fold(session(), { ...PLAIN, hidden: new Set(["series"]) }))).toEqual(["a.csv", "a", "b"]);
  });

  test("the temporaries of an edge, one by one", () => {
    const s = session();
    const graph = fold(s);
    const edge = [...graph.edges.values()].find((e) => e.target.title === "b");
    if (!edge) throw new Error("no edge to b");
    const operations = chain(s, graph, edge);
    expect(operations).toHaveLength(2);
    const between = temporaries(s, graph, operations);
    expect(between).toHaveLength(1);
    expect(fold(s, { ...PLAIN, shown: new Set(between) }).nodes.size).toBe(graph.nodes.size + 1);
  });

  test("the versions of a table apart", () => {
    const book = new Book();
    book.cell();
    const one = book.op([book.file("a.csv")]);
    const two = book.op([one], { of: one });
    book.names({ df: two });
    const graph = fold(book.session(), { ...PLAIN, split: new Set(["v:df"]) });
    expect(graph.nodes.size).toBe(3);
  });
});

test("the first notebook is the graph its reader has in mind", () => {
  const graph = fold(recordedSession());
  expect(edgesOf(graph)).toContain("conditions → trips");
  expect(edgesOf(graph)).toContain("totals → report");
  expect(graph.nodes.size).toBeLessThan(30);
  expect([...graph.nodes.values()].filter((node) => node.kind === "operation").map((n) => n.title)).toContain(
    'report["departures"]',
  );
});
