/** What running cells are doing: operations, rows, time, and the user's own progress bars. */

import { shortName } from "../graph/kinds";
import type { Bar, Progress } from "../protocol";
import { compact, duration } from "../text";
import { CellLink } from "./cell_link";
import { usePanel } from "./context";

export function ProgressView() {
  const { session } = usePanel();
  session.statusVersion.value;
  const running = [...session.progress.values()];
  if (running.length === 0) return null;
  return (
    <div class="lx-progress" role="group" aria-label="Running">
      {running.map((progress) => (
        <CellProgress key={progress.cell} progress={progress} />
      ))}
    </div>
  );
}

function CellProgress({ progress }: { progress: Progress }) {
  return (
    <div class="lx-running" data-nested={progress.parent !== null}>
      <div>
        <i class="lx-spin" />
        <CellLink cell={progress.cell} />
        <span>{duration(progress.elapsed)}</span>
        <span>{compact(progress.operations)} operations</span>
        {progress.rows > 0 && <span>{compact(progress.rows)} rows</span>}
        {progress.name && progress.since > 100 && (
          <code title={progress.text}>
            {shortName(progress.name)} for {duration(progress.since)}
          </code>
        )}
      </div>
      {progress.bars.map((bar) => (
        <BarLine key={bar[0]} bar={bar} depth={depthOf(bar, progress.bars)} />
      ))}
    </div>
  );
}

function depthOf(bar: Bar, bars: readonly Bar[]): number {
  let depth = 0;
  for (let at = bars.find((b) => b[0] === bar[5]); at && depth < 6; depth++) {
    const parent = at[5];
    at = bars.find((b) => b[0] === parent);
  }
  return depth;
}

function BarLine({ bar: [, label, n, total, rate], depth }: { bar: Bar; depth: number }) {
  const text = label || "loop";
  return (
    <div class="lx-bar" style={{ paddingLeft: `${depth * 12}px` }}>
      <span dir="auto" title={text}>
        {text}
      </span>
      <progress aria-label={text} {...(total ? { value: n, max: total } : {})} />
      <small>
        {total ? `${compact(n)} / ${compact(total)}` : compact(n)}
        {rate ? ` · ${compact(Math.round(rate * 10) / 10)}/s` : ""}
        {rate && total && n < total ? ` · ${duration((1000 * (total - n)) / rate)} left` : ""}
      </small>
    </div>
  );
}
