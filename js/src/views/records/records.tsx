/** Cells and operations as a grid that only draws the rows in sight. */

import { type Selection, toggled } from "../../state/view";
import { Button } from "../button";
import { usePanel } from "../context";
import { handled } from "../handled";
import { useEffect, useElement, useMount, useSignal } from "../reactive";
import { RowView } from "./row";
import { type Entry, entriesOf, rowOf, type Sort } from "./rows";

const HEIGHT = 25;
const HEADS: [Exclude<Sort, "order">, string, string][] = [
  ["duration", "Time", ""],
  ["cpu", "CPU", ""],
  ["memory", "Memory", "More or less than when the cell began. "],
  ["rows", "Rows", "Of operations: in → out; of cells: the largest table they made. "],
];

export function RecordsView() {
  const { session, view } = usePanel();
  const open = useSignal<ReadonlySet<number>>(new Set());
  const sort = useSignal<Sort>("order");
  const top = useSignal(0);
  const height = useSignal(200);
  const body = useElement<HTMLDivElement>();
  session.recordsVersion.value;
  session.statusVersion.value;
  const rows = entriesOf(session, open.value, sort.value, view.query.value);
  const selection = view.selection.value;
  const selected = rows.findIndex((row) => isRow(row, selection));
  const first = Math.max(0, Math.floor(top.value / HEIGHT) - 3);
  const some = rows.slice(first, first + Math.ceil(height.value / HEIGHT) + 6);
  useMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      height.value = entry?.contentRect.height ?? 0;
    });
    observer.observe(body.current as HTMLDivElement);
    return () => observer.disconnect();
  });
  // What is selected elsewhere comes into sight.
  useEffect(() => {
    const chosen = view.selection.value;
    const cell = chosen?.kind === "operation" ? session.operations.get(chosen.no)?.cell : undefined;
    if (cell != null && !open.peek().has(cell)) open.value = toggled(open.peek(), cell);
    requestAnimationFrame(() => {
      const now = entriesOf(session, open.peek(), sort.peek(), view.query.peek());
      const at = now.findIndex((row) => isRow(row, chosen)) * HEIGHT;
      const element = body.current;
      if (!element || at < 0) return;
      const least = at + 2 * HEIGHT - element.clientHeight; // the head covers a row
      element.scrollTop = Math.max(least, Math.min(at, element.scrollTop));
    });
  });
  const select = (row: Entry | undefined, details = view.drawer.peek()) => {
    view.edge.value = null;
    if (row) view.select({ kind: row.kind, no: row.no }, details);
  };
  const key = (name: string): boolean => {
    const row = rows[selected];
    const cell = row?.kind === "cell" ? row.no : undefined;
    const isOpen = cell !== undefined && open.value.has(cell);
    if (name === "ArrowDown") select(rows[Math.min(rows.length - 1, selected + 1)]);
    else if (name === "ArrowUp") select(rows[Math.max(0, selected - 1)]);
    else if (name === "Home") select(rows[0]);
    else if (name === "End") select(rows[rows.length - 1]);
    else if (name === "Enter") select(row, true);
    else if (name === "Escape") view.select(null);
    else if (cell !== undefined && (name === " " || name === (isOpen ? "ArrowLeft" : "ArrowRight"))) {
      open.value = toggled(open.value, cell);
    } else return false;
    return true;
  };
  return (
    <div
      class="lx-rows"
      ref={body}
      role="treegrid"
      aria-label="Cells and operations"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={selected >= 0 ? `lx-row-${selected}` : undefined}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
      onKeyDown={handled((event) => event.target === event.currentTarget && key(event.key))}
    >
      <div class="lx-row lx-row-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <Button
            class="lx-flat"
            inside
            icon={open.value.size > 0 ? "shut" : "open"}
            label={open.value.size > 0 ? "Hide all operations" : "Show all operations"}
            onClick={() => {
              open.value = new Set(open.value.size > 0 ? [] : session.cells.keys());
            }}
          />
          Cell
        </span>
        <span role="columnheader" class="lx-c-when">
          When
        </span>
        {HEADS.map(([name, title, meaning]) => (
          <span
            key={name}
            role="columnheader"
            class={`lx-c-${name}`}
            aria-sort={sort.value === name ? "descending" : "none"}
          >
            <Button
              class="lx-flat"
              inside
              title={`${meaning}${sort.value === name ? "Back to the order they ran in" : `Sort by ${title.toLowerCase()}`}`}
              onClick={() => {
                sort.value = sort.value === name ? "order" : name;
              }}
            >
              {title}
              {sort.value === name && " ▾"}
            </Button>
          </span>
        ))}
        <span role="columnheader">
          <span class="lx-unseen">Status</span>
        </span>
      </div>
      <div role="presentation" class="lx-row-space" style={{ height: `${rows.length * HEIGHT}px` }}>
        {some.map((row, i) => (
          <RowView
            key={`${row.kind}${row.no}`}
            row={rowOf(session, row)}
            at={first + i}
            top={(first + i) * HEIGHT}
            selected={first + i === selected}
            open={row.kind === "cell" ? open.value.has(row.no) : undefined}
            toggle={() => {
              open.value = toggled(open.value, row.no);
            }}
            select={() => select(row, true)}
          />
        ))}
      </div>
      {rows.length === 0 && (
        <p class="lx-none">{view.query.value ? "No cell has this text." : "No cell has run yet."}</p>
      )}
    </div>
  );
}

const isRow = (row: Entry, selection: Selection | null): boolean =>
  row.kind === selection?.kind && row.no === selection.no;
