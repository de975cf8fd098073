/**
 * Signals: values that know who reads them. What is computed from them is computed when it is read, and effects run
 * again when something they read has changed.
 *
 * The part of @preact/signals-core that a panel needs, with its semantics and an eighth of its size: with its Preact
 * binding the original takes 8.5 of the 120 kB the bundle may have.
 */

/** What can be read. */
export interface ReadonlySignal<T> {
  readonly value: T;
  /** The value, without being told when it changes. */
  peek(): T;
}

/** Who reads: it remembers the version of everything it read. */
interface Reader {
  reads: Map<Source, number>;
  /** Something it read may have changed. */
  stale(): void;
}

interface Source {
  version: number;
  /** Bring value and version up to date. */
  refresh(): void;
  add(reader: Reader): void;
  remove(reader: Reader): void;
}

let reading: Reader | null = null;
let clock = 0; // grows with every change of any signal
let depth = 0;
let flushing = false;
const waiting = new Set<Effect>();

export class Signal<T> implements Source, ReadonlySignal<T> {
  version = 0;
  #value: T;
  #readers = new Set<Reader>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    reading?.reads.set(this, this.version);
    return this.#value;
  }

  set value(value: T) {
    if (value === this.#value) return;
    this.#value = value;
    this.version++;
    clock++;
    batch(() => {
      for (const reader of [...this.#readers]) reader.stale();
    });
  }

  peek(): T {
    return this.#value;
  }

  refresh(): void {}

  add(reader: Reader): void {
    this.#readers.add(reader);
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
  }
}

class Computed<T> implements Source, Reader, ReadonlySignal<T> {
  version = 0;
  reads = new Map<Source, number>();
  #value: T | undefined;
  #readers = new Set<Reader>();
  #dirty = true;
  #seen = -1;

  constructor(readonly compute: () => T) {}

  get value(): T {
    this.refresh();
    reading?.reads.set(this, this.version);
    return this.#value as T;
  }

  peek(): T {
    this.refresh();
    return this.#value as T;
  }

  refresh(): void {
    const told = this.#readers.size > 0; // only then do its sources tell it of changes
    if (this.version > 0 && (told ? !this.#dirty : this.#seen === clock)) return;
    this.#dirty = false;
    this.#seen = clock;
    if (this.version > 0 && !changed(this)) return;
    const value = follow(this, this.compute, told);
    if (this.version > 0 && value === this.#value) return;
    this.#value = value;
    this.version++;
  }

  stale(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    for (const reader of [...this.#readers]) reader.stale();
  }

  add(reader: Reader): void {
    if (this.#readers.size === 0) for (const source of this.reads.keys()) source.add(this);
    this.#readers.add(reader);
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) for (const source of this.reads.keys()) source.remove(this);
  }
}

class Effect implements Reader {
  reads = new Map<Source, number>();

  constructor(readonly act: () => void) {
    this.run();
  }

  run(): void {
    follow(this, this.act, true);
  }

  stale(): void {
    waiting.add(this);
  }

  stop(): void {
    waiting.delete(this);
    release(this);
  }
}

/** Whether anything a reader read has changed since. */
function changed(reader: Reader): boolean {
  for (const [source, version] of reader.reads) {
    source.refresh();
    if (source.version !== version) return true;
  }
  return false;
}

/** Let a reader read: from now on what it reads (and nothing else) tells it of changes, if it is `told`. */
function follow<T>(reader: Reader, act: () => T, told: boolean): T {
  const end = begin(reader, told);
  try {
    return act();
  } finally {
    end();
  }
}

/** Begin to note what a reader reads; gives back what ends it. */
export function begin(reader: Reader, told = true): () => void {
  const outer = reading;
  const before = reader.reads;
  reader.reads = new Map();
  reading = reader;
  return () => {
    reading = outer;
    if (!told) return;
    for (const source of before.keys()) if (!reader.reads.has(source)) source.remove(reader);
    for (const source of reader.reads.keys()) if (!before.has(source)) source.add(reader);
  };
}

/** Stop telling a reader. */
export function release(reader: Reader): void {
  for (const source of reader.reads.keys()) source.remove(reader);
  reader.reads = new Map();
}

export const signal = <T>(value: T): Signal<T> => new Signal(value);

export const computed = <T>(compute: () => T): ReadonlySignal<T> => new Computed(compute);

/** Run now, and again whenever something it read has changed; gives back how to stop. */
export function effect(act: () => void): () => void {
  const made = new Effect(act);
  return () => made.stop();
}

/** Several changes at once: effects run when all are made. */
export function batch(act: () => void): void {
  depth++;
  try {
    act();
  } finally {
    depth--;
    if (depth === 0) flush();
  }
}

function flush(): void {
  if (flushing) return; // an effect changes something: the rounds below take it up
  flushing = true;
  try {
    for (let rounds = 0; waiting.size > 0; rounds++) {
      if (rounds > 100) throw new Error("effects change what they read");
      const now = [...waiting];
      waiting.clear();
      for (const effect of now) if (changed(effect)) effect.run();
    }
  } finally {
    waiting.clear();
    flushing = false;
  }
}
