/** What details are put together from: facts, ids to copy, links to tables and operations. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Node } from "../../graph/builder";
import { operationKind, shortName } from "../../graph/kinds";
import { externalTitle } from "../../graph/naming";
import type { Confidence } from "../../model/words";
import type { Session } from "../../state/kernel";
import { usePanel } from "../context";
import { Icon } from "../icons";

export function Section({
  title,
  count,
  children,
}: {
  title: string;
  count?: number;
  children: ComponentChildren;
}) {
  return (
    <section class="lx-section">
      <h3>
        {title}
        {count !== undefined && <small>{count}</small>}
      </h3>
      {children}
    </section>
  );
}

/** Names and values; those without a value are left out. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="lx-facts">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Copy({ text, label, title }: { text: string; label: string; title: string }) {
  const done = useSignal(false);
  return (
    <button
      type="button"
      class="lx-button"
      title={title}
      onClick={async () => {
        await copyText(text);
        done.value = true;
        setTimeout(() => {
          done.value = false;
        }, 1200);
      }}
    >
      <Icon name="copy" />
      {done.value ? "Copied" : label}
    </button>
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

/** What a dataset version is called. */
export function datasetTitle(session: Session, nodeOf: ReadonlyMap<number, Node>, no: number): string {
  const dataset = session.datasets.get(no);
  if (!dataset) return `dataset ${no}`;
  if (dataset.kind === "external") return externalTitle(dataset);
  const node = nodeOf.get(no);
  if (node) return node.title;
  const maker = session.producer(no);
  return maker ? `${shortName(maker.name)} (${dataset.kind})` : dataset.kind;
}

export function DatasetLink({ no }: { no: number }) {
  const { session, scene, view } = usePanel();
  const { nodeOf } = scene.graph.value;
  const node = nodeOf.get(no);
  const version = node && node.versions.length > 1 ? ` v${node.versions.indexOf(no) + 1}` : "";
  return (
    <button type="button" class="lx-link" onClick={() => view.select({ kind: "dataset", no })}>
      <i class="lx-dot" style={{ background: `var(--lx-node-${node?.kind ?? "other"})` }} />
      <span dir="auto">{datasetTitle(session, nodeOf, no)}</span>
      <small>{version}</small>
    </button>
  );
}

export function OperationLink({ no, text }: { no: number; text?: boolean }) {
  const { session, view } = usePanel();
  const operation = session.operations.get(no);
  if (!operation) return null;
  return (
    <button
      type="button"
      class="lx-link"
      onClick={() => view.select({ kind: "operation", no })}
      title={operation.text}
    >
      <i class="lx-dot" style={{ background: `var(--lx-op-${operationKind(session, operation)})` }} />
      <span>{shortName(operation.name)}</span>
      {text && <code>{operation.text.replace(/\s+/g, " ")}</code>}
    </button>
  );
}

/** How an edge is known, with the reason where it isn't exact. */
export function Sure({ confidence, reason }: { confidence: Confidence; reason?: string }) {
  return (
    <span class="lx-tag" data-mark={confidence} title={reason || MEANING[confidence]}>
      {confidence}
    </span>
  );
}

/** The values can't be read off what became of them: hashed, counted. */
export function Masked() {
  return (
    <span class="lx-tag" title="The values can't be read off the result: hashed, counted">
      masked
    </span>
  );
}

const MEANING: Record<Confidence, string> = {
  exact: "the operation's documented meaning and the recorded arguments",
  inferred: "read off the source text, or wide enough to miss nothing",
  opaque: "no rule explains it: all inputs may have influenced all outputs",
};
