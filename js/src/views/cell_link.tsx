/** `[4]`: goes to the cell in the notebook. */

import { Button } from "./button";
import { usePanel } from "./context";

export function CellLink({ cell }: { cell: number | null | undefined }) {
  const { session, goto } = usePanel();
  session.recordsVersion.value;
  const found = session.cells.get(cell ?? -1);
  if (!found) return null;
  const gone = session.deleted.has(found.no);
  return (
    <Button
      class="lx-link"
      disabled={gone}
      title={gone ? "This cell was deleted" : "Go to the cell"}
      label={`Go to cell ${found.count ?? found.no}`}
      inside
      onClick={(event) => {
        event.stopPropagation();
        goto(found.no);
      }}
    >
      [{found.count ?? "·"}]
    </Button>
  );
}
