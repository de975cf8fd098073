/** Cells and operations as a grid that only draws the rows in sight. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { operationKind, shortName } from "../../graph/kinds";
import type { Cell, Operation } from "../../protocol";
import { toggled } from "../../state/view";
import { change, compact, duration, firstLine } from "../../text";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import { Icon } from "../icons";
import { type Row, rowsOf, type Sort } from "./rows";

const HEIGHT = 25;

export function RecordsView() {
  const { session, view } = usePanel();
  const open = useSignal<ReadonlySet<number>>(new Set());
  const sort = useSignal<Sort>("order");
  const top = useSignal(0);
  const height = useSignal(200);
  const body = useRef<HTMLDivElement>(null);
  session.recordsVersion.value;
  session.statusVersion.value;
  const rows = rowsOf(session, open.value, sort.value, view.query.value);
  const selection = view.selection.value;
  const selected = rows.findIndex((row) => isSelected(row, selection));
  const first = Math.max(0, Math.floor(top.value / HEIGHT) - 3);
  const some = rows.slice(first, first + Math.ceil(height.value / HEIGHT) + 6);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const now = view.selection.value;
    if (now?.kind === "operation") {
      const cell = session.operations.get(now.no)?.cell;
      if (cell != null && !open.peek().has(cell)) open.value = new Set([...open.peek(), cell]);
    }
  });
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || selected < 0) return;
    const at = selected * HEIGHT;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = at + HEIGHT - element.clientHeight;
  }, [selected, selection]);
  const select = (row: Row | undefined, details: boolean) => {
    if (!row) return;
    const no = row.kind === "cell" ? row.cell.no : row.operation.no;
    view.edge.value = null;
    view.select({ kind: row.kind, no }, details || view.drawer.peek());
  };
  const key = (name: string): boolean => {
    const row = rows[selected];
    if (name === "ArrowDown") select(rows[Math.min(rows.length - 1, selected + 1)], false);
    else if (name === "ArrowUp") select(rows[Math.max(0, selected - 1)], false);
    else if (name === "Home") select(rows[0], false);
    else if (name === "End") select(rows[rows.length - 1], false);
    else if (name === "Enter") select(row, true);
    else if ((name === "ArrowRight" || name === "ArrowLeft" || name === " ") && row?.kind === "cell") {
      const isOpen = open.value.has(row.cell.no);
      if (name === " " || isOpen === (name === "ArrowLeft")) open.value = toggled(open.value, row.cell.no);
    } else if (name === "Escape") view.select(null);
    else return false;
    return true;
  };
  return (
    <div class="lx-records">
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
        onKeyDown={(event) => {
          if (event.target === event.currentTarget && key(event.key)) {
            event.preventDefault();
            event.stopPropagation();
          }
        }}
      >
        <div class="lx-row lx-row-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Cell</span>
          {HEADS.map(([name, title]) => (
            <span
              key={name}
              role="columnheader"
              class={`lx-c-${name}`}
              aria-sort={sort.value === name ? "descending" : "none"}
            >
              <button
                type="button"
                class="lx-flat"
                tabIndex={-1}
                title={
                  sort.value === name ? "Back to the order they ran in" : `Sort by ${title.toLowerCase()}`
                }
                onClick={() => {
                  sort.value = sort.value === name ? "order" : name;
                }}
              >
                {title}
                {sort.value === name ? " ▾" : ""}
              </button>
            </span>
          ))}
          <span role="columnheader" class="lx-c-state">
            <span class="lx-unseen">Status</span>
          </span>
        </div>
        <div role="presentation" class="lx-row-space" style={{ height: `${rows.length * HEIGHT}px` }}>
          {some.map((row, i) => {
            const at = first + i;
            const props = {
              id: `lx-row-${at}`,
              "aria-rowindex": at + 2,
              "aria-selected": at === selected,
              style: { top: `${at * HEIGHT}px` },
              onClick: () => select(row, true),
            };
            return row.kind === "cell" ? (
              <CellRow
                key={`c${row.cell.no}`}
                cell={row.cell}
                open={open.value.has(row.cell.no)}
                toggle={() => {
                  open.value = toggled(open.value, row.cell.no);
                }}
                props={props}
              />
            ) : (
              <OperationRow key={`o${row.operation.no}`} operation={row.operation} props={props} />
            );
          })}
        </div>
        {rows.length === 0 && (
          <p class="lx-none">{view.query.value ? "No cell has this text." : "No cell has run yet."}</p>
        )}
      </div>
    </div>
  );
}

const HEADS: [Exclude<Sort, "order">, string][] = [
  ["duration", "Time"],
  ["cpu", "CPU"],
  ["memory", "Memory"],
  ["rows", "Rows"],
];

function isSelected(row: Row, selection: { kind: string; no: number } | null): boolean {
  return (
    selection?.kind === row.kind && selection.no === (row.kind === "cell" ? row.cell.no : row.operation.no)
  );
}

interface RowProps {
  id: string;
  onClick(): void;
  [name: string]: unknown;
}

function CellRow(p: { cell: Cell; open: boolean; toggle(): void; props: RowProps }) {
  const { session } = usePanel();
  const { cell } = p;
  const progress = session.progress.get(cell.no);
  const took = cell.ended === null ? (progress?.elapsed ?? null) : cell.ended - cell.started;
  return (
    <div
      class="lx-row"
      role="row"
      aria-level={1}
      aria-expanded={p.open}
      tabIndex={-1}
      data-state={cell.state}
      {...p.props}
    >
      <span role="gridcell" class="lx-c-source">
        <button
          type="button"
          class="lx-flat"
          tabIndex={-1}
          disabled={cell.operations === 0}
          aria-label={p.open ? "Hide operations" : "Show operations"}
          onClick={(event) => {
            event.stopPropagation();
            p.toggle();
          }}
        >
          <Icon name={p.open ? "shut" : "open"} />
        </button>
        <CellLink cell={cell.no} />
        <code title={cell.source.slice(0, 400)}>{firstLine(cell.source)}</code>
        {session.staleCells.has(cell.no) && (
          <span class="lx-tag" data-mark="stale" title={session.staleCells.get(cell.no)}>
            stale
          </span>
        )}
        {session.deleted.has(cell.no) && (
          <span class="lx-tag" data-mark="deleted">
            deleted
          </span>
        )}
      </span>
      <span role="gridcell" class="lx-c-duration">
        {took === null ? "…" : duration(took)}
      </span>
      <span role="gridcell" class="lx-c-cpu">
        {cell.cpu === null ? "" : duration(cell.cpu)}
      </span>
      <span role="gridcell" class="lx-c-memory">
        {cell.rss === null ? "" : change(cell.rss[1] - cell.rss[0])}
      </span>
      <span role="gridcell" class="lx-c-rows">
        {progress && cell.ended === null ? `${compact(progress.operations)} ops` : ""}
      </span>
      <State state={cell.state} text={cell.error?.[0]} />
    </div>
  );
}

function OperationRow({ operation, props }: { operation: Operation; props: RowProps }) {
  const { session } = usePanel();
  const kind = operationKind(session, operation);
  const [before, after] = operation.rows;
  return (
    <div
      class="lx-row lx-row-operation"
      role="row"
      aria-level={2}
      tabIndex={-1}
      data-state={operation.state}
      {...props}
    >
      <span role="gridcell" class="lx-c-source">
        <i class="lx-dot" style={{ background: `var(--lx-op-${kind})` }} />
        <b>{shortName(operation.name)}</b>
        <code title={operation.text}>{operation.text.replace(/\s+/g, " ")}</code>
        {operation.times > 1 && <span class="lx-tag">×{compact(operation.times)}</span>}
        {operation.confidence !== "exact" && (
          <span class="lx-tag" data-mark={operation.confidence} title={operation.reason}>
            {operation.confidence}
          </span>
        )}
      </span>
      <span role="gridcell" class="lx-c-duration">
        {operation.ended === null ? "…" : duration(operation.ended - operation.started)}
      </span>
      <span role="gridcell" class="lx-c-cpu" />
      <span role="gridcell" class="lx-c-memory" />
      <span role="gridcell" class="lx-c-rows">
        {before !== null && after !== null && before !== after
          ? `${compact(before)} → ${compact(after)}`
          : after === null
            ? ""
            : compact(after)}
      </span>
      <State state={operation.state} text={operation.error?.[0]} />
    </div>
  );
}

function State({ state, text }: { state: string; text: string | undefined }) {
  const said = { COMPLETE: "done", FAIL: text ?? "failed", ABORT: "interrupted" }[state] ?? "running";
  return (
    <span role="gridcell" class="lx-c-state" title={said}>
      <i class="lx-state" data-state={state} />
      <span class="lx-unseen">{said}</span>
    </span>
  );
}
