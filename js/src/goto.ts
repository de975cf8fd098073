/** Show a cell of the notebook, wherever the panel lives. */

/** Whether that was possible. */
export function goto(cellId: string): boolean {
  if (!cellId) return false;
  if (globalThis.lineageDock?.goto(cellId)) return true;
  const element = document.querySelector(
    `[data-cell-id="${CSS.escape(cellId)}"], #cell-${CSS.escape(cellId)}`,
  );
  if (element) {
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    return true;
  }
  // JupyterLab and Notebook 7 without our extension follow a fragment to a cell.
  if (/\/(lab|notebooks|tree)\b/.test(location.pathname)) {
    location.hash = `#cell-id=${cellId}`;
    return true;
  }
  return false;
}
