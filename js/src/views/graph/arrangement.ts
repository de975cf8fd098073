/** Which way the graph flows, how large its cards are, where they stand. */

import type { Node } from "../../graph/builder";
import { columnsOf, newest } from "../../graph/columns";
import { Layout } from "../../layout/layout";
import { Rail } from "../../layout/rail";
import { width as columnCount } from "../../model/schema";
import type { Scene } from "../../state/scene";
import { signal } from "../../state/signals";
import { type CardSize, cardSize, PILL } from "./sizes";

/** Graphs up to this size show their columns from the start. */
const FEW = 12;
/** From this width of the panel the flow goes to the right by itself; below there are rails. */
const WIDE = 760;
/** Cards of rails are as wide as there is room, up to this. */
const WIDEST = 380;
/** Beside rails, so that the minimap covers no card. */
const MAP = 36;
/** More new nodes than this are laid out afresh. */
const MANY_NEW = 60;
/** Columns of a schema that are told (`described.py`). */
const LISTED = 500;

export type Flow = "right" | "down" | "rail";

export class Arrangement {
  layout: Layout | Rail = new Layout(true);
  readonly flow = signal<Flow>("right");
  readonly sizes = new Map<string, CardSize>();
  /** Room for it; changes of the width matter only where the layout depends on it. */
  readonly wide = signal(true);
  readonly room = signal(0);
  /** How long the last layout took, ms. */
  cost = 0;
  #scope = "";

  constructor(readonly scene: Scene) {}

  /** Details that open beside it make the graph narrower, not the panel: its flow stays. */
  resize(width: number, panel: number): void {
    this.room.value = panel < WIDE || this.flow.peek() === "rail" ? width - MAP : 0;
    this.wide.value = panel >= WIDE;
  }

  /** Begin anew at the next time. */
  forget(): void {
    this.#scope = "";
  }

  /** Follow the scene: place what is new, or everything. Reads signals: call it in an effect. */
  arrange(): { moved: boolean; full: boolean; fresh: number } {
    const { scene, flow } = this;
    const { orientation, focus, byCell } = scene.view;
    const shown = scene.shown.value;
    const wanted = orientation.value;
    const chosen = wanted !== "auto" ? wanted : this.wide.value ? "right" : "rail";
    this.room.value;
    const across = chosen === "right";
    const began = performance.now();
    this.sizes.clear();
    const items = shown.nodes.map((node) => {
      const { width, height } = this.#size(node, chosen);
      return { key: node.key, along: across ? width : height, across: across ? height : width };
    });
    const links = shown.edges.map((edge) => [edge.source.key, edge.target.key] as const);
    const scope = JSON.stringify([chosen, focus.value, byCell.value]);
    const { boxes } = this.layout;
    const fresh = items.filter((item) => !boxes.has(item.key)).length;
    const moved = scope !== this.#scope;
    const full = moved || boxes.size === 0 || fresh > MANY_NEW;
    if (full) {
      const spacing = { ranks: across ? 112 : 56, gap: 16 };
      this.layout = chosen === "rail" ? new Rail(this.room.peek()) : new Layout(across, spacing);
      this.layout.full(items, links);
    } else {
      if (this.layout instanceof Rail) this.layout.width = this.room.peek();
      this.layout.update(items, links);
    }
    this.#scope = scope;
    flow.value = chosen;
    this.cost = performance.now() - began;
    return { moved, full, fresh };
  }

  isOpen(node: Node): boolean {
    const { view, shown } = this.scene;
    if (node.kind === "operation" || node.key.startsWith("c:")) return false;
    const mode = view.columns.value;
    const all = mode === "all" || (mode === "auto" && shown.value.graph.nodes.size <= FEW);
    return view.opened.value.get(node.key) ?? all;
  }

  #size(node: Node, flow: Flow): { width: number; height: number } {
    if (node.kind === "operation") return PILL;
    const { session, traced } = this.scene;
    const open = this.isOpen(node);
    const lit = traced.value?.rows.get(node.key);
    const no = newest(node);
    let columns = lit?.size ?? 0;
    if (open && lit) columns = columnsOf(session, node, traced.value).length;
    else if (open && no !== undefined) columns = Math.min(LISTED, columnCount(session.schemaOf(no)));
    const size = cardSize(columns, open || !!lit);
    if (flow === "rail") size.width = WIDEST;
    this.sizes.set(node.key, size);
    return size;
  }
}
