/** The columns of an opened card: a window over them that scrolls, with a search when there are many. */

import type { Node } from "../../graph/builder";
import { type Column, columnsOf } from "../../graph/columns";
import { usePanel } from "../context";
import { useSignal } from "../reactive";
import { type CardSize, ROW } from "./sizes";
import type { Stage } from "./stage";

export function Columns({ node, size, stage }: { node: Node; size: CardSize; stage: Stage }) {
  const { session, scene, view } = usePanel();
  const top = useSignal(stage.scrolled.get(node.key) ?? 0);
  const query = useSignal("");
  const traced = scene.traced.value;
  const lit = stage.arrangement.isOpen(node) ? null : (traced?.rows.get(node.key)?.size ?? null);
  const all = columnsOf(session, node, traced).slice(0, lit ?? undefined);
  const wanted = query.value.toLowerCase();
  const columns = wanted ? all.filter((column) => column.name.toLowerCase().includes(wanted)) : all;
  const first = Math.max(0, Math.floor(top.value / ROW) - 2);
  const some = columns.slice(first, first + size.rows + 5);
  const selection = view.selection.value;
  const isSelected = (column: Column) =>
    selection?.kind === "column" && selection.no === column.dataset && selection.slot === column.slot;
  const scroll = (event: Event & { currentTarget: HTMLElement }) => {
    top.value = event.currentTarget.scrollTop;
    stage.scrolled.set(node.key, top.value);
    stage.surface.request();
  };
  return (
    <>
      {size.searchable && (
        <input
          class="lx-column-search"
          type="search"
          placeholder={`Search ${all.length} columns`}
          aria-label={`Search columns of ${node.title}`}
          value={query.value}
          tabIndex={-1}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => event.stopPropagation()}
        />
      )}
      <div
        class="lx-columns"
        style={{ height: `${size.rows * ROW}px` }}
        onScroll={scroll}
        data-scrolls={columns.length > size.rows}
      >
        <div style={{ height: `${columns.length * ROW}px`, paddingTop: `${first * ROW}px` }}>
          {some.map((column) => (
            <button
              key={`${column.dataset}:${column.slot}`}
              type="button"
              class="lx-column"
              data-dataset={column.dataset}
              data-slot={column.slot}
              data-traced={column.traced}
              data-past={column.past}
              data-selected={isSelected(column)}
              tabIndex={-1}
              title={`${column.name}${column.type ? ` · ${column.type}` : ""}`}
            >
              <span dir="auto">{column.name}</span>
              <small>{column.type}</small>
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
