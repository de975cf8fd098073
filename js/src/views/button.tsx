/** Every button of the panel: an icon, a text, or both. */

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

interface Props {
  /** Look: `lx-tool`, `lx-button`, `lx-flat`, `lx-link`, `lx-chip`. */
  class: string;
  onClick?(event: MouseEvent): void;
  icon?: IconName;
  /** What it does, for those who see only the icon. */
  label?: string | undefined;
  title?: string | undefined;
  /** For buttons that stay pressed. */
  on?: boolean | undefined;
  open?: boolean | undefined;
  disabled?: boolean;
  /** Reached by arrow keys of what it stands in, not by Tab. */
  inside?: boolean;
  action?: string;
  children?: ComponentChildren;
}

export function Button(p: Props) {
  return (
    <button
      type="button"
      class={p.class}
      title={p.title ?? p.label}
      aria-label={p.label}
      aria-pressed={p.on}
      aria-expanded={p.open}
      disabled={p.disabled}
      tabIndex={p.inside ? -1 : undefined}
      data-action={p.action}
      onClick={p.onClick}
    >
      {p.icon && <Icon name={p.icon} />}
      {p.children}
    </button>
  );
}
