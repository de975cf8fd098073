/** Coverage and overhead of the session of the notebook shown in the status bar; a click shows the panel. */

import type { Host, LuminoWidget } from "./plugin";

/** What we use of `IStatusBar`. */
export interface StatusBar {
  registerStatusItem(
    id: string,
    item: { item: LuminoWidget; align: string; rank: number; isActive(): boolean },
  ): unknown;
}

export class StatusItem {
  #texts = new Map<string, { text: string; title: string }>();
  #button: HTMLButtonElement | null = null;
  #shown = "";
  #preferred = "";

  constructor({ bar, widgets }: Host, click: (key: string) => void) {
    if (!bar) return;
    const widget = new widgets.Widget();
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.className = "lineage-ext-status";
    this.#button.hidden = true;
    this.#button.addEventListener("click", () => click(this.#shown));
    widget.node.append(this.#button);
    bar.registerStatusItem("lineage-ext:status", {
      item: widget,
      align: "right",
      rank: 50,
      isActive: () => true,
    });
  }

  set(key: string, text: { text: string; title: string } | null): void {
    this.#texts.delete(key);
    if (text) this.#texts.set(key, text);
    this.#write();
  }

  /** The numbers of this one, while it has any; else the newest. */
  prefer(key: string): void {
    this.#preferred = key;
    this.#write();
  }

  #write(): void {
    const all = [...this.#texts];
    const newest = all.find(([key]) => key === this.#preferred) ?? all.pop();
    if (!this.#button) return;
    this.#button.hidden = !newest;
    if (!newest) return;
    this.#shown = newest[0];
    this.#button.textContent = newest[1].text;
    this.#button.title = newest[1].title;
  }
}
