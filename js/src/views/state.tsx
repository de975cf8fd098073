/** How the panel stands to the kernel, as a dot and in words. */

import type { Link } from "../state/connection";
import { usePanel } from "./context";

const SAID: Record<Link, [string, string]> = {
  loading: ["loading", "Waiting for the session. While a cell runs it may take until the cell ends."],
  live: ["live", "Follows the kernel."],
  resync: ["catching up", "A message was missed; everything is being fetched again."],
  restarted: ["kernel restarted", "The kernel was restarted: a new session begins here."],
  saved: ["saved", "The session as it was saved. The kernel hasn't answered yet."],
  report: ["report", "A session as it was when this report was written."],
  closed: ["ended", "The extension was unloaded; this is the session as it ended."],
};

export function State() {
  const { session, connection } = usePanel();
  session.statusVersion.value;
  const link = connection.link.value;
  const running = [...session.cells.values()].some((cell) => cell.ended === null) && link === "live";
  const queued = connection.queued.value > 0;
  const [word, meaning] = queued
    ? ["queued", "The kernel is busy: it answers when the cell ends."]
    : running
      ? ["running", "A cell is running."]
      : session.status?.paused && link === "live"
        ? ["paused", "Recording is paused: %lineage resume goes on."]
        : SAID[link];
  return (
    <span class="lx-link-state" data-state={word} role="status" title={meaning}>
      <i />
      {word}
    </span>
  );
}
