/** What the words for confidence mean. */

import type { Confidence } from "../model/words";

export const MEANING: Record<Confidence, string> = {
  exact: "the operation's documented meaning and the recorded arguments",
  inferred: "read off the source text, or wide enough to miss nothing",
  opaque: "no rule explains it: all inputs may have influenced all outputs",
};
