/** Keeps a panel in the side panel as long as its model wants that, and its numbers in the status bar. */

import { DOCK_READY } from "./dock";
import type { Connection } from "./state/connection";
import type { Session } from "./state/kernel";
import { effect } from "./state/signals";
import { percent, plural } from "./text";
import type { Model } from "./widget";

type Docked = { close(): void; reveal(): void };
const open = new WeakMap<Session, Docked>();

export const isDocked = (session: Session): boolean => open.has(session);

/** Show the docked panel of a session. */
export function reveal(session: Session): void {
  open.get(session)?.reveal();
}

export function keepDocked(
  model: Model,
  session: Session,
  connection: Connection,
  draw: (element: HTMLElement) => () => void,
): () => void {
  const key = () => session.info?.notebook || model.get("title") || "notebook";
  let shown = "";
  const show = () => {
    const dock = globalThis.lineageDock;
    const wanted = model.get("docked");
    const docked = open.get(session);
    if (!dock || wanted === !!docked) return;
    if (!wanted) {
      open.delete(session);
      docked?.close();
      return;
    }
    shown = key();
    const title = model.get("title") || "Lineage";
    const closed = () => {
      open.delete(session);
      model.set("docked", false);
      model.save_changes();
    };
    open.set(session, dock.open({ key: shown, title, mount: draw, closed }));
  };
  const status = effect(() => {
    session.statusVersion.value;
    const text = statusText(session, connection.link.value === "restarted");
    if (shown) globalThis.lineageDock?.status(shown, text);
  });
  show();
  model.on("change:docked", show);
  document.addEventListener(DOCK_READY, show);
  return () => {
    status();
    model.off("change:docked", show);
    document.removeEventListener(DOCK_READY, show);
    if (shown) globalThis.lineageDock?.status(shown, null);
    open.get(session)?.close();
    open.delete(session);
  };
}

function statusText(session: Session, restarted: boolean): { text: string; title: string } {
  const { status } = session;
  if (restarted || !status) return { text: "Lineage", title: "Lineage: nothing recorded yet" };
  const share = status.own_share === null ? "" : ` · overhead ${percent(status.own_share)}`;
  return {
    text: `Lineage ${percent(status.coverage)}${share}`,
    title: `${plural(status.operations, "operation")}, ${percent(status.coverage)} explained${share}`,
  };
}
