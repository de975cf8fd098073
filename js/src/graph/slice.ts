/** The cells a table needs, as code: whole cells in the order they ran, each in the state of its last run that matters. */

import type { Session } from "../state/kernel";

export function slice(session: Session, dataset: number): string {
  const cells = new Set<number>();
  const seen = new Set<number>();
  const todo = [dataset];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const maker = session.producer(at);
    if (!maker) continue;
    if (maker.cell !== null) cells.add(maker.cell);
    todo.push(...maker.inputs);
  }
  const kept = [...session.cells.values()].filter((cell) => cells.has(cell.no));
  return kept.map((cell) => `# [${cell.count ?? " "}]\n${cell.source.trimEnd()}\n`).join("\n");
}
