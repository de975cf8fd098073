/** Both directions of a column's trace, as seen on nodes: which columns take part, and what leads from one to another. */

import type { Node } from "../graph/builder";
import { type Spot, type Step, spotKey, type Trace } from "../graph/trace";
import { slotName } from "../model/schema";
import { type Confidence, compose, type Transformation, weaker } from "../model/words";
import type { Session } from "./kernel";

/** From a column of one node to a column of another (or of the same), with the temporaries between left out. */
export interface ColumnLink {
  from: { node: string; row: string };
  to: { node: string; row: string };
  how: Transformation;
  confidence: Confidence;
}

const MOST_LINKS = 4000;

export class ColumnTrace {
  /** Node key → column name → the spot that stands for it (of the newest version that takes part). */
  readonly rows = new Map<string, Map<string, Spot>>();
  readonly links: ColumnLink[] = [];

  constructor(
    session: Session,
    readonly up: Trace,
    readonly down: Trace,
    nodeOf: ReadonlyMap<number, Node>,
  ) {
    const place = (spot: Spot) => {
      const node = nodeOf.get(spot.dataset);
      return node && { node: node.key, row: slotName(session.schemaOf(spot.dataset), spot.slot) };
    };
    const sources = new Map<string, Step[]>();
    for (const step of [...up.steps, ...down.steps]) {
      const known = sources.get(spotKey(step.to));
      if (known) known.push(step);
      else sources.set(spotKey(step.to), [step]);
    }
    const seen = new Set<string>();
    for (const spot of [...up.spots.values(), ...down.spots.values()]) {
      const at = place(spot);
      if (!at || seen.has(spotKey(spot))) continue;
      seen.add(spotKey(spot));
      const rows = this.rows.get(at.node) ?? new Map<string, Spot>();
      const known = rows.get(at.row);
      if (!known || known.dataset < spot.dataset) rows.set(at.row, spot);
      this.rows.set(at.node, rows);
      this.#link(spot, at, sources, place);
    }
  }

  /** Links into one column, found by walking up through temporaries and unchanged earlier versions. */
  #link(
    spot: Spot,
    at: { node: string; row: string },
    sources: ReadonlyMap<string, Step[]>,
    place: (spot: Spot) => { node: string; row: string } | undefined,
  ): void {
    const seen = new Set<string>();
    const todo: { spot: Spot; how: Transformation; confidence: Confidence }[] = [
      { spot, how: "IDENTITY", confidence: "exact" },
    ];
    for (let next = todo.pop(); next; next = todo.pop()) {
      for (const step of sources.get(spotKey(next.spot)) ?? []) {
        const id = spotKey(step.from);
        if (seen.has(id) || this.links.length >= MOST_LINKS) continue;
        seen.add(id);
        const how = compose(step.how, next.how);
        const confidence = weaker(step.confidence, next.confidence);
        const from = place(step.from);
        if (!from) todo.push({ spot: step.from, how, confidence });
        else if (from.node !== at.node || from.row !== at.row)
          this.links.push({ from, to: at, how, confidence });
      }
    }
  }
}
