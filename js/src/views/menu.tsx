/** A button that opens a small list of choices. */

import type { ComponentChildren } from "preact";
import { Button } from "./button";
import { handled } from "./handled";
import type { IconName } from "./icons";
import { useElement, useMount, useSignal } from "./reactive";

const ITEM = "[role^='menuitem']";

export function Menu(p: { icon: IconName; label: string; on?: boolean; children: ComponentChildren }) {
  const open = useSignal(false);
  const box = useElement<HTMLDivElement>();
  const root = () => box.current?.getRootNode() as Document | ShadowRoot;
  useMount(() => {
    const shut = (event: Event) => {
      if (!box.current?.contains(event.composedPath()[0] as Node)) open.value = false;
    };
    const at = root();
    at.addEventListener("pointerdown", shut);
    return () => at.removeEventListener("pointerdown", shut);
  });
  const move = (step: number) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>(ITEM) ?? [])];
    all.at((all.indexOf(root().activeElement as HTMLElement) + step) % all.length)?.focus();
  };
  const keys: Record<string, () => void> = {
    Escape: () => {
      open.value = false;
      box.current?.querySelector("button")?.focus();
    },
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  };
  return (
    <div
      class="lx-menu"
      role="none"
      ref={box}
      onKeyDown={handled((event) => {
        const act = open.value && keys[event.key];
        if (act) act();
        return !!act;
      })}
    >
      <Button
        class="lx-tool"
        icon={p.icon}
        label={p.label}
        on={p.on}
        open={open.value}
        onClick={() => {
          open.value = !open.value;
          if (open.value) setTimeout(() => move(1));
        }}
      />
      {open.value && (
        <div
          class="lx-choices"
          role="menu"
          aria-label={p.label}
          onClick={(event) => {
            if ((event.target as HTMLElement).closest(ITEM)) open.value = false;
          }}
        >
          {p.children}
        </div>
      )}
    </div>
  );
}

/** `checked`: one of several, or a switch. */
export function Choice(p: { checked?: boolean; act(): void; children: ComponentChildren }) {
  const role =
    p.checked === undefined
      ? { role: "menuitem" as const }
      : { role: "menuitemradio" as const, "aria-checked": p.checked };
  return (
    <button type="button" {...role} tabIndex={-1} onClick={p.act}>
      {p.children}
    </button>
  );
}

export function Choices<T extends string>(p: { of: [T, string][]; chosen: T; choose(choice: T): void }) {
  return (
    <>
      {p.of.map(([choice, text]) => (
        <Choice key={choice} checked={p.chosen === choice} act={() => p.choose(choice)}>
          {text}
        </Choice>
      ))}
    </>
  );
}
