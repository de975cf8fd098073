/** The theme's colours for the canvas, which understands neither `var()` nor `light-dark()`: a probe element resolves them. */

import type { NodeKind, OperationKind } from "../graph/kinds";
import { NODE_KINDS, OPERATION_KINDS } from "../graph/kinds";

const PLAIN = [
  "bg",
  "card",
  "text",
  "text2",
  "line",
  "edge",
  "accent",
  "warn",
  "error",
  "fill",
  "grid",
  "span",
] as const;

export type Palette = Record<(typeof PLAIN)[number] | "font", string> & {
  node: Record<NodeKind, string>;
  operation: Record<OperationKind, string>;
  /** From calm to hot, five steps. */
  heat: string[];
};

export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.style.display = "none";
  host.append(probe);
  /** All in one gradient: the page's style is computed once, not for each of them (1 ms each while it is built). */
  const colours = <T extends string | number>(names: readonly T[], prefix = ""): Record<T, string> => {
    probe.style.backgroundImage = `linear-gradient(${names.map((name) => `var(--lx-${prefix}${name})`)})`;
    const found = getComputedStyle(probe).backgroundImage.match(/\w+\([^()]+\)/g) ?? [];
    return Object.fromEntries(names.map((name, i) => [name, found[i]])) as Record<T, string>;
  };
  const found = {
    ...colours(PLAIN),
    node: colours(NODE_KINDS, "node-"),
    operation: colours(OPERATION_KINDS, "op-"),
    heat: Object.values(colours([0, 1, 2, 3, 4], "heat-")),
    font: getComputedStyle(host).fontFamily,
  };
  probe.remove();
  return found;
}

/** Call back when the host's theme changes; gives back how to stop. */
export function watchTheme(changed: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", changed);
  const observer = new MutationObserver(changed);
  const attributeFilter = [
    "class",
    "style",
    "data-theme",
    "data-jp-theme-light",
    "data-jp-theme-name",
    "data-vscode-theme-kind",
  ];
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter });
  return () => {
    query.removeEventListener("change", changed);
    observer.disconnect();
  };
}

/** Whether the viewer asked for less motion. */
export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
