/** Source text with exactly the span of an operation marked. */

import { parts } from "../../model/source";
import type { Cell, Operation } from "../../protocol";
import { useElement, useMount } from "../reactive";

export function Source({ cell, operation }: { cell: Cell | undefined; operation?: Operation | undefined }) {
  const mark = useElement<HTMLElement>();
  const code = cell ? (operation ? (cell.code ?? cell.source) : cell.source) : (operation?.text ?? "");
  const split = cell && operation?.at ? parts(code, operation.at) : null;
  useMount(() => {
    const box = mark.current?.closest("pre");
    if (box && mark.current) box.scrollTop = mark.current.offsetTop - box.clientHeight / 3;
    return undefined;
  });
  if (!code) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls by keyboard
    <pre class="lx-source" tabIndex={0} role="region" aria-label="Source">
      {split ? (
        <>
          {split[0]}
          <mark ref={mark}>{split[1]}</mark>
          {split[2]}
        </>
      ) : (
        code
      )}
    </pre>
  );
}
