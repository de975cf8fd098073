/** The columns of a dataset, and what became of them from one to the next. */

import { useSignal } from "@preact/signals";
import { compare } from "../../model/schema";
import type { Schema } from "../../protocol";
import { count, plural } from "../../text";
import { usePanel } from "../context";
import { Section } from "./pieces";

const SOME = 60;

export function SchemaList({ no }: { no: number }) {
  const { session, view } = usePanel();
  const query = useSignal("");
  const all = useSignal(false);
  const schema = session.schemaOf(no);
  if (!schema) return null;
  const wanted = query.value.toLowerCase();
  const listed = schema.labels.map((name, slot) => ({ name, slot, type: schema.types[slot] ?? "" }));
  const found = wanted ? listed.filter((c) => c.name.toLowerCase().includes(wanted)) : listed;
  const shown = all.value ? found : found.slice(0, SOME);
  const left = found.length - shown.length;
  return (
    <Section title="Columns" count={schema.labels.length + schema.more}>
      {schema.labels.length > 15 && (
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
        {schema.index.map((name, i) => (
          <Entry
            key={`index ${i}`}
            name={name}
            type="index"
            onClick={() => view.select({ kind: "column", no, slot: -1 - i })}
          />
        ))}
        {shown.map(({ name, slot, type }) => (
          <Entry
            key={slot}
            name={name}
            type={type}
            onClick={() => view.select({ kind: "column", no, slot })}
          />
        ))}
      </ul>
      {left > 0 && (
        <button
          type="button"
          class="lx-button"
          onClick={() => {
            all.value = true;
          }}
        >
          {plural(left, "more column")}
        </button>
      )}
      {schema.more > 0 && <p class="lx-note">{count(schema.more)} further columns aren't listed.</p>}
    </Section>
  );
}

function Entry({ name, type, onClick }: { name: string; type: string; onClick(): void }) {
  return (
    <li>
      <button type="button" class="lx-link" title={`Trace ${name}`} onClick={onClick}>
        <span dir="auto">{name || "(no name)"}</span>
        <small>{type}</small>
      </button>
    </li>
  );
}

/** Added, removed and retyped columns. */
export function SchemaChange({ before, after }: { before: Schema | undefined; after: Schema | undefined }) {
  const changes = compare(before, after);
  const told = changes.filter((c) => c.change !== "same");
  if (told.length === 0) return <p class="lx-note">The same {plural(changes.length, "column")}.</p>;
  return (
    <ul class="lx-schema lx-changes">
      {told.slice(0, SOME).map((c) => (
        <li key={`${c.change} ${c.name}`} data-change={c.change}>
          <span dir="auto">{c.name}</span>
          <small>
            {c.change === "retyped" ? `${c.before} → ${c.after}` : c.change === "added" ? c.after : c.before}
          </small>
        </li>
      ))}
      {told.length > SOME && <li class="lx-note">{plural(told.length - SOME, "more change")}</li>}
      {changes.length > told.length && (
        <li class="lx-note">{plural(changes.length - told.length, "column")} unchanged</li>
      )}
    </ul>
  );
}

/** `+2 −1 ~1`. */
export function changeCounts(before: Schema | undefined, after: Schema | undefined): string {
  const changes = compare(before, after);
  const n = (what: string) => changes.filter((c) => c.change === what).length;
  return [
    ["added", "+"],
    ["removed", "−"],
    ["retyped", "~"],
  ]
    .filter(([what]) => n(what as string) > 0)
    .map(([what, sign]) => `${sign}${n(what as string)}`)
    .join(" ");
}
