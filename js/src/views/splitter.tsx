/** A bar between two parts that is dragged, or moved with arrow keys. */

import type { Signal } from "../state/signals";

interface Props {
  /** Size in px of the part after the bar. */
  size: Signal<number>;
  label: string;
  least?: number;
  most?: number;
  upright?: boolean;
}

export function Splitter({ size, label, least = 60, most = 900, upright = false }: Props) {
  const set = (value: number) => {
    size.value = Math.max(least, Math.min(most, Math.round(value)));
  };
  return (
    <div
      class="lx-splitter"
      role="separator"
      aria-label={label}
      aria-orientation={upright ? "vertical" : "horizontal"}
      aria-valuenow={size.value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.buttons !== 1) return;
        set(size.peek() - (upright ? event.movementX : event.movementY));
      }}
      onKeyDown={(event) => {
        const [more, less] = upright ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
        if (event.key !== more && event.key !== less) return;
        set(size.peek() + (event.key === more ? 16 : -16));
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
