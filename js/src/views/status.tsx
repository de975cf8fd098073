/** The session in numbers: what was recorded, how much of it is explained, what the recording costs. */

import { count, duration, percent, plural } from "../text";
import { usePanel } from "./context";

export function StatusLine() {
  const { session, scene } = usePanel();
  session.statusVersion.value;
  const { shown } = scene;
  const { graph, keys } = shown.value;
  const status = session.status;
  const tables = [...graph.nodes.values()].filter((node) => node.kind !== "operation");
  const hidden = tables.filter((table) => !keys.has(table.key)).length;
  return (
    <footer class="lx-status">
      <span>
        {plural(tables.length, "table")}
        {hidden > 0 && `, ${count(hidden)} hidden`}
      </span>
      {status && (
        <>
          <span>{plural(status.operations, "operation")}</span>
          <span
            title={`${plural(status.opaque, "operation")} opaque, ${plural(status.inferred, "operation")} inferred`}
          >
            {percent(status.coverage)} explained
          </span>
          {status.own_share !== null && (
            <span title={`${duration(status.own_ms)} in cells, ${duration(status.beside_ms)} beside them`}>
              overhead {percent(status.own_share)}
            </span>
          )}
          {status.dropped > 0 && (
            <span class="lx-warn" title="The oldest were let go: memory for them is bounded">
              {plural(status.dropped, "record")} dropped
            </span>
          )}
          {status.degraded.map((part) => (
            <span key={part} class="lx-warn" title="%lineage tells more">
              {part} failed
            </span>
          ))}
          {status.notes.length > 0 && (
            <span class="lx-warn" title={status.notes.join("\n")}>
              {plural(status.notes.length, "note")}
            </span>
          )}
        </>
      )}
    </footer>
  );
}
