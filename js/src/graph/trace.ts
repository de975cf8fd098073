/**
 * Where a column came from and what it went into, over all operations, from the streamed maps: the kernel isn't asked.
 *
 * Each spot reached carries the ways that lead there: the transformation composed over the way, and how sure it is.
 */

import { downstream, type Influence, upstream } from "../model/column_map";
import { ORDER, ROWS } from "../model/slots";
import { type Confidence, compose, isDirect, surer, type Transformation, weaker } from "../model/words";
import type { Operation } from "../protocol";
import type { Session } from "../state/kernel";

/** A slot of a dataset version. */
export interface Spot {
  dataset: number;
  slot: number;
}

/** One step of a trace: `from` influenced `to` through `operation`. */
export interface Step {
  from: Spot;
  to: Spot;
  operation: number;
  how: Transformation;
  confidence: Confidence;
  reason: string;
  masking: boolean;
}

/** All ways to a spot with one transformation: the surest of them, masked only if all are. */
export interface Way {
  how: Transformation;
  confidence: Confidence;
  masking: boolean;
}

export interface Trace {
  start: Spot[];
  /** `dataset:slot` → the ways between it and the start. */
  reached: Map<string, Map<Transformation, Way>>;
  spots: Map<string, Spot>;
  steps: Step[];
  /** Too much to follow: the trace isn't complete. */
  cut: boolean;
}

export const MOST_STEPS = 20_000;

export const spotKey = ({ dataset, slot }: Spot): string => `${dataset}:${slot}`;

/** Follow slots towards their sources (`up`) or what they became. */
export function trace(session: Session, start: readonly Spot[], up: boolean): Trace {
  const found: Trace = { start: [...start], reached: new Map(), spots: new Map(), steps: [], cut: false };
  const todo: Spot[] = [];
  for (const spot of start) {
    found.reached.set(
      spotKey(spot),
      new Map([["IDENTITY", { how: "IDENTITY", confidence: "exact", masking: false }]]),
    );
    found.spots.set(spotKey(spot), spot);
    todo.push(spot);
  }
  const told = new Set<string>();
  for (let i = 0; i < todo.length; i++) {
    const spot = todo[i] as Spot;
    const ways = [...(found.reached.get(spotKey(spot)) as Map<Transformation, Way>).values()];
    for (const step of up ? above(session, spot) : below(session, spot)) {
      if (found.steps.length >= MOST_STEPS) {
        found.cut = true;
        return found;
      }
      const id = `${step.operation}:${spotKey(step.from)}:${spotKey(step.to)}:${step.how}`;
      if (!told.has(id)) {
        told.add(id);
        found.steps.push(step);
      }
      const next = up ? step.from : step.to;
      if (arrive(found, next, step, ways, up)) todo.push(next);
    }
  }
  return found;
}

/** Note the ways that lead on to a spot; whether that was news. */
function arrive(found: Trace, spot: Spot, step: Step, ways: readonly Way[], up: boolean): boolean {
  const id = spotKey(spot);
  const known = found.reached.get(id) ?? new Map<Transformation, Way>();
  found.reached.set(id, known);
  if (!found.spots.has(id)) found.spots.set(id, spot);
  let news = false;
  for (const way of ways) {
    const how = up ? compose(step.how, way.how) : compose(way.how, step.how);
    const sure = weaker(way.confidence, step.confidence);
    const hidden = way.masking || step.masking;
    const before = known.get(how);
    const confidence = before ? surer(before.confidence, sure) : sure;
    const masking = before ? before.masking && hidden : hidden;
    if (before?.confidence === confidence && before.masking === masking) continue;
    known.set(how, { how, confidence, masking });
    news = true;
  }
  return news;
}

/** The steps that end at a spot. */
export function above(session: Session, spot: Spot): Step[] {
  const operation = session.producer(spot.dataset);
  const map = operation?.map != null ? session.maps.get(operation.map) : undefined;
  if (!operation || !map) return [];
  const found: Step[] = [];
  const output = operation.outputs.indexOf(spot.dataset);
  for (const influence of upstream(map, output, spot.slot)) {
    const dataset = operation.inputs[influence.end];
    if (dataset !== undefined)
      found.push(step(operation, { dataset, slot: influence.slot }, spot, influence));
  }
  return found;
}

/** The steps that begin at a spot. */
export function below(session: Session, spot: Spot): Step[] {
  const found: Step[] = [];
  for (const no of session.consumers.get(spot.dataset) ?? []) {
    const operation = session.operations.get(no);
    const map = operation?.map != null ? session.maps.get(operation.map) : undefined;
    if (!operation || !map) continue;
    operation.inputs.forEach((input, place) => {
      if (input !== spot.dataset) return;
      for (const influence of downstream(map, place, spot.slot)) {
        const dataset = operation.outputs[influence.end];
        if (dataset !== undefined)
          found.push(step(operation, spot, { dataset, slot: influence.slot }, influence));
      }
    });
  }
  return found;
}

function step(operation: Operation, from: Spot, to: Spot, influence: Influence): Step {
  const { how, confidence, reason, masking } = influence;
  return { from, to, operation: operation.no, how, confidence, reason, masking };
}

/** A column, in this version of its object and in those before that only passed it on: what they fed, it fed. */
export function unchanged(session: Session, spot: Spot): Spot[] {
  const found = [spot];
  for (const at of found) {
    const before = session.datasets.get(at.dataset)?.of;
    for (const { how, confidence, from } of above(session, at)) {
      if (how === "IDENTITY" && confidence === "exact" && from.dataset === before) found.push(from);
    }
  }
  return found;
}

/** What decided which rows a dataset has and in which order: the steps into its rows and order that aren't mere passing on. */
export function rowInfluences(session: Session, dataset: number): Step[] {
  const found: Step[] = [];
  const seen = new Set<string>();
  const todo: Spot[] = [ROWS, ORDER].map((slot) => ({ dataset, slot }));
  for (let i = 0; i < todo.length && found.length < 500; i++) {
    for (const step of above(session, todo[i] as Spot)) {
      const chain = step.from.slot <= ROWS;
      if (chain && !seen.has(spotKey(step.from))) {
        seen.add(spotKey(step.from));
        todo.push(step.from);
      }
      if (!(chain && isDirect(step.how))) found.push(step);
    }
  }
  return found;
}
