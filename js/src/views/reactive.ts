/** Components read signals: a component renders again when one that it read has changed, and only then. */

import { Component, options, type VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { begin, computed, effect, type ReadonlySignal, release, type Signal, signal } from "../state/signals";

/** Preact's names for its hooks and fields, which its own signals use, too; the version is pinned. */
interface Options {
  __r?: (vnode: Rendered) => void;
  diffed?: (vnode: Rendered) => void;
  unmount?: (vnode: Rendered) => void;
}
type Rendered = VNode & { __c?: Component & { reader?: Reader } };
type Reader = Parameters<typeof begin>[0];

const preact = options as Options;
const { __r, diffed, unmount } = preact;
let end: (() => void) | null = null;

function finish(): void {
  end?.();
  end = null;
}

preact.__r = (vnode) => {
  finish();
  const component = vnode.__c;
  if (component) {
    component.reader ??= { reads: new Map(), stale: () => component.setState({}) };
    end = begin(component.reader);
  }
  __r?.(vnode);
};

preact.diffed = (vnode) => {
  finish();
  diffed?.(vnode);
};

preact.unmount = (vnode) => {
  if (vnode.__c?.reader) release(vnode.__c.reader);
  unmount?.(vnode);
};

/** What its parent gives it again unchanged is no reason to render. */
Component.prototype.shouldComponentUpdate = function (props: object, state: object) {
  if (state !== this.state) return true;
  const before = this.props as Record<string, unknown>;
  const after = Object.entries(props);
  return after.length !== Object.keys(before).length || after.some(([name, value]) => before[name] !== value);
};

/** A signal of one component. */
export function useSignal<T>(value: T): Signal<T> {
  return useMemo(() => signal(value), []);
}

export function useComputed<T>(compute: () => T): ReadonlySignal<T> {
  return useMemo(() => computed(compute), []);
}

/** An effect as long as the component is there. */
export function useSignalEffect(act: () => void): void {
  useEffect(() => effect(act), []);
}
