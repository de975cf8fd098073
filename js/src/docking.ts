/** Keeps a panel in the side panel as long as its model wants that, and its numbers in the status bar. */

import { DOCK_READY } from "./dock";
import type { Session } from "./state/kernel";
import { effect } from "./state/signals";
import { percent, plural } from "./text";
import type { Model } from "./widget";

const docked = new WeakMap<Session, { close(): void; reveal(): void }>();

export const isDocked = (session: Session): boolean => docked.has(session);

/** Show the docked panel of a session. */
export const reveal = (session: Session): void => docked.get(session)?.reveal();

export function keepDocked(
  model: Model,
  session: Session,
  mount: (el: HTMLElement) => () => void,
): () => void {
  const title = model.get("title") || "notebook";
  const key = model.get("notebook") || title;
  const follow = () => {
    const dock = globalThis.lineageDock;
    const wanted = model.get("docked");
    if (!dock || wanted === docked.has(session)) return;
    if (!wanted) {
      undock(session);
      return;
    }
    const closed = () => {
      docked.delete(session);
      model.set("docked", false);
      model.save_changes();
    };
    docked.set(session, dock.open({ key, title, mount, closed }));
  };
  const stop = effect(() => {
    session.statusVersion.value;
    if (docked.has(session)) globalThis.lineageDock?.status(key, statusText(session));
  });
  const front = () => reveal(session);
  follow();
  model.on("change:docked", follow);
  model.on("change:shown", front);
  document.addEventListener(DOCK_READY, follow);
  return () => {
    stop();
    model.off("change:docked", follow);
    model.off("change:shown", front);
    document.removeEventListener(DOCK_READY, follow);
    globalThis.lineageDock?.status(key, null);
    undock(session);
  };
}

function undock(session: Session): void {
  const there = docked.get(session);
  docked.delete(session);
  there?.close();
}

function statusText({ status }: Session): { text: string; title: string } {
  if (!status) return { text: "Lineage", title: "Nothing recorded yet" };
  const share = status.own_share === null ? "" : ` · overhead ${percent(status.own_share)}`;
  const text = `Lineage ${percent(status.coverage)}${share}`;
  return { text, title: `${text} of ${plural(status.operations, "operation")}` };
}
