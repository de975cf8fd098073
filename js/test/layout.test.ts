import { describe, expect, test } from "vitest";
import { spread } from "../src/layout/coordinates";
import { crossings } from "../src/layout/crossings";
import { layers } from "../src/layout/layers";
import { Layout } from "../src/layout/layout";
import { type Item, type Link, network } from "../src/layout/network";
import { order } from "../src/layout/order";
import { Rail } from "../src/layout/rail";
import { rank } from "../src/layout/rank";
import { notebookLike } from "./graphs";

const items = (keys: string): Item[] => [...keys].map((key) => ({ key, along: 100, across: 40 }));
const links = (text: string): Link[] => text.split(" ").map((word) => [word[0] as string, word[1] as string]);

describe("ranks", () => {
  test("lead from what is read to what is made; sources stand just before what they feed", () => {
    const net = network(items("abcdx"), links("ab bc cd xd"));
    expect([...rank(net)]).toEqual([0, 1, 2, 3, 2]);
  });

  test("of a graph with a circle exist all the same", () => {
    const net = network(items("abc"), links("ab bc ca"));
    expect(new Set(rank(net))).toEqual(new Set([0, 1, 2]));
  });

  test("leave no links shorter altogether: nothing tried by hand is better", () => {
    const total = (ranks: ArrayLike<number>, all: Link[], keys: string) => {
      const at = (key: string) => ranks[keys.indexOf(key)] as number;
      const lengths = all.map(([from, to]) => at(to) - at(from));
      return lengths.some((length) => length < 1)
        ? Infinity
        : lengths.reduce((sum, length) => sum + length, 0);
    };
    for (const text of [
      "ab bf cd de ef af",
      "ac bc cf ad de ef",
      "af bf ab ac cd de ae",
      "ad bd ce cf bf ae",
    ]) {
      const all = links(text);
      let least = Infinity;
      for (let code = 0; code < 6 ** 6; code++) {
        const ranks = [0, 1, 2, 3, 4, 5].map((i) => Math.floor(code / 6 ** i) % 6);
        least = Math.min(least, total(ranks, all, "abcdef"));
      }
      expect(total(rank(network(items("abcdef"), all)), all, "abcdef"), text).toBe(least);
    }
  });
});

describe("a full layout", () => {
  test("never lets two boxes overlap, whatever their heights", () => {
    const { items, links } = notebookLike(300, 3);
    const layout = new Layout(true);
    layout.full(items, links);
    const boxes = [...layout.boxes.values()];
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]] as [(typeof boxes)[0], (typeof boxes)[0]];
        const apart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          a.y + a.height <= b.y + 0.01 ||
          b.y + b.height <= a.y + 0.01;
        expect(apart, `${a.key} ${b.key}`).toBe(true);
      }
    }
  });

  test("points every link in the direction of flow", () => {
    const { items, links } = notebookLike(200, 5);
    const layout = new Layout(false);
    layout.full(items, links);
    for (const [from, to] of links) {
      const a = layout.boxes.get(from);
      const b = layout.boxes.get(to);
      expect((a?.y ?? 0) + (a?.height ?? 0)).toBeLessThan(b?.y ?? 0);
    }
  });

  test("leaves far fewer crossings than the order of arrival", () => {
    const { items, links } = notebookLike(300, 1);
    const net = network(items, links);
    const layered = layers(net, rank(net));
    const before = crossings(layered);
    order(layered, 1000);
    expect(crossings(layered)).toBeLessThan(before * 0.7);
  });

  test("puts what is linked to nothing behind everything else", () => {
    const layout = new Layout(true);
    layout.full(items("abxyz"), links("ab"));
    const rankOf = (key: string) => layout.boxes.get(key)?.rank ?? -1;
    expect(Math.min(...["x", "y", "z"].map(rankOf))).toBeGreaterThan(rankOf("b"));
  });
});

describe("two hundred tables made of one", () => {
  const many = Array.from({ length: 200 }, (_, i) => `t${i}`);
  const items = ["source", ...many, "sum"].map((key) => ({ key, along: 196, across: 42 }));
  const links = many.flatMap((key): Link[] => [
    ["source", key],
    [key, "sum"],
  ]);
  const shape = (layout: Layout) => {
    const boxes = [...layout.boxes.values()];
    const [right, bottom] = [Math.max(...boxes.map((b) => b.x)), Math.max(...boxes.map((b) => b.y))];
    const top = Math.min(...boxes.map((b) => b.y));
    return { boxes, width: right + 196, height: bottom + 42 - top };
  };

  test.each([true, false])("have about the shape of a screen, not of a line (to the right: %s)", (across) => {
    const layout = new Layout(across);
    const turned = items.map(({ key, along, across: a }) => ({
      key,
      along: across ? along : a,
      across: across ? a : along,
    }));
    layout.full(turned, links);
    const { boxes, width, height } = shape(layout);
    expect(width / height).toBeGreaterThan(0.6);
    expect(width / height).toBeLessThan(4);
    const ends = (key: string) => layout.boxes.get(key) as (typeof boxes)[0];
    for (const box of boxes) {
      if (box.key !== "source") expect(box.rank).toBeGreaterThan(ends("source").rank);
      if (box.key !== "sum") expect(box.rank).toBeLessThan(ends("sum").rank);
      for (const other of boxes) {
        const apart =
          Math.abs(box.x - other.x) >= Math.min(box.width, other.width) - 0.01 ||
          Math.abs(box.y - other.y) >= Math.min(box.height, other.height) - 0.01;
        expect(box === other || apart, `${box.key} ${other.key}`).toBe(true);
      }
    }
  });

  test("that come one by one stand side by side, too", () => {
    const layout = new Layout(true);
    for (let n = 2; n <= 201; n++)
      layout.update(items.slice(0, n), links.filter(([from]) => from === "source").slice(0, n - 1));
    const { width, height } = shape(layout);
    expect(width / height).toBeGreaterThan(0.6);
  });
});

test("ranks of moderate length aren't parted", () => {
  const { items, links } = notebookLike(60, 3);
  const layout = new Layout(true);
  layout.full(items, links);
  const alone = layout.rows.slice(-1); // what is linked to nothing
  expect(layout.rows.length - alone.length).toBe(Math.max(...rank(network(items, links))) + 1);
});

describe("an update", () => {
  test("keeps the rank of every node and the order among them; only rows with something new move", () => {
    const { items, links } = notebookLike(200, 2);
    const layout = new Layout(true);
    layout.full(items, links);
    const before = new Map([...layout.boxes].map(([key, box]) => [key, { ...box }]));
    const rows = layout.rows.map((row) => row.slice());
    layout.update(
      [...items, { key: "new", along: 196, across: 42 }],
      [...links, ["n5", "new"], ["n9", "new"]],
    );
    const touched = layout.boxes.get("new")?.rank;
    for (const [key, box] of before) {
      const now = layout.boxes.get(key);
      expect(now?.rank).toBe(box.rank);
      expect(now?.x).toBe(box.x);
      if (box.rank !== touched) expect(now?.y).toBe(box.y);
    }
    layout.rows.forEach((row, r) => {
      expect(row.filter((key) => key !== "new")).toEqual(rows[r] ?? []);
    });
  });

  test("lets vanished nodes go without moving the others", () => {
    const layout = new Layout(true);
    layout.full(items("abcd"), links("ab ac ad"));
    const before = layout.boxes.get("d")?.y;
    layout.update(items("abd"), links("ab ad"));
    expect(layout.boxes.has("c")).toBe(false);
    expect(layout.boxes.get("d")?.y).toBe(before);
  });

  test("makes room for a card that was opened, in its own rank only", () => {
    const layout = new Layout(true);
    layout.full(items("abcd"), links("ab ac ad"));
    const before = layout.boxes.get("a")?.y;
    const opened = items("abcd").map((item) => (item.key === "c" ? { ...item, across: 200 } : item));
    layout.update(opened, links("ab ac ad"));
    const [b, c, d] = ["b", "c", "d"].map((key) => layout.boxes.get(key));
    const sorted = [b, c, d].sort((p, q) => (p?.y ?? 0) - (q?.y ?? 0));
    for (let i = 1; i < 3; i++) {
      expect((sorted[i - 1]?.y ?? 0) + (sorted[i - 1]?.height ?? 0)).toBeLessThanOrEqual(sorted[i]?.y ?? 0);
    }
    expect(layout.boxes.get("a")?.y).toBe(before);
  });
});

test("spreading keeps order and gaps and is nearest to what was wanted", () => {
  const row = { wanted: [0, 0, 100], weight: [1, 1, 1], extent: [10, 10, 10], gap: 2 };
  expect(spread(row)).toEqual([-6, 6, 100]);
});

describe("rails", () => {
  test("stand one table a row; sources come just before what they feed; new ones at the end", () => {
    const rail = new Rail(400);
    rail.full(items("abcd"), links("cd bd"));
    expect(rail.rows.flat()).toEqual(["a", "c", "b", "d"]);
    rail.update([...items("abcd"), ...items("e")], links("cd bd ae"));
    expect(rail.rows.flat()).toEqual(["a", "c", "b", "d", "e"]);
  });

  test("of different tables never run over each other where both are in use", () => {
    const { items, links } = notebookLike(120, 4);
    const rail = new Rail(400);
    rail.full(items, links);
    const row = new Map(rail.rows.map(([key], i) => [key as string, i]));
    const spans = new Map<string, [number, number]>();
    for (const [from, to] of links) {
      const [a, b] = [row.get(from) as number, row.get(to) as number];
      expect(a).toBeLessThan(b);
      spans.set(from, [a, Math.max(b, spans.get(from)?.[1] ?? 0)]);
    }
    for (const [one, [a, b]] of spans) {
      for (const [two, [c, d]] of spans) {
        if (one !== two && rail.laneX(one) === rail.laneX(two)) expect(b <= c || d <= a).toBe(true);
      }
    }
  });

  test("of hundreds of tables that feed one run together, so that each can still be seen", () => {
    const rail = new Rail(400);
    const many = Array.from({ length: 200 }, (_, i) => `t${i}`);
    const items = ["source", ...many, "sum"].map((key) => ({ key, along: 42, across: 380 }));
    rail.full(
      items,
      many.flatMap((key): Link[] => [
        ["source", key],
        [key, "sum"],
      ]),
    );
    const places = [...new Set(["source", ...many].map((key) => rail.laneX(key)))].sort((a, b) => a - b);
    expect(places.length).toBe(2);
    expect((places[1] as number) - (places[0] as number)).toBeGreaterThan(3);
  });
});
