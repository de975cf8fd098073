/** How the panel stands to the kernel: as a dot and a word, and in full where there is nothing else to see. */

import type { Link } from "../state/connection";
import { usePanel } from "./context";

type Said = [string, string];
const SAID: Record<Link, Said> = {
  loading: ["loading", "Waiting for the session. While a cell runs this may take until the cell ends."],
  live: ["live", "Follows the kernel."],
  resync: [
    "catching up",
    "A message was missed. The kernel sends everything again, at the latest when the cell ends.",
  ],
  restarted: ["kernel restarted", "The kernel was restarted. A new session begins here."],
  saved: ["saved", "The session as it was saved. The kernel hasn't answered yet."],
  report: ["report", "A session as it was when this report was written."],
  closed: ["ended", "Recording has ended: lineage_ext was unloaded."],
};
const QUEUED: Said = ["queued", "The kernel is busy: it answers when the cell ends."];
const RUNNING: Said = ["running", "A cell is running."];
const PAUSED: Said = ["paused", "Recording is paused: %lineage resume goes on."];
const EMPTY = "No table yet. Read or make a frame in a cell, and it appears here.";

export function State() {
  const { session, connection } = usePanel();
  session.statusVersion.value;
  const link = connection.link.value;
  const running = [...session.cells.values()].some((cell) => cell.ended === null);
  let said = SAID[link];
  // What is shown has a hole until the answer comes: that says more than that the kernel is busy.
  if (connection.queued.value > 0 && link !== "loading" && link !== "resync") said = QUEUED;
  else if (link === "live" && running) said = RUNNING;
  else if (link === "live" && session.status?.paused) said = PAUSED;
  return (
    <span class="lx-link-state" data-state={said[0]} role="status" title={said[1]}>
      <i />
      {said[0]}
    </span>
  );
}

/** What is to be said above the graph, or instead of it. */
export function Notice() {
  const { session, connection } = usePanel();
  session.graphVersion.value;
  const link = connection.link.value;
  const empty = session.datasets.size === 0;
  if (!empty && link !== "restarted" && link !== "closed") return null;
  const tell = link === "live" || link === "saved" || link === "report" ? EMPTY : SAID[link][1];
  return (
    <p class="lx-notice" data-alone={empty}>
      {tell}
    </p>
  );
}
