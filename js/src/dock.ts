/** The side panel of JupyterLab and Notebook 7, as our labextension offers it: `docs/panel-protocol.md`. */

export interface Dock {
  version: 1;
  open(panel: DockedPanel): { close(): void; reveal(): void };
  status(key: string, item: { text: string; title: string } | null): void;
  /** False: there is no such cell in the notebook shown. */
  goto(cellId: string): boolean;
  /** Ids of the cells of the notebook shown, in order. */
  cells(): string[] | null;
}

export interface DockedPanel {
  /** Path of the notebook, where the kernel knows it. One panel for each: a later one with the same key replaces it. */
  key: string;
  title: string;
  /** Draws into the element, gives back what takes it away. */
  mount(element: HTMLElement): () => void;
  /** The user closed it. */
  closed(): void;
}

declare global {
  var lineageDock: Dock | undefined;
}

export const DOCK_READY = "lineage-dock";
