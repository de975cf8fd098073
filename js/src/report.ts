/** An HTML report: this same bundle, with a frozen session in the page. No kernel, no network. */

import type { Channel } from "./state/channel";
import { Connection } from "./state/connection";
import { Session } from "./state/kernel";
import { mount } from "./views/mount";

/** `<html data-lineage-report>` with the session's JSON in `<script id="lineage-session" type="application/json">`. */
export function mountReport(): void {
  if (typeof document === "undefined" || !("lineageReport" in document.documentElement.dataset)) return;
  const text = document.getElementById("lineage-session")?.textContent ?? "";
  const host = document.getElementById("lineage");
  if (!host) return;
  const session = new Session();
  const connection = new Connection(session, frozen(text));
  mount(host, session, connection);
}

function frozen(text: string): Channel {
  return {
    frozen: true,
    saved: () => text,
    save: () => {},
    send: () => {
      throw new Error("a report has no kernel to ask");
    },
    listen: () => () => {},
    goto: () => false,
  };
}
