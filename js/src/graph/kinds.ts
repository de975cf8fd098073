/** What kind of thing an operation or a node is: the colours and the legend follow these. */

import { isDirect, type Transformation } from "../model/words";
import type { Dataset, Operation } from "../protocol";
import type { Session } from "../state/kernel";

export const OPERATION_KINDS = [
  "read",
  "write",
  "join",
  "group",
  "filter",
  "window",
  "sort",
  "compute",
  "select",
  "opaque",
  "failed",
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const NODE_KINDS = ["source", "output", "frame", "series", "grouped", "other", "operation"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

const BY_TRANSFORMATION: Record<Transformation, OperationKind> = {
  JOIN: "join",
  GROUP_BY: "group",
  AGGREGATION: "group",
  FILTER: "filter",
  WINDOW: "window",
  SORT: "sort",
  CONDITIONAL: "compute",
  TRANSFORMATION: "compute",
  IDENTITY: "select",
};
const WEIGHT = new Map(OPERATION_KINDS.map((kind, i) => [kind, OPERATION_KINDS.length - i]));
const GROUPING = new Set<OperationKind>(["join", "group", "filter", "window", "sort"]);

/** The one of an operation's transformations that says most about it. */
export function operationKind(session: Session, operation: Operation): OperationKind {
  if (operation.state === "FAIL" || operation.state === "ABORT") return "failed";
  if (operation.confidence === "opaque") return "opaque";
  const external = (no: number) => session.datasets.get(no)?.kind === "external";
  if (operation.outputs.some(external)) return "write";
  if (operation.inputs.length > 0 && operation.inputs.every(external)) return "read";
  let best: OperationKind = "select";
  const blocks = (operation.map !== null && session.maps.get(operation.map)?.blocks) || [];
  for (const block of blocks) {
    const kind = BY_TRANSFORMATION[block[4]];
    if (heavier(kind, best)) best = kind;
  }
  return best;
}

/** Which of two operations of a chain names it: joins before groups before filters, and so on. */
export function heavier(a: OperationKind, b: OperationKind): boolean {
  return (WEIGHT.get(a) ?? 0) > (WEIGHT.get(b) ?? 0);
}

/** Whether it decides about rows, more than about values. */
export const aboutRows = (kind: OperationKind): boolean => GROUPING.has(kind);

/** Dashed in the graph: the source's values aren't in the target. */
export const isIndirect = (how: Transformation): boolean => !isDirect(how);

/** The kind a dataset is shown as. External ones that an operation made were written. */
export function nodeKind(dataset: Dataset): NodeKind {
  switch (dataset.kind) {
    case "external":
      return dataset.op === null ? "source" : "output";
    case "frame":
    case "grouped":
    case "series":
      return dataset.kind;
    default:
      return "other";
  }
}

/** `merge` of `pandas.DataFrame.merge`; subscripts as they are written, constructors as their class. */
export function shortName(name: string): string {
  const path = name.replace(/\.__init__$/, "");
  const last = path.slice(path.lastIndexOf(".") + 1);
  return SPELLED[last] ?? last;
}

const SPELLED: Record<string, string> = {
  __getitem__: "[ ]",
  __setitem__: "[ ] =",
  __delitem__: "del [ ]",
  __array__: "array",
  __invert__: "~",
  __neg__: "−",
  __and__: "&",
  __or__: "|",
  __add__: "+",
  __radd__: "+",
  __sub__: "−",
  __rsub__: "−",
  __mul__: "×",
  __rmul__: "×",
  __truediv__: "÷",
  __rtruediv__: "÷",
  __gt__: ">",
  __ge__: "≥",
  __lt__: "<",
  __le__: "≤",
  __eq__: "=",
  __ne__: "≠",
};
