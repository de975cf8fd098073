/** The columns of a dataset, and what became of them from one to the next. */

import { type Change, compare } from "../../model/schema";
import type { Schema } from "../../protocol";
import { count, plural } from "../../text";
import { Button } from "../button";
import { usePanel } from "../context";
import { useSignal } from "../reactive";
import { Section } from "./pieces";

const SOME = 60;

export function SchemaList({ no }: { no: number }) {
  const { session, view } = usePanel();
  const query = useSignal("");
  const most = useSignal(SOME);
  const schema = session.schemaOf(no);
  if (!schema) return null;
  const { labels, types, index, more } = schema;
  const wanted = query.value.toLowerCase();
  const all = [
    ...index.map((name, i) => ({ name, slot: -1 - i, type: "index" })),
    ...labels.map((name, slot) => ({ name, slot, type: types[slot] ?? "" })),
  ];
  const found = all.filter((column) => column.name.toLowerCase().includes(wanted));
  const left = found.length - most.value;
  return (
    <Section title="Columns" count={labels.length + more}>
      {labels.length > 15 && (
        <input
          class="lx-field"
          type="search"
          placeholder="Search columns"
          aria-label="Search columns"
          value={query.value}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
        />
      )}
      <ul class="lx-schema">
        {found.slice(0, most.value).map(({ name, slot, type }) => (
          <li key={slot}>
            <Button
              class="lx-link"
              title={`Trace ${name}`}
              onClick={() => view.select({ kind: "column", no, slot })}
            >
              <span dir="auto">{name}</span>
              <small>{type}</small>
            </Button>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <Button
          class="lx-button"
          onClick={() => {
            most.value = all.length;
          }}
        >
          {plural(left, "more column")}
        </Button>
      )}
      {more > 0 && <p class="lx-note">{count(more)} further columns aren't listed.</p>}
    </Section>
  );
}

const TYPE: Record<Change["change"], (change: Change) => string> = {
  added: ({ after }) => after,
  removed: ({ before }) => before,
  retyped: ({ before, after }) => `${before} → ${after}`,
  same: () => "",
};

/** Added, removed and retyped columns. */
export function SchemaChange({ before, after }: { before: Schema | undefined; after: Schema | undefined }) {
  const changes = compare(before, after);
  const told = changes.filter((c) => c.change !== "same");
  const same = plural(changes.length - told.length, "column");
  return (
    <>
      <ul class="lx-schema lx-changes">
        {told.slice(0, SOME).map((c) => (
          <li key={`${c.change} ${c.name}`} data-change={c.change}>
            <span dir="auto">{c.name}</span>
            <small>{TYPE[c.change](c)}</small>
          </li>
        ))}
      </ul>
      <p class="lx-note">
        {told.length > SOME && `${told.length - SOME} more changes, `}
        {same} unchanged
      </p>
    </>
  );
}

const SIGNS: [Change["change"], string][] = [
  ["added", "+"],
  ["removed", "−"],
  ["retyped", "~"],
];

/** `+2 −1 ~1`. */
export function changeCounts(before: Schema | undefined, after: Schema | undefined): string {
  const changes = compare(before, after);
  return SIGNS.map(([what, sign]) => {
    const n = changes.filter((c) => c.change === what).length;
    return n > 0 ? `${sign}${n} ` : "";
  }).join("");
}
