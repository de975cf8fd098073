/**
 * How long the layout takes and how well it does, beside dagre: graphs shaped like notebooks.
 *
 * Run by `benchmarks/panel.py`; prints JSON. Crossings are those of the lines as they are drawn, through their bends.
 */

import dagre from "@dagrejs/dagre";
import { Layout } from "../src/layout/layout";
import type { Item, Link } from "../src/layout/network";
import { Rail } from "../src/layout/rail";
import { notebookLike } from "../test/graphs";

type Point = readonly [number, number];
const SEEDS = [1, 2, 3];
const GAP = 16;
const RANKS = 112;

function timed<T>(act: () => T): [T, number] {
  const began = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(began);
  return [result, (user + system) / 1000];
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

function ours(items: Item[], links: Link[]): [Point[][], number, Layout] {
  const times: number[] = [];
  let layout = new Layout(true);
  for (let i = 0; i < 5; i++) {
    const [made, took] = timed(() => {
      const fresh = new Layout(true, { ranks: RANKS, gap: GAP });
      fresh.full(items, links);
      return fresh;
    });
    layout = made;
    times.push(took);
  }
  const lines = links.map(([from, to]): Point[] => {
    const a = layout.boxes.get(from);
    const b = layout.boxes.get(to);
    if (!a || !b) return [];
    const bends = layout.bends.get(`${from}→${to}`) ?? [];
    return [[a.x + a.width, a.y + a.height / 2], ...bends, [b.x, b.y + b.height / 2]];
  });
  return [lines, median(times), layout];
}

function theirs(items: Item[], links: Link[]): [Point[][], number] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP, ranksep: RANKS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, along, across } of items) graph.setNode(key, { width: along, height: across });
  for (const [from, to] of links) graph.setEdge(from, to);
  const [, took] = timed(() => dagre.layout(graph));
  const lines = links.map(([from, to]) =>
    graph.edge(from, to).points.map(({ x, y }: { x: number; y: number }): Point => [x, y]),
  );
  return [lines, took];
}

/** Pairs of lines that cross, ends that two lines share left aside. */
function crossings(lines: Point[][], links: Link[]): number {
  const pieces: [Point, Point, number][] = [];
  lines.forEach((line, i) => {
    for (let k = 1; k < line.length; k++) pieces.push([line[k - 1] as Point, line[k] as Point, i]);
  });
  pieces.sort((a, b) => Math.min(a[0][0], a[1][0]) - Math.min(b[0][0], b[1][0]));
  const found = new Set<number>();
  for (let i = 0; i < pieces.length; i++) {
    const [a, b, one] = pieces[i] as [Point, Point, number];
    const end = Math.max(a[0], b[0]);
    for (let j = i + 1; j < pieces.length; j++) {
      const [c, d, two] = pieces[j] as [Point, Point, number];
      if (Math.min(c[0], d[0]) > end) break;
      const [p, q] = [links[one], links[two]] as [Link, Link];
      if (one === two || p[0] === q[0] || p[1] === q[1]) continue;
      if (cross(a, b, c, d)) found.add(Math.min(one, two) * links.length + Math.max(one, two));
    }
  }
  return found.size;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** One more table: how long that takes, and how many others change their rank. */
function addOne(layout: Layout, items: Item[], links: Link[]): { ms: number; moved: number } {
  const before = new Map([...layout.boxes].map(([key, box]) => [key, box.rank]));
  const more: Item[] = [...items, { key: "new", along: 196, across: 42 }];
  const moreLinks: Link[] = [...links, [`n${items.length >> 1}`, "new"], [`n${items.length >> 2}`, "new"]];
  const [, ms] = timed(() => layout.update(more, moreLinks));
  const moved = [...before].filter(([key, rank]) => layout.boxes.get(key)?.rank !== rank).length;
  return { ms, moved };
}

notebookLike(300, 9); // once for the compiler
ours(...(Object.values(notebookLike(300, 9)) as [Item[], Link[]]));
const rows = [];
for (const n of [100, 300, 1000, 5000, 10_000]) {
  for (const seed of n > 1000 ? [1] : SEEDS) {
    const { items, links } = notebookLike(n, seed);
    const [lines, ms, layout] = ours(items, links);
    const dagres = n <= 1000 ? theirs(items, links) : null;
    const [, rail] = timed(() => new Rail(396).full(items, links));
    rows.push({
      tables: n,
      seed,
      links: links.length,
      ms,
      crossings: n <= 1000 ? crossings(lines, links) : null,
      dagreMs: dagres?.[1] ?? null,
      dagreCrossings: dagres ? crossings(dagres[0], links) : null,
      rail,
      add: addOne(layout, items, links),
    });
  }
}
console.log(JSON.stringify(rows));
