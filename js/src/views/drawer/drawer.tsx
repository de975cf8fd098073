/** Details of what is selected. */

import { shortName } from "../../graph/kinds";
import { slotName } from "../../model/schema";
import type { Selection } from "../../state/view";
import { Button } from "../button";
import { type Panel, usePanel } from "../context";
import { CellDetails } from "./cell";
import { ColumnDetails } from "./column";
import { DatasetDetails } from "./dataset";
import { OperationDetails } from "./operation";
import { datasetTitle } from "./pieces";

export function Drawer() {
  const panel = usePanel();
  const { selection, drawer } = panel.view;
  const selected = selection.value;
  if (!selected || !drawer.value) return null;
  const title = titleOf(panel, selected);
  const close = () => {
    drawer.value = false;
  };
  return (
    <aside
      class="lx-drawer"
      aria-label="Details"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        event.stopPropagation();
      }}
    >
      <header>
        <small>{selected.kind === "dataset" ? "table" : selected.kind}</small>
        <h2 dir="auto" title={title}>
          {title}
        </h2>
        <Button class="lx-flat" icon="close" label="Close details" onClick={close} />
      </header>
      <div class="lx-details" key={`${selected.kind} ${selected.no}`}>
        {selected.kind === "dataset" && <DatasetDetails no={selected.no} />}
        {selected.kind === "column" && <ColumnDetails no={selected.no} slot={selected.slot} />}
        {selected.kind === "operation" && <OperationDetails no={selected.no} />}
        {selected.kind === "cell" && <CellDetails no={selected.no} />}
      </div>
    </aside>
  );
}

function titleOf(panel: Panel, selected: Selection): string {
  const { session } = panel;
  const { no } = selected;
  if (selected.kind === "cell") return `[${session.cells.get(no)?.count ?? "·"}]`;
  if (selected.kind === "operation") return shortName(session.operations.get(no)?.name ?? "");
  if (selected.kind === "column") return slotName(session.schemaOf(no), selected.slot);
  return datasetTitle(panel, no).join("");
}
