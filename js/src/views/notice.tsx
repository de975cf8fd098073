/** What is to be said instead of a graph, or above it. */

import { usePanel } from "./context";

export function Notice() {
  const { session, connection } = usePanel();
  session.graphVersion.value;
  session.statusVersion.value;
  const link = connection.link.value;
  if (link === "restarted")
    return <p class="lx-notice">The kernel was restarted. A new session begins here.</p>;
  if (link === "closed") return <p class="lx-notice">Recording has ended: lineage_ext was unloaded.</p>;
  if (session.datasets.size > 0) return null;
  if (link === "loading") {
    return (
      <p class="lx-notice">Waiting for the session. While a cell runs this may take until the cell ends.</p>
    );
  }
  return (
    <p class="lx-notice">
      No table yet. Read or make a frame in a cell, and it appears here.
      {session.cells.size > 0 && " The cells that ran so far touched none."}
    </p>
  );
}
