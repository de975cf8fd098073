/** `[4]`: goes to the cell in the notebook. */

import { usePanel } from "./context";

export function CellLink({ cell }: { cell: number | null | undefined }) {
  const { session, goto } = usePanel();
  const found = cell == null ? undefined : session.cells.get(cell);
  if (!found) return null;
  const label = `[${found.count ?? "·"}]`;
  const gone = session.deleted.has(found.no);
  return (
    <button
      type="button"
      class="lx-link"
      disabled={gone}
      title={gone ? "This cell was deleted" : "Go to the cell"}
      aria-label={`Go to cell ${found.count ?? found.no}`}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        goto(found.no);
      }}
    >
      {label}
    </button>
  );
}
