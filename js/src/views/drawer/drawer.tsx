/** Details of what is selected. */

import { shortName } from "../../graph/kinds";
import { slotName } from "../../model/schema";
import { usePanel } from "../context";
import { Icon } from "../icons";
import { CellDetails } from "./cell";
import { ColumnDetails } from "./column";
import { DatasetDetails } from "./dataset";
import { OperationDetails } from "./operation";
import { datasetTitle } from "./pieces";

export function Drawer() {
  const { view } = usePanel();
  const selection = view.selection.value;
  if (!selection || !view.drawer.value) return null;
  const [kind, title] = useTitle();
  return (
    <aside
      class="lx-drawer"
      aria-label="Details"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        view.drawer.value = false;
        event.stopPropagation();
      }}
    >
      <header>
        <small>{kind}</small>
        <h2 dir="auto" title={title}>
          {title}
        </h2>
        <button
          type="button"
          class="lx-flat"
          aria-label="Close details"
          onClick={() => {
            view.drawer.value = false;
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="lx-details" key={`${selection.kind} ${selection.no}`}>
        {selection.kind === "dataset" && <DatasetDetails no={selection.no} />}
        {selection.kind === "column" && <ColumnDetails no={selection.no} slot={selection.slot} />}
        {selection.kind === "operation" && <OperationDetails no={selection.no} />}
        {selection.kind === "cell" && <CellDetails no={selection.no} />}
      </div>
    </aside>
  );
}

function useTitle(): [string, string] {
  const { session, scene, view } = usePanel();
  const selection = view.selection.value;
  if (!selection) return ["", ""];
  const { nodeOf } = scene.graph.value;
  switch (selection.kind) {
    case "cell":
      return ["Cell", `[${session.cells.get(selection.no)?.count ?? "·"}]`];
    case "operation":
      return ["Operation", shortName(session.operations.get(selection.no)?.name ?? "")];
    case "column":
      return ["Column", slotName(session.schemaOf(selection.no), selection.slot)];
    case "dataset": {
      const node = nodeOf.get(selection.no);
      const version =
        node && node.versions.length > 1 ? ` · v${node.versions.indexOf(selection.no) + 1}` : "";
      return [node?.kind ?? "Dataset", datasetTitle(session, nodeOf, selection.no) + version];
    }
  }
}
