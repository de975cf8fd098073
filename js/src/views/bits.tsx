/** The smallest parts: a coloured dot, a tag. */

import type { ComponentChildren } from "preact";

/** `colour`: the rest of a token's name, `node-frame`, `op-join`. */
export const Dot = ({ colour }: { colour: string }) => (
  <i class="lx-dot" style={{ background: `var(--lx-${colour})` }} />
);

export const Tag = (p: { mark?: string; title?: string | undefined; children: ComponentChildren }) => (
  <span class="lx-tag" data-mark={p.mark} title={p.title}>
    {p.children}
  </span>
);
