/** A bar between two parts that is dragged, or moved with arrow keys. */

import type { Signal } from "../state/signals";
import { handled } from "./handled";

interface Props {
  /** Size in px of the part after the bar. */
  size: Signal<number>;
  label: string;
  least: number;
  most: number;
  upright?: boolean;
}

export function Splitter({ size, label, least, most, upright }: Props) {
  const grow = (by: number) => {
    size.value = Math.max(least, Math.min(most, Math.round(size.peek() + by)));
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
        if (event.buttons === 1) grow(-(upright ? event.movementX : event.movementY));
      }}
      onKeyDown={handled((event) => {
        const by = { ArrowLeft: 16, ArrowUp: 16, ArrowRight: -16, ArrowDown: -16 }[event.key] ?? 0;
        grow(by);
        return by !== 0;
      })}
    />
  );
}
