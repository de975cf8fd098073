/** While only a part is shown: how far it reaches, and the way back. */

import { ALL } from "../graph/selector";
import { usePanel } from "./context";

const HOPS = [0, 1, 2, 3, ALL];

export function FocusBar() {
  const { scene, view } = usePanel();
  const focus = view.focus.value;
  if (!focus) return null;
  const { graph } = scene.graph.value ? { graph: scene.graph.value } : { graph: null };
  const titles = focus.keys.map((key) => graph?.nodes.get(key)?.title ?? key);
  return (
    <div class="lx-focus" role="group" aria-label="Part that is shown">
      <Hops label="up" value={focus.up} choose={(up) => ({ ...focus, up })} />
      <b dir="auto" title={titles.join(", ")}>
        {titles.slice(0, 3).join(", ")}
      </b>
      <Hops label="down" value={focus.down} choose={(down) => ({ ...focus, down })} />
      <button
        type="button"
        class="lx-button"
        onClick={() => {
          view.focus.value = null;
          view.revealed.value = new Set();
        }}
      >
        Show everything
      </button>
    </div>
  );

  function Hops(p: {
    label: string;
    value: number;
    choose(n: number): { keys: string[]; up: number; down: number };
  }) {
    return (
      <label>
        {p.label}
        <select
          value={p.value}
          aria-label={`Hops ${p.label}`}
          onChange={(event) => {
            view.focus.value = p.choose(Number(event.currentTarget.value));
          }}
        >
          {[...new Set([...HOPS, p.value])]
            .sort((a, b) => a - b)
            .map((n) => (
              <option key={n} value={n}>
                {n === ALL ? "all" : n}
              </option>
            ))}
        </select>
      </label>
    );
  }
}
