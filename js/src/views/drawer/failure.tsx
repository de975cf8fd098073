/** Why something failed: type, message, traceback on demand. */

import type { Failure as Why } from "../../protocol";

export function Failure({ error: [type, message, traceback] }: { error: Why }) {
  return (
    <div class="lx-failure" role="note">
      <b>{type}</b>
      <p dir="auto">{message}</p>
      {traceback && (
        <details>
          <summary>Traceback</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long traceback scrolls by keyboard */}
          <pre tabIndex={0}>{traceback.replace(ANSI, "")}</pre>
        </details>
      )}
    </div>
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: IPython colours its tracebacks with escape sequences
const ANSI = /\u001b\[[0-9;]*m/g;
