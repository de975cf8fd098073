/** A button that opens a small list of choices. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons";

export function Menu({
  icon,
  label,
  on,
  children,
}: {
  icon: IconName;
  label: string;
  on?: boolean;
  children: ComponentChildren;
}) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shut = (event: Event) => {
      if (!box.current?.contains(event.composedPath()[0] as Node)) open.value = false;
    };
    const root = (box.current?.getRootNode() ?? document) as Document;
    root.addEventListener("pointerdown", shut);
    return () => root.removeEventListener("pointerdown", shut);
  }, []);
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role^='menuitem']") ?? [])];
  const move = (step: number) => {
    const all = items();
    const root = box.current?.getRootNode() as Document | ShadowRoot;
    const now = all.indexOf(root.activeElement as HTMLElement);
    all[(now + step + all.length) % all.length]?.focus();
  };
  return (
    <div
      class="lx-menu"
      role="none"
      ref={box}
      onKeyDown={(event) => {
        if (!open.value) return;
        if (event.key === "Escape") {
          open.value = false;
          box.current?.querySelector("button")?.focus();
        } else if (event.key === "ArrowDown") move(1);
        else if (event.key === "ArrowUp") move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        class="lx-tool"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open.value}
        data-on={on}
        onClick={() => {
          open.value = !open.value;
          if (open.value) setTimeout(() => items()[0]?.focus());
        }}
      >
        <Icon name={icon} />
      </button>
      {open.value && (
        <div
          class="lx-choices"
          role="menu"
          aria-label={label}
          onClick={(event) => {
            if ((event.target as HTMLElement).closest("[role^='menuitem']")) open.value = false;
          }}
        >
          {children}
        </div>
      )}
    </div>
  );
}

interface ChoiceProps {
  /** One of several: whether it is the chosen one. */
  checked?: boolean;
  onClick(): void;
  children: ComponentChildren;
}

export function Choice({ checked, onClick, children }: ChoiceProps) {
  const role =
    checked === undefined
      ? { role: "menuitem" as const }
      : { role: "menuitemradio" as const, "aria-checked": checked };
  return (
    <button type="button" {...role} tabIndex={-1} onClick={onClick}>
      {children}
    </button>
  );
}
