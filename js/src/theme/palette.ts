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
  "font",
] as const;

export type Palette = Record<(typeof PLAIN)[number], string> & {
  node: Record<NodeKind, string>;
  operation: Record<OperationKind, string>;
  /** From calm to hot, five steps. */
  heat: string[];
};

export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.style.display = "none";
  host.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--lx-${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    ...Object.fromEntries(PLAIN.map((name) => [name, colour(name)])),
    node: Object.fromEntries(NODE_KINDS.map((kind) => [kind, colour(`node-${kind}`)])),
    operation: Object.fromEntries(OPERATION_KINDS.map((kind) => [kind, colour(`op-${kind}`)])),
    heat: [0, 1, 2, 3, 4].map((i) => colour(`heat-${i}`)),
  } as Palette;
  found.font = getComputedStyle(host).fontFamily;
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
