/** Operations so that each comes after those whose results it reads. They nearly always arrive like that. */

import type { Operation } from "../protocol";
import type { Session } from "../state/kernel";

export function* inOrder(session: Session): Generator<Operation> {
  const begun = new Set<number>();
  const done = new Set<number>();
  const stack: Operation[] = [];
  for (const first of session.operations.values()) {
    if (done.has(first.no)) continue;
    stack.push(first);
    while (stack.length > 0) {
      const operation = stack[stack.length - 1] as Operation;
      const waits = begun.has(operation.no) ? undefined : unmet(session, operation, begun);
      begun.add(operation.no);
      if (waits && waits.length > 0) {
        stack.push(...waits);
        continue;
      }
      stack.pop();
      if (done.has(operation.no)) continue;
      done.add(operation.no);
      yield operation;
    }
  }
}

function unmet(session: Session, operation: Operation, begun: ReadonlySet<number>): Operation[] {
  const found: Operation[] = [];
  for (const input of operation.inputs) {
    const maker = session.producer(input);
    if (maker && maker.no !== operation.no && !begun.has(maker.no)) found.push(maker);
  }
  return found;
}
