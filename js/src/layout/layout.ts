/**
 * A layered layout that stays where it is: nodes that come later are placed among the ones that stand.
 *
 * `full` lays out everything. `update` keeps the rank of every node that has one, gives new nodes a place, and moves
 * others only along the ranks that got something new.
 */

import { spread } from "./coordinates";
import { layers } from "./layers";
import { type Item, type Link, network } from "./network";
import { order } from "./order";
import { place } from "./place";
import { rank } from "./rank";
import { BESIDE, wrap } from "./wrap";

export interface Box {
  key: string;
  rank: number;
  /** Top left corner, and size, in the plane of the screen. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Spacing {
  /** Between ranks. */
  ranks: number;
  /** Between neighbours in a rank. */
  gap: number;
}

interface Placed {
  item: Item;
  rank: number;
  centre: number;
}

const SPACING: Spacing = { ranks: 70, gap: 18 };
const STAY = 3; // how much more a node that stands insists on its place than a new one
const FULL = 24; // a rank of so many takes no new node while the next one has room

export class Layout {
  readonly boxes = new Map<string, Box>();
  /** Points that a long link passes, by `from→to`. */
  readonly bends = new Map<string, [number, number][]>();
  rows: string[][] = [];
  #placed = new Map<string, Placed>();
  #bends = new Map<string, { rank: number; centre: number }[]>();
  /** Ranks that continue the one before. */
  #continued = new Set<number>();

  /** `across`: the flow goes from left to right; else from top to bottom. */
  constructor(
    readonly across: boolean,
    readonly spacing: Spacing = SPACING,
  ) {}

  /** Lay out everything, ordering ranks for at most `budget` ms. */
  full(items: readonly Item[], links: Iterable<Link>, budget = 60): void {
    const net = network(items, links);
    const ranks = rank(net);
    const { linked, alone } = parted(items, net);
    const layered = layers(net, ranks);
    layered.rows = layered.rows.map((row) => row.filter((u) => u >= items.length || linked.has(u)));
    order(layered, budget);
    this.#continued = wrap(layered, items, this.spacing.gap, this.across);
    const centre = place(
      layered,
      items.map((item) => item.across),
      this.spacing.gap,
    );
    this.#placed.clear();
    this.#bends.clear();
    this.rows = layered.rows.map((row) =>
      row.filter((u) => u < items.length).map((u) => (items[u] as Item).key),
    );
    for (const u of linked) {
      const item = items[u] as Item;
      this.#placed.set(item.key, { item, rank: layered.rank[u] as number, centre: centre[u] as number });
    }
    for (const [code, passed] of layered.bends) {
      const from = items[Math.floor(code / items.length)] as Item;
      const to = items[code % items.length] as Item;
      const points = passed.map((u) => ({ rank: layered.rank[u] as number, centre: centre[u] as number }));
      this.#bends.set(`${from.key}→${to.key}`, points);
    }
    this.#shelve(alone.map((u) => items[u] as Item));
    this.#measure();
  }

  /** Take new nodes in, let vanished ones go, follow changed sizes; ranks of the others stay. */
  update(items: readonly Item[], links: Iterable<Link>): void {
    const links_ = [...links];
    const touched = this.#drop(items);
    const ins = new Map<string, string[]>();
    for (const [from, to] of links_) {
      const known = ins.get(to);
      if (known) known.push(from);
      else ins.set(to, [from]);
    }
    for (const item of items) {
      const known = this.#placed.get(item.key);
      if (known) {
        if (known.item.across !== item.across) touched.add(known.rank);
        known.item = item;
      } else {
        touched.add(this.#insert(item, ins.get(item.key) ?? []));
      }
    }
    for (const r of touched) this.#resettle(r);
    this.#measure();
  }

  #drop(items: readonly Item[]): Set<number> {
    const kept = new Set(items.map((item) => item.key));
    const touched = new Set<number>();
    for (const key of this.#placed.keys()) if (!kept.has(key)) this.#placed.delete(key);
    this.rows = this.rows.map((row) => row.filter((key) => kept.has(key)));
    return touched;
  }

  /** Place a new node behind what it reads from; gives back its rank. */
  #insert(item: Item, sources: string[]): number {
    const near = sources.map((key) => this.#placed.get(key)).filter((found) => found !== undefined);
    let r = near.reduce((highest, found) => Math.max(highest, found.rank + 1), 0);
    while ((this.rows[r]?.length ?? 0) >= FULL) r++;
    while (this.rows.length <= r) this.rows.push([]);
    const row = this.rows[r] as string[];
    const last = row.length > 0 ? this.#placed.get(row[row.length - 1] as string) : undefined;
    const centre =
      near.length > 0
        ? near.reduce((sum, found) => sum + found.centre, 0) / near.length
        : last
          ? last.centre + (last.item.across + item.across) / 2 + this.spacing.gap
          : 0;
    let at = row.length;
    while (at > 0 && (this.#placed.get(row[at - 1] as string)?.centre ?? 0) > centre) at--;
    row.splice(at, 0, item.key);
    this.#placed.set(item.key, { item, rank: r, centre });
    this.#fresh.add(item.key);
    return r;
  }

  #fresh = new Set<string>();

  #resettle(r: number): void {
    const row = (this.rows[r] ?? []).map((key) => this.#placed.get(key) as Placed);
    const centres = spread({
      wanted: row.map((p) => p.centre),
      weight: row.map((p) => (this.#fresh.has(p.item.key) ? 1 : STAY)),
      extent: row.map((p) => p.item.across),
      gap: this.spacing.gap,
    });
    row.forEach((p, i) => {
      p.centre = centres[i] as number;
      this.#fresh.delete(p.item.key);
    });
  }

  /** Nodes without any link: rows of their own behind everything else. */
  #shelve(items: Item[]): void {
    if (items.length === 0) return;
    const { gap } = this.spacing;
    const wide = Math.max(4, Math.ceil(Math.sqrt(items.length) * 1.4));
    for (let i = 0; i < items.length; i += wide) {
      const shelf = items.slice(i, i + wide);
      const r = this.rows.length;
      this.rows.push(shelf.map((item) => item.key));
      const total = shelf.reduce((sum, item) => sum + item.across + gap, -gap);
      let end = -total / 2;
      for (const item of shelf) {
        this.#placed.set(item.key, { item, rank: r, centre: end + item.across / 2 });
        end += item.across + gap;
      }
    }
  }

  /** From ranks and centres to the plane. */
  #measure(): void {
    const starts: number[] = [];
    const depths: number[] = [];
    let end = 0;
    this.rows.forEach((row, r) => {
      const depth = row.reduce((most, key) => Math.max(most, this.#placed.get(key)?.item.along ?? 0), 0);
      if (this.#continued.has(r)) end -= this.spacing.ranks - BESIDE;
      starts.push(end);
      depths.push(depth);
      end += depth + this.spacing.ranks;
    });
    this.boxes.clear();
    for (const [key, { item, rank: r, centre }] of this.#placed) {
      const along = starts[r] as number;
      const across = centre - item.across / 2;
      const box = this.across
        ? { x: along, y: across, width: item.along, height: item.across }
        : { x: across, y: along, width: item.across, height: item.along };
      this.boxes.set(key, { key, rank: r, ...box });
    }
    this.bends.clear();
    for (const [key, points] of this.#bends) {
      const passed = points.map(({ rank: r, centre }): [number, number] => {
        const middle = (starts[r] ?? 0) + (depths[r] ?? 0) / 2;
        return this.across ? [middle, centre] : [centre, middle];
      });
      this.bends.set(key, passed);
    }
  }
}

function parted(items: readonly Item[], net: { ins: number[][]; outs: number[][] }) {
  const linked = new Set<number>();
  const alone: number[] = [];
  for (let u = 0; u < items.length; u++) {
    if ((net.ins[u] as number[]).length + (net.outs[u] as number[]).length > 0) linked.add(u);
    else alone.push(u);
  }
  return { linked, alone };
}
