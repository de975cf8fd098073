/** Offers `lineageDock` to the panel's bundle: a place at the right side, a status-bar item, a way to a cell. */

import { DOCK_READY, type Dock, type DockedPanel } from "../dock";
import { cellIds, gotoCell, type NotebookTracker } from "./cells";
import { type StatusBar, StatusItem } from "./status";
import { STYLE } from "./style";

/** What we use of @lumino/widgets. */
export interface LuminoWidget {
  id: string;
  node: HTMLElement;
  title: { label: string; caption: string; closable: boolean; iconClass: string };
  isDisposed: boolean;
  isVisible: boolean;
  addClass(name: string): void;
  close(): void;
  dispose(): void;
  disposed: { connect(slot: () => void): void };
}

export interface Host {
  app: {
    shell: {
      add(widget: LuminoWidget, area: string, options: object): void;
      activateById(id: string): void;
      expandRight?(id?: string): void;
    };
    commands: { addCommand(id: string, options: object): unknown };
  };
  widgets: { Widget: new () => LuminoWidget };
  tracker: NotebookTracker | null;
  bar: StatusBar | null;
}

interface Open {
  widget: LuminoWidget;
  panel: DockedPanel;
  unmount(): void;
}

export function activate(host: Host): void {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
  const docks = new Map<string, Open>();
  const item = new StatusItem(host, (key) => reveal(host, docks.get(key)?.widget));
  const follow = () => {
    const key = keyOf(host.tracker?.currentWidget?.context.path, docks.keys());
    if (key === undefined) return;
    item.prefer(key);
    const shown = [...docks.values()].some(({ widget }) => widget.isVisible);
    if (shown) reveal(host, docks.get(key)?.widget);
  };
  host.tracker?.currentChanged.connect(follow);
  const dock: Dock = {
    version: 1,
    open: (panel) => {
      const opened = open(host, docks, panel);
      follow(); // after a reload each notebook's is opened: the one of the notebook shown comes to the front
      return opened;
    },
    status: (key, text) => item.set(key, text),
    goto: (cellId) => gotoCell(host.tracker, cellId),
    cells: () => cellIds(host.tracker),
  };
  host.app.commands.addCommand("lineage-ext:reveal", {
    label: "Lineage: show the side panel",
    isEnabled: () => docks.size > 0,
    execute: () => {
      const key = keyOf(host.tracker?.currentWidget?.context.path, docks.keys());
      reveal(host, key === undefined ? [...docks.values()].pop()?.widget : docks.get(key)?.widget);
    },
  });
  globalThis.lineageDock = dock;
  document.dispatchEvent(new Event(DOCK_READY));
}

/** The key of the notebook at that path of the server: the shortest that ends with it, as folders may repeat. */
function keyOf(path: string | undefined, keys: Iterable<string>): string | undefined {
  if (path === undefined) return undefined;
  const fitting = [...keys].filter((key) => `/${key}`.endsWith(`/${path}`));
  return fitting.sort((a, b) => a.length - b.length)[0];
}

function open(host: Host, docks: Map<string, Open>, panel: DockedPanel): { close(): void; reveal(): void } {
  let shown = docks.get(panel.key);
  if (shown && !shown.widget.isDisposed) {
    shown.unmount(); // the same notebook after a kernel restart: another panel in the same place
    shown.panel = panel;
    shown.unmount = panel.mount(shown.widget.node);
  } else {
    shown = create(host, docks, panel);
    docks.set(panel.key, shown);
    host.app.shell.add(shown.widget, "right", { rank: 900 });
    reveal(host, shown.widget);
  }
  shown.widget.title.caption = `Lineage of ${panel.title}`;
  const { widget } = shown;
  return {
    close: () => {
      if (docks.get(panel.key)?.panel !== panel) return; // replaced meanwhile
      docks.delete(panel.key);
      widget.dispose();
    },
    reveal: () => reveal(host, widget),
  };
}

function create({ widgets }: Host, docks: Map<string, Open>, panel: DockedPanel): Open {
  const widget = new widgets.Widget();
  widget.id = `lineage-ext-${panel.key}`;
  widget.title.iconClass = "lineage-ext-icon";
  widget.title.closable = true;
  widget.addClass("lineage-ext-dock");
  const made: Open = { widget, panel, unmount: panel.mount(widget.node) };
  widget.disposed.connect(() => {
    made.unmount();
    if (docks.get(made.panel.key) !== made) return; // closed by the panel itself
    docks.delete(made.panel.key);
    made.panel.closed();
  });
  return made;
}

function reveal({ app }: Host, widget: LuminoWidget | undefined): void {
  if (!widget) return;
  app.shell.expandRight?.(widget.id); // Notebook 7; JupyterLab expands by activating
  app.shell.activateById(widget.id);
}
