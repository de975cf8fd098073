/** What is said about a node in few words. */

import type { Node } from "../../graph/builder";
import { newest } from "../../graph/columns";
import { width as columnCount } from "../../model/schema";
import type { Session } from "../../state/kernel";
import { bytes, compact } from "../../text";

export type State = "running" | "failed" | "stale" | "deleted" | "earlier" | "opaque";

/** What is to be said about a node beyond what it is. */
export function stateOf(session: Session, node: Node): State[] {
  const found: State[] = [];
  const last = session.cells.get(node.cells[node.cells.length - 1] ?? -1);
  const no = newest(node);
  if (last?.ended === null) found.push("running");
  if (last?.state === "FAIL") found.push("failed");
  if (no !== undefined && session.staleDatasets.has(no)) found.push("stale");
  if (last && session.deleted.has(last.no)) found.push("deleted");
  if (node.earlier) found.push("earlier");
  if (node.opaqueInside) found.push("opaque");
  return found;
}

/** `327,346 × 32 · 88 MB`. */
export function metaText(session: Session, node: Node): string {
  const no = newest(node);
  const dataset = no === undefined ? undefined : session.datasets.get(no);
  if (!dataset) return "";
  const columns = columnCount(session.schemas.get(dataset.schema));
  if (node.key.startsWith("c:")) return `${node.versions.length} versions`;
  const parts: string[] = [];
  if (dataset.rows !== null)
    parts.push(
      columns > 1 || dataset.kind === "frame"
        ? `${compact(dataset.rows)} × ${compact(columns)}`
        : compact(dataset.rows),
    );
  else if (columns > 0) parts.push(`${compact(columns)} columns`);
  if (dataset.bytes !== null) parts.push(`${dataset.unsized > 0 ? "≥ " : ""}${bytes(dataset.bytes)}`);
  else if (dataset.kind !== "frame" && dataset.kind !== "external") parts.push(dataset.kind);
  return parts.join(" · ");
}
