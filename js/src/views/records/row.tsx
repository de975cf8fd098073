/** One row of the records. */

import { Dot, Tag } from "../bits";
import { Button } from "../button";
import { CellLink } from "../cell_link";
import { usePanel } from "../context";
import type { Row } from "./rows";

interface Props {
  row: Row;
  at: number;
  top: number;
  selected: boolean;
  /** Of a cell: whether its operations are shown. */
  open: boolean | undefined;
  toggle(): void;
  select(): void;
}

const TEXTS = ["duration", "cpu", "memory", "rows"] as const;
const SAID: Record<string, string> = { COMPLETE: "done", FAIL: "failed", ABORT: "interrupted" };

export function RowView({ row, at, top, selected, open, toggle, select }: Props) {
  const said = row.error ?? SAID[row.state] ?? "running";
  return (
    <div
      class="lx-row"
      id={`lx-row-${at}`}
      role="row"
      aria-rowindex={at + 2}
      aria-level={row.name ? 2 : 1}
      aria-expanded={open}
      aria-selected={selected}
      tabIndex={-1}
      data-kind={row.kind}
      style={{ top: `${top}px` }}
      onClick={select}
    >
      <span role="gridcell" class="lx-c-source">
        {row.name ? (
          <>
            <Dot colour={row.colour} />
            <b>{row.name}</b>
          </>
        ) : (
          <>
            <Button
              class="lx-flat"
              inside
              icon={open ? "shut" : "open"}
              label={open ? "Hide operations" : "Show operations"}
              onClick={(event) => {
                event.stopPropagation();
                toggle();
              }}
            />
            <CellLink cell={row.cell} />
          </>
        )}
        <code title={row.text}>{row.text}</code>
        {row.marks.map(([mark, title]) => (
          <Tag key={mark} mark={mark} title={title}>
            {mark}
          </Tag>
        ))}
      </span>
      <When row={row} />
      {TEXTS.map((name) => (
        <span key={name} role="gridcell" class={`lx-c-${name}`}>
          {row[name]}
        </span>
      ))}
      <span role="gridcell" title={said}>
        <i class="lx-state" data-state={row.state} />
        <span class="lx-unseen">{said}</span>
      </span>
    </div>
  );
}

/** When it ran, as a bar on the time that the timeline shows: together the bars are a waterfall. */
function When({ row: { started, ended, colour } }: { row: Row }) {
  const { scene, view } = usePanel();
  const time = scene.time.value;
  const [a, b] = view.window.value ?? [0, time.length];
  const place = (at: number) => Math.min(100, Math.max(0, (100 * (time.shorten(at) - a)) / (b - a)));
  const left = place(started);
  const width = place(ended ?? time.end) - left;
  return (
    <span role="gridcell" class="lx-c-when">
      <i style={{ left: `${left}%`, width: `${width}%`, background: `var(--lx-${colour})` }} />
    </span>
  );
}
