/**
 * The layout for narrow panels: one table a row in the order they were made, lineage as rails at their left side,
 * as in a history of commits. Rows never move when something new comes: it stands at the end.
 */

import type { Box } from "./layout";
import type { Item, Link } from "./network";

/** Between rails, as long as they fit into `MOST`. */
const LANE = 12;
const MOST = 96;
const GAP = 22;

export class Rail {
  readonly boxes = new Map<string, Box>();
  readonly bends = new Map<string, [number, number][]>();
  rows: string[][] = [];
  #order: string[] = [];
  #lanes = new Map<string, number>();
  #width = 0;

  /** `width`: of the whole column, rails included. */
  constructor(public width: number) {}

  full(items: readonly Item[], links: Iterable<Link>): void {
    this.#order = [];
    this.update(items, links);
  }

  update(items: readonly Item[], links: Iterable<Link>): void {
    const all = [...links];
    const byKey = new Map(items.map((item) => [item.key, item]));
    this.#order = this.#order.filter((key) => byKey.has(key));
    this.#append(items, all);
    const row = new Map(this.#order.map((key, i) => [key, i]));
    const lanes = this.#assign(all, row);
    this.#measure(byKey, Math.min(LANE, MOST / Math.max(1, lanes)), lanes);
    this.rows = this.#order.map((key) => [key]);
  }

  /** Where the rail of a table runs. */
  laneX(key: string): number {
    return this.#lanes.get(key) ?? 0;
  }

  /** New tables at the end; those that nothing was made from stand just before what was made from them. */
  #append(items: readonly Item[], links: readonly Link[]): void {
    const ins = new Map<string, string[]>();
    const feeds = new Set<string>();
    for (const [from, to] of links) {
      feeds.add(from);
      const known = ins.get(to);
      if (known) known.push(from);
      else ins.set(to, [from]);
    }
    const done = new Set(this.#order);
    const put = (key: string) => {
      if (!done.has(key)) this.#order.push(key);
      done.add(key);
    };
    for (const { key } of items) {
      const sources = ins.get(key);
      if (!sources && feeds.has(key)) continue; // comes with what it feeds
      for (const source of sources ?? []) put(source);
      put(key);
    }
    for (const { key } of items) put(key);
  }

  /** A rail from each table to the last it feeds: short ones near the cards, none over another. */
  #assign(links: readonly Link[], row: ReadonlyMap<string, number>): number {
    const ends = new Map<string, number>();
    for (const [from, to] of links) {
      const end = row.get(to);
      if (end !== undefined && row.has(from)) ends.set(from, Math.max(ends.get(from) ?? 0, end));
    }
    const spans = [...ends].map(([key, end]) => ({ key, start: row.get(key) as number, end }));
    spans.sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
    const taken: { start: number; end: number }[][] = [];
    this.#lanes.clear();
    for (const span of spans) {
      let lane = taken.findIndex((others) => others.every((o) => span.end <= o.start || o.end <= span.start));
      if (lane < 0) lane = taken.push([]) - 1;
      (taken[lane] as { start: number; end: number }[]).push(span);
      this.#lanes.set(span.key, lane);
    }
    return taken.length;
  }

  #measure(items: ReadonlyMap<string, Item>, lane: number, lanes: number): void {
    this.boxes.clear();
    const left = lanes * lane + 8;
    this.#width = Math.max(180, this.width - left);
    let y = 0;
    this.#order.forEach((key, i) => {
      const item = items.get(key) as Item;
      const width = Math.min(item.across, this.#width);
      this.boxes.set(key, { key, rank: i, x: left, y, width, height: item.along });
      y += item.along + GAP;
    });
    for (const [key, n] of this.#lanes) this.#lanes.set(key, left - 8 - (n + 0.5) * lane);
  }
}
