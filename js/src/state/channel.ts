/** The seam between the panel and whatever hosts it: a widget's two models, a frozen report, a test. */

import type { Message } from "../protocol";

export interface Channel {
  /** The saved session (JSON of a `Snapshot`), empty when there is none. */
  saved(): string;
  /** Keep the session where it is saved with the notebook. */
  save(text: string): void;
  /** Send a command to the kernel. Throws when there is nobody. */
  send(command: { k: string; id: number; [field: string]: unknown }): void;
  /** Be told of messages; gives back how to stop. */
  listen(receive: (message: Message, buffers: readonly DataView[]) => void): () => void;
  /** Show a cell of the notebook; whether that was possible. */
  goto(cellId: string): boolean;
  /** A frozen session: nobody will ever answer. */
  readonly frozen: boolean;
}
