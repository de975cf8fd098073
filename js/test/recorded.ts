/** The session both sides' tests read: `tests/widget/session.json`, recorded from a real shell. */

import { readFileSync } from "node:fs";
import type { Snapshot } from "../src/protocol";
import { Session } from "../src/state/kernel";

const PATH = new URL("../../tests/widget/session.json", import.meta.url);

export const recordedText = (): string => readFileSync(PATH, "utf8");
export const recorded = (): Snapshot => JSON.parse(recordedText()) as Snapshot;

export function recordedSession(): Session {
  const session = new Session();
  session.apply(recorded());
  return session;
}
