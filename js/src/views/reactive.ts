/**
 * What a component can do: read signals, remember, and act when it is there.
 *
 * It renders again when a signal that it read has changed, and only then. Preact's own hooks do more (effects that
 * depend on values, reducers) and take 2.4 kB more; with signals nothing of that is needed.
 */

import { Component, options, type VNode } from "preact";
import { begin, computed, effect, type ReadonlySignal, release, type Signal, signal } from "../state/signals";

/** Hooks and fields in Preact's sources (`preact.mjs`): its own hooks and signals use them, too; the version is pinned. */
interface Options {
  _render?: (vnode: Rendered) => void;
  diffed?: (vnode: Rendered) => void;
  unmount?: (vnode: Rendered) => void;
}
type Rendered = VNode & { _component?: Living };
interface Living extends Component {
  reader?: Parameters<typeof begin>[0];
  memory?: unknown[];
  endings?: (() => void)[] | null;
  context: Record<string, unknown>;
}

const preact = options as Options;
let component: Living;
let slot = 0;
let end: (() => void) | null = null;

function finish(): void {
  end?.();
  end = null;
}

preact._render = ({ _component: drawing }) => {
  finish();
  if (!drawing) return;
  component = drawing;
  slot = 0;
  component.reader ??= { reads: new Map(), stale: () => drawing.setState({}) };
  end = begin(component.reader);
};

preact.diffed = finish;

preact.unmount = ({ _component: gone }) => {
  if (!gone) return;
  if (gone.reader) release(gone.reader);
  for (const act of gone.endings ?? []) act();
  gone.endings = null;
};

/** What its parent gives it again unchanged is no reason to render. */
Component.prototype.shouldComponentUpdate = function (props: object, state: object) {
  if (state !== this.state) return true;
  const before = this.props as Record<string, unknown>;
  const after = Object.entries(props);
  return after.length !== Object.keys(before).length || after.some(([name, value]) => before[name] !== value);
};

/** A value that a component makes when it begins and keeps. Always called in the same order. */
export function useOnce<T>(make: () => T): T {
  component.memory ??= [];
  const at = slot++;
  if (at === component.memory.length) component.memory.push(make());
  return component.memory[at] as T;
}

/** A signal of one component. */
export const useSignal = <T>(value: T): Signal<T> => useOnce(() => signal(value));

export const useComputed = <T>(compute: () => T): ReadonlySignal<T> => useOnce(() => computed(compute));

/** For the `ref` of an element. */
export const useElement = <T extends Element>(): { current: T | null } => useOnce(() => ({ current: null }));

/** Act once the component is on the page; what that gives back is called when it goes. */
export function useMount(act: () => (() => void) | undefined): void {
  const mine = component;
  useOnce(() =>
    queueMicrotask(() => {
      if (mine.endings === null) return; // it is gone already
      const stop = act();
      mine.endings ??= [];
      if (stop) mine.endings.push(stop);
    }),
  );
}

/** An effect as long as the component is there. */
export const useEffect = (act: () => void): void => useMount(() => effect(act));

/** What an ancestor provides. */
export const useProvided = (name: string): unknown => component.context[name];
