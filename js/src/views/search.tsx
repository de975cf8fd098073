/** Find anything; a selector such as `2+trips+` shows only that part. */

import { type Hit, search } from "../graph/search";
import { select } from "../graph/selector";
import { usePanel } from "./context";
import { Icon } from "./icons";
import { useComputed, useElement, useSignal } from "./reactive";

export function Search() {
  const { session, scene, view } = usePanel();
  const open = useSignal(false);
  const at = useSignal(0);
  const field = useElement<HTMLInputElement>();
  const hits = useComputed(() => (open.value ? search(session, scene.graph.value, view.query.value) : []));
  const selector = useComputed(() => select(scene.graph.value, view.query.value));
  const choose = (hit: Hit | undefined) => {
    if (!hit) return;
    view.edge.value = null;
    view.select(hit.selection);
    open.value = false;
    view.query.value = "";
    field.current?.blur();
  };
  const enter = () => {
    if (selector.value) {
      view.unfocus();
      view.focus.value = selector.value;
      view.query.value = "";
      open.value = false;
    } else choose(hits.value[at.value]);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => {
      at.value = Math.min(hits.value.length - 1, at.value + 1);
    },
    ArrowUp: () => {
      at.value = Math.max(0, at.value - 1);
    },
    Enter: enter,
    Escape: () => {
      if (view.query.value) view.query.value = "";
      else field.current?.blur();
      open.value = false;
    },
  };
  const listed = open.value && (hits.value.length > 0 || selector.value !== null);
  return (
    <div class="lx-search">
      <Icon name="search" />
      <input
        ref={field}
        type="text"
        role="combobox"
        placeholder="Find, or 2+table+"
        aria-label="Find anything, or select as in 2+table+"
        aria-expanded={listed}
        aria-controls="lx-hits"
        aria-activedescendant={listed ? `lx-hit-${at.value}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={view.query.value}
        onInput={(event) => {
          view.query.value = event.currentTarget.value;
          open.value = true;
          at.value = 0;
        }}
        onFocus={() => {
          open.value = true;
        }}
        onBlur={() => {
          open.value = false;
        }}
        onKeyDown={(event) => {
          event.stopPropagation(); // letters are shortcuts in a notebook
          const act = keys[event.key];
          if (act) event.preventDefault();
          act?.();
        }}
      />
      <div id="lx-hits" class="lx-hits" role="listbox" aria-label="Found" hidden={!listed}>
        {selector.value && (
          <div class="lx-note" role="presentation">
            Enter shows only this part
          </div>
        )}
        {hits.value.map((hit, i) => (
          <div
            key={`${hit.selection.kind} ${hit.selection.no} ${hit.title}`}
            id={`lx-hit-${i}`}
            role="option"
            aria-selected={i === at.value}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(hit);
            }}
          >
            <small>{hit.selection.kind === "dataset" ? "table" : hit.selection.kind}</small>
            <b dir="auto">{hit.title}</b>
            <span dir="auto">{hit.where}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
