/** The fixed vocabulary, as in `lineage_ext/model/words.py`. */

export type DatasetKind =
  | "external"
  | "frame"
  | "series"
  | "row"
  | "array"
  | "index"
  | "scalar"
  | "grouped"
  | "value";

export type RunState = "START" | "RUNNING" | "COMPLETE" | "ABORT" | "FAIL";

/** Of a path the weakest step counts. */
export type Confidence = "exact" | "inferred" | "opaque";

export type Transformation =
  | "IDENTITY"
  | "TRANSFORMATION"
  | "AGGREGATION"
  | "JOIN"
  | "GROUP_BY"
  | "FILTER"
  | "SORT"
  | "WINDOW"
  | "CONDITIONAL";

const DOUBT: Record<Confidence, number> = { exact: 0, inferred: 1, opaque: 2 };
const STRENGTH: Partial<Record<Transformation, number>> = { IDENTITY: 0, TRANSFORMATION: 1, AGGREGATION: 2 };

/** Whether the value itself flows. */
export function isDirect(how: Transformation): boolean {
  return how in STRENGTH;
}

/** The weaker of the two. */
export function weaker(a: Confidence, b: Confidence): Confidence {
  return DOUBT[a] >= DOUBT[b] ? a : b;
}

/** The surer of the two: what counts of several ways. */
export function surer(a: Confidence, b: Confidence): Confidence {
  return DOUBT[a] <= DOUBT[b] ? a : b;
}

/** The influence along two steps, `nearer` the source first: INDIRECT dominates, the one nearer the source winning. */
export function compose(nearer: Transformation, later: Transformation): Transformation {
  const a = STRENGTH[nearer];
  const b = STRENGTH[later];
  if (a === undefined) return nearer;
  if (b === undefined) return later;
  return a >= b ? nearer : later;
}
