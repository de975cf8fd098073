/** What details are put together from: facts, lists, ids to copy, links to tables and operations. */

import type { ComponentChildren } from "preact";
import { operationKind, shortName } from "../../graph/kinds";
import { externalTitle } from "../../graph/naming";
import type { Confidence } from "../../model/words";
import { Dot, Tag } from "../bits";
import { Button } from "../button";
import { type Panel, usePanel } from "../context";
import { MEANING } from "../meaning";
import { useSignal } from "../reactive";

/** Most entries of a list; more are counted. */
const MOST = 60;

export function Section(p: { title: string; count?: number; children: ComponentChildren }) {
  return (
    <section class="lx-section">
      <h3>
        {p.title} <small>{p.count}</small>
      </h3>
      {p.children}
    </section>
  );
}

interface ListProps<T> {
  title: string;
  of: readonly T[];
  /** The entry that is selected. */
  chosen?: (item: T) => boolean;
  children: (item: T) => ComponentChildren;
}

/** A section with an entry for each; nothing when there is none. */
export function List<T>({ title, of, chosen, children }: ListProps<T>) {
  if (of.length === 0) return null;
  return (
    <Section title={title} count={of.length}>
      <ul class="lx-list">
        {of.slice(0, MOST).map((item) => (
          <li key={item} data-selected={chosen?.(item)}>
            {children(item)}
          </li>
        ))}
      </ul>
      {of.length > MOST && <p class="lx-note">and {of.length - MOST} more</p>}
    </Section>
  );
}

/** Names and values; those without a value are left out. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="lx-facts">
      {of
        .filter(([, value]) => value || value === 0)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export const RUN_ID = "Copy the id of this run (OpenLineage runId, trace attribute)";

/** What to copy: label, text, what it is. */
export type Copied = [string, string | undefined, string];

export function Copies({ of }: { of: Copied[] }) {
  return (
    <Section title="For other tools">
      <div class="lx-buttons">
        {of.map(
          ([label, text, title]) => text && <Copy key={label} text={text} label={label} title={title} />,
        )}
      </div>
    </Section>
  );
}

export function Copy({ text, label, title }: { text: string; label: string; title: string }) {
  const done = useSignal(false);
  return (
    <Button
      class="lx-button"
      icon="copy"
      title={title}
      onClick={async () => {
        await copyText(text);
        done.value = true;
        setTimeout(() => {
          done.value = false;
        }, 1200);
      }}
    >
      {done.value ? "Copied" : label}
    </Button>
  );
}

/** To the clipboard; where a frame may not write to it, through a selected text field. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** What a dataset version is called, with the number of its version where there are several. */
export function datasetTitle({ session, scene }: Panel, no: number): [string, string] {
  const dataset = session.datasets.get(no);
  if (!dataset) return [`dataset ${no}`, ""];
  const node = scene.graph.value.nodeOf.get(no);
  const version = node && node.versions.length > 1 ? ` v${node.versions.indexOf(no) + 1}` : "";
  if (dataset.kind === "external") return [externalTitle(dataset), version];
  const maker = session.producer(no);
  return [node?.title ?? (maker ? `${shortName(maker.name)} (${dataset.kind})` : dataset.kind), version];
}

export function DatasetLink({ no }: { no: number }) {
  const panel = usePanel();
  const [title, version] = datasetTitle(panel, no);
  return (
    <Button class="lx-link" onClick={() => panel.view.select({ kind: "dataset", no })}>
      <Dot colour={`node-${panel.scene.graph.value.nodeOf.get(no)?.kind ?? "other"}`} />
      <span dir="auto">{title}</span>
      <small>{version}</small>
    </Button>
  );
}

export function OperationLink({ no, text }: { no: number; text?: boolean }) {
  const { session, view } = usePanel();
  const operation = session.operations.get(no);
  if (!operation) return null;
  return (
    <Button class="lx-link" title={operation.text} onClick={() => view.select({ kind: "operation", no })}>
      <Dot colour={`op-${operationKind(session, operation)}`} />
      <span>{shortName(operation.name)}</span>
      {text && <code>{operation.text.replace(/\s+/g, " ")}</code>}
    </Button>
  );
}

/** How an edge is known, with the reason where it isn't exact. */
export function Sure({ confidence, reason }: { confidence: Confidence; reason?: string }) {
  return (
    <Tag mark={confidence} title={reason || MEANING[confidence]}>
      {confidence}
    </Tag>
  );
}
