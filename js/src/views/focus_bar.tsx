/** While only a part is shown: how far it reaches, and the way back. */

import { ALL } from "../graph/selector";
import { Button } from "./button";
import { usePanel } from "./context";

export function FocusBar() {
  const { scene, view } = usePanel();
  const focus = view.focus.value;
  if (!focus) return null;
  const { nodes } = scene.graph.value;
  const titles = focus.keys.map((key) => nodes.get(key)?.title ?? key).join(", ");
  const hops = (side: "up" | "down") => (
    <label>
      {side}
      <select
        value={focus[side]}
        aria-label={`Hops ${side}`}
        onChange={(event) => {
          view.focus.value = { ...focus, [side]: Number(event.currentTarget.value) };
        }}
      >
        {[...new Set([0, 1, 2, 3, focus[side], ALL])].map((n) => (
          <option key={n} value={n}>
            {n === ALL ? "all" : n}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="lx-focus" role="group" aria-label="Part that is shown">
      {hops("up")}
      <b dir="auto" title={titles}>
        {titles}
      </b>
      {hops("down")}
      <Button class="lx-button" onClick={() => view.unfocus()}>
        Show everything
      </Button>
    </div>
  );
}
