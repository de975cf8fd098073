/** What only the viewer owns: selection, what is opened, filters. Nothing of it ever crosses to the kernel. */

import type { NodeKind } from "../graph/kinds";
import { type Signal, signal } from "./signals";

export type Selection =
  | { kind: "dataset"; no: number }
  | { kind: "column"; no: number; slot: number }
  | { kind: "operation"; no: number }
  | { kind: "cell"; no: number };

/** Show only what lies within some hops of these nodes. */
export interface Focus {
  keys: string[];
  up: number;
  down: number;
}

export type Columns = "auto" | "all" | "none";
export type Heat = "none" | "time" | "memory" | "rows";
export type Orientation = "auto" | "right" | "down" | "rail";

export class View {
  /** The one selection that all three views show. */
  readonly selection = signal<Selection | null>(null);
  /** The edge through which an operation was selected. */
  readonly edge = signal<string | null>(null);
  /** Node key under the pointer. */
  readonly hover = signal<string | null>(null);
  readonly focus = signal<Focus | null>(null);
  /** Nodes shown besides those in focus. */
  readonly revealed = signal<ReadonlySet<string>>(new Set());
  readonly columns = signal<Columns>("auto");
  /** Nodes whose columns were opened (true) or closed by hand. */
  readonly opened = signal<ReadonlyMap<string, boolean>>(new Map());
  readonly orientation = signal<Orientation>("auto");
  readonly heat = signal<Heat>("none");
  readonly byCell = signal(false);
  readonly openCells = signal<ReadonlySet<string>>(new Set());
  readonly results = signal(false);
  /** Temporaries to show as nodes. */
  readonly unfolded = signal<ReadonlySet<number>>(new Set());
  /** Nodes whose versions stand apart. */
  readonly split = signal<ReadonlySet<string>>(new Set());
  readonly hiddenKinds = signal<ReadonlySet<NodeKind>>(new Set());
  /** Only what happened between these times (ms since the epoch). */
  readonly range = signal<[number, number] | null>(null);
  /** The stretch of time in sight on the timeline, idle stretches shortened; null: all of it. */
  readonly window = signal<[number, number] | null>(null);
  readonly query = signal("");
  /** New tables come into sight by themselves. */
  readonly follow = signal(true);
  /** The picture stands still while the session goes on. */
  readonly paused = signal(false);
  readonly drawer = signal(false);

  /** Close everything that was opened. */
  fold(): void {
    this.unfolded.value = new Set();
    this.split.value = new Set();
    this.openCells.value = new Set();
    this.opened.value = new Map();
  }

  /** Show everything again. */
  unfocus(): void {
    this.focus.value = null;
    this.revealed.value = new Set();
  }

  select(selection: Selection | null, open = true): void {
    this.selection.value = selection;
    if (selection === null) this.drawer.value = false;
    else if (open) this.drawer.value = true;
  }
}

/** The set with `item` put in or taken out. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const copy = new Set(set);
  if (!copy.delete(item)) copy.add(item);
  return copy;
}

/** Put items into a set that a signal holds. */
export function put<T>(set: Signal<ReadonlySet<T>>, ...items: T[]): void {
  set.value = new Set([...set.peek(), ...items]);
}
