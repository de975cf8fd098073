/** Cells of the notebooks that are open. */

export interface Notebook {
  context: { path: string };
  content: {
    widgets: { model: { id: string }; node: HTMLElement }[];
    activeCellIndex: number;
    scrollToItem(index: number, align?: string): Promise<void>;
  };
}

/** What we use of `INotebookTracker`. */
export interface NotebookTracker {
  currentWidget: Notebook | null;
  currentChanged: { connect(slot: () => void): void };
  find(holds: (notebook: Notebook) => boolean): Notebook | undefined;
}

const FLASH = 1200;

/** Scroll to a cell and mark it for a moment; in the notebook shown first, else in another that has it. */
export function gotoCell(tracker: NotebookTracker | null, cellId: string): boolean {
  const position = (notebook: Notebook | null) =>
    notebook?.content.widgets.findIndex((cell) => cell.model.id === cellId) ?? -1;
  const current = tracker?.currentWidget ?? null;
  const notebook = position(current) >= 0 ? current : (tracker?.find((n) => position(n) >= 0) ?? null);
  const at = position(notebook);
  if (!notebook || at < 0) return false;
  notebook.content.activeCellIndex = at;
  void notebook.content.scrollToItem(at, "center").then(() => {
    const node = notebook.content.widgets[at]?.node;
    node?.classList.add("lineage-ext-flash");
    setTimeout(() => node?.classList.remove("lineage-ext-flash"), FLASH);
  });
  return true;
}

/** Ids of the cells of the notebook shown, in order. */
export function cellIds(tracker: NotebookTracker | null): string[] | null {
  return tracker?.currentWidget?.content.widgets.map((cell) => cell.model.id) ?? null;
}
