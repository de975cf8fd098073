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
/** With more rails than this, closer than 4 px, tables that feed only one and the same share theirs. */
const CLOSE = MOST / 4;

/** Rows that a rail runs along, and whose it is. */
interface Span {
  keys: string[];
  start: number;
  end: number;
}

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
    let lanes = this.#assign(all, row, false);
    if (lanes > CLOSE) lanes = this.#assign(all, row, true);
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
  #assign(links: readonly Link[], row: ReadonlyMap<string, number>, shared: boolean): number {
    const spans = spansOf(links, row, shared);
    spans.sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
    const taken: Span[][] = [];
    this.#lanes.clear();
    for (const span of spans) {
      let lane = taken.findIndex((others) => others.every((o) => span.end <= o.start || o.end <= span.start));
      if (lane < 0) lane = taken.push([]) - 1;
      (taken[lane] as Span[]).push(span);
      for (const key of span.keys) this.#lanes.set(key, lane);
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

/** A span for each table that feeds another; `shared`: one for all that feed the same one and nothing else. */
function spansOf(links: readonly Link[], row: ReadonlyMap<string, number>, shared: boolean): Span[] {
  const fed = new Map<string, Set<number>>();
  for (const [from, to] of links) {
    const end = row.get(to);
    if (end === undefined || !row.has(from)) continue;
    const ends = fed.get(from) ?? new Set();
    fed.set(from, ends.add(end));
  }
  const spans = new Map<string, Span>();
  for (const [key, ends] of fed) {
    const start = row.get(key) as number;
    const end = Math.max(...ends);
    const name = shared && ends.size === 1 ? `→${end}` : key;
    const span = spans.get(name);
    if (span) {
      span.keys.push(key);
      span.start = Math.min(span.start, start);
    } else spans.set(name, { keys: [key], start, end });
  }
  return [...spans.values()];
}
