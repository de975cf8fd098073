import { describe, expect, test } from "vitest";
import { downstream, upstream } from "../src/model/column_map";
import { compare, slotName, width } from "../src/model/schema";
import { countOf, each, key, level, ORDER, positionsOf, ROWS, slotAt } from "../src/model/slots";
import { parts } from "../src/model/source";
import { compose, isDirect, surer, weaker } from "../src/model/words";
import { TimeScale } from "../src/state/time_scale";
import { bytes, compact, duration, firstLine, percent } from "../src/text";

const schema = (labels: string[], types: string[] = []) => ({
  no: 0,
  labels,
  types,
  index: ["day"],
  keys: ["k"],
  more: 2,
});

describe("slots in runs", () => {
  const slots = [[0, 9_999] as const, -1, 5] as const;
  test("are counted, found and listed without being spelled out", () => {
    expect(countOf(slots)).toBe(10_002);
    expect(slotAt(slots, 9_999)).toBe(9_999);
    expect(slotAt(slots, 10_000)).toBe(-1);
    expect(slotAt(slots, 10_002)).toBeUndefined();
    expect(positionsOf(slots, 5)).toEqual([5, 10_001]);
    expect([...each([[1, 3], 7])]).toEqual([1, 2, 3, 7]);
  });

  test("have names", () => {
    expect([0, level(0), key(0), ROWS, ORDER, 7].map((slot) => slotName(schema(["a"]), slot))).toEqual([
      "a",
      "day",
      "k",
      "rows",
      "order",
      "column 7",
    ]);
    expect(width(schema(["a"]))).toBe(3);
  });
});

describe("column maps", () => {
  const map = {
    no: 0,
    blocks: [
      [0, 1, [[0, 2]], [[4, 6]], "IDENTITY", "exact", 0, ""],
      [0, 0, [ROWS], [0, 1], "FILTER", "inferred", 1, "why"],
    ] as never,
  };
  test("are read backwards by position", () => {
    expect(upstream(map, 0, 1)).toEqual([
      { end: 1, slot: 5, how: "IDENTITY", confidence: "exact", reason: "", masking: false },
    ]);
  });
  test("are read forwards; with cross every source reaches every target", () => {
    expect(downstream(map, 0, 1).map((i) => [i.end, i.slot, i.how])).toEqual([[0, ROWS, "FILTER"]]);
    expect(upstream(map, 0, ROWS).map((i) => i.slot)).toEqual([0, 1]);
  });
});

test("transformations compose as in the kernel: indirect dominates, the one nearer the source winning", () => {
  expect(compose("IDENTITY", "AGGREGATION")).toBe("AGGREGATION");
  expect(compose("AGGREGATION", "TRANSFORMATION")).toBe("AGGREGATION");
  expect(compose("FILTER", "AGGREGATION")).toBe("FILTER");
  expect(compose("TRANSFORMATION", "SORT")).toBe("SORT");
  expect(compose("JOIN", "SORT")).toBe("JOIN");
  expect(isDirect("WINDOW")).toBe(false);
  expect([weaker("exact", "opaque"), surer("inferred", "opaque")]).toEqual(["opaque", "inferred"]);
});

test("a schema's change lists added, removed and retyped columns by name", () => {
  const changes = compare(
    schema(["a", "b", "c"], ["int", "int", "int"]),
    schema(["c", "a", "n"], ["float", "int", "str"]),
  );
  expect(changes.map((c) => `${c.change} ${c.name}`)).toEqual([
    "retyped c",
    "same a",
    "added n",
    "removed b",
  ]);
});

describe("the span of an operation", () => {
  test("is cut by UTF-8 bytes, as CPython counts columns", () => {
    expect(parts('größe = "🦆"; df.head()', [1, 1, 18, 27])).toEqual(['größe = "🦆"; ', "df.head()", ""]);
  });
  test("may reach over lines", () => {
    expect(parts("a = (\n  df\n  .x()\n)", [2, 3, 2, 6])).toEqual(["a = (\n  ", "df\n  .x()", "\n)"]);
  });
  test("that isn't in the source is no span", () => {
    expect(parts("a", [4, 5, 0, 1])).toBeNull();
  });
});

test("numbers are short and keep their unit", () => {
  expect([0.003, 4.2, 88, 1234, 61_000, 3_720_000].map(duration)).toEqual([
    "3 µs",
    "4.2 ms",
    "88 ms",
    "1.2 s",
    "1 m 01 s",
    "1 h 02 m",
  ]);
  expect([0, 999, 1500, 88e6, 2.5e9].map(bytes)).toEqual(["0 B", "999 B", "1.5 kB", "88 MB", "2.5 GB"]);
  expect([327_346, 1_953, 4_200_000].map(compact)).toEqual(["327k", "1,953", "4.2M"]);
  expect([0.004, 0.5, 1, 0].map(percent)).toEqual(["0.4 %", "50 %", "100 %", "0 %"]);
  expect(firstLine("# note\n\n  x = 1\ny")).toBe("x = 1");
});

describe("the time scale", () => {
  const scale = new TimeScale([
    [0, 1000],
    [3_600_000, 3_601_000],
  ]);
  test("shortens long idle stretches and marks them", () => {
    expect(scale.length).toBeLessThan(5000);
    expect(scale.breaks).toEqual([{ from: 1000, to: 3_600_000 }]);
  });
  test("goes back and forth, and never runs backwards", () => {
    let before = -1;
    for (const time of [0, 500, 1000, 1_800_000, 3_600_000, 3_600_500, 3_601_000]) {
      expect(scale.lengthen(scale.shorten(time))).toBeCloseTo(time, 3);
      expect(scale.shorten(time)).toBeGreaterThan(before);
      before = scale.shorten(time);
    }
  });
  test("of a session without cells has some length", () => {
    expect(new TimeScale([]).length).toBeGreaterThan(0);
  });
});
