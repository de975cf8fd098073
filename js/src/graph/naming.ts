/** What objects are called: by the variables that held them, files by the end of their path. */

import type { Dataset } from "../protocol";
import type { Session } from "../state/kernel";

/** Object (its first version) → variables that held any version of it, the first ones first. */
export function namesByObject(session: Session): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const root = roots(session);
  for (const names of session.names.values()) {
    for (const [name, no] of names) {
      const object = root(no);
      const known = found.get(object);
      if (!known) found.set(object, [name]);
      else if (!known.includes(name)) known.push(name);
    }
  }
  return found;
}

/** The first version of the object that a dataset is a version of. Remembers what it found. */
export function roots(session: Session): (no: number) => number {
  const known = new Map<number, number>();
  return (no) => {
    const passed: number[] = [];
    let at = no;
    for (;;) {
      const found = known.get(at);
      if (found !== undefined) {
        at = found;
        break;
      }
      const before = session.datasets.get(at)?.of;
      if (before == null || !session.datasets.has(before)) break;
      passed.push(at);
      at = before;
    }
    for (const version of passed) known.set(version, at);
    return at;
  };
}

/** The last part of a path, a table's own name: `flights.csv.zip`, `sales.orders`. */
export function externalTitle(dataset: Dataset): string {
  const name = dataset.name.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last || dataset.name || dataset.namespace;
}
