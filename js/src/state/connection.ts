/** Follows the stream: applies patches in order, asks once for what it missed, tells how it stands. */

import { decode, type Message, type Snapshot } from "../protocol";
import type { Channel } from "./channel";
import { freeze, type Session } from "./kernel";
import { signal } from "./signals";

export type Link =
  | "loading" // nothing has come yet
  | "live"
  | "resync" // a patch was missed, a snapshot is on its way
  | "restarted" // the kernel began anew: what was there is replaced
  | "saved" // a saved notebook; the kernel hasn't answered
  | "report"
  | "closed"; // the extension was unloaded

const SAVE_EVERY = 2000;
const MOST_SAVED = 4_000_000;
const PATIENCE = 400; // ms without an answer until the kernel is called busy
const RESTARTED_FOR = 8000;

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
  since: number;
}

export class Connection {
  readonly link = signal<Link>("loading");
  /** Commands that wait for an answer for longer than a moment. */
  readonly queued = signal(0);
  epoch = "";
  seq = 0;
  /** Milliseconds between the sending of the last patch and its arrival here. */
  delay = 0;
  #asked = new Map<number, Asked>();
  #next = 1;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #saved = "";
  /** How long the last saving took, ms. */
  #cost = 0;
  #resyncing = false;
  #stop: () => void;

  constructor(
    readonly session: Session,
    readonly channel: Channel,
  ) {
    this.#stop = channel.listen((message, buffers) => this.receive(message, buffers));
    this.restore(channel.saved());
  }

  /** Show a saved session, unless what is here is newer. */
  restore(text: string): void {
    const saved = text && text !== this.#saved ? (JSON.parse(text) as Snapshot) : null;
    if (!saved || (saved.epoch === this.epoch && saved.seq <= this.seq)) return;
    this.session.replace(saved);
    this.epoch = saved.epoch;
    this.seq = saved.seq;
    this.link.value = this.channel.frozen ? "report" : "saved";
  }

  receive(message: Message, buffers: readonly DataView[]): void {
    if (message.k === "reply") this.#replied(message);
    else if (message.k === "bye") this.link.value = "closed";
    else if (message.k === "snapshot") this.#snapshot(message, buffers);
    else if (message.k === "patch") this.#patch(message, buffers);
  }

  /** Ask the kernel something. Rejects when it can't or nobody is there. */
  ask(k: string, fields: Record<string, unknown> = {}): Promise<unknown> {
    if (this.channel.frozen) return Promise.reject(new Error("a report has no kernel to ask"));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject, since: Date.now() });
      setTimeout(() => this.#count(), PATIENCE);
      try {
        this.channel.send({ ...fields, k, id });
      } catch (error) {
        this.#asked.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Ask for everything, once, and say nothing if nobody answers. */
  resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.ask("snapshot").catch(() => {
      this.#resyncing = false;
    });
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#saving);
  }

  #patch(message: { epoch: string; seq: number; ts?: number }, buffers: readonly DataView[]): void {
    if (message.ts) this.delay = Date.now() - message.ts;
    const begins = message.seq === 1 && message.epoch !== this.epoch;
    if (begins) {
      this.#restart(message.epoch);
    } else if (message.epoch !== this.epoch || message.seq > this.seq + 1) {
      this.link.value = "resync";
      this.resync();
      return;
    } else if (message.seq <= this.seq) {
      return; // it was in the snapshot
    }
    this.seq = message.seq;
    this.session.apply(decode(buffers));
    if (this.link.peek() !== "restarted") this.link.value = "live";
    this.#save();
  }

  #snapshot(message: { epoch: string; seq: number }, buffers: readonly DataView[]): void {
    this.#resyncing = false;
    if (message.epoch === this.epoch && message.seq < this.seq) return;
    this.session.replace(decode(buffers));
    this.epoch = message.epoch;
    this.seq = message.seq;
    this.link.value = "live";
    this.#save();
  }

  #restart(epoch: string): void {
    const first = this.epoch === "";
    this.session.replace({ records: [], times: [], rss: [] });
    this.epoch = epoch;
    this.seq = 0;
    this.link.value = first ? "live" : "restarted";
    if (!first) {
      setTimeout(() => {
        if (this.link.peek() === "restarted") this.link.value = "live";
      }, RESTARTED_FOR);
    }
  }

  #replied(reply: { id: number; ok: boolean; value?: unknown; error?: string }): void {
    const asked = this.#asked.get(reply.id);
    this.#asked.delete(reply.id);
    this.#count();
    if (reply.ok) asked?.resolve(reply.value);
    else asked?.reject(new Error(reply.error ?? "no reason given"));
  }

  #count(): void {
    const late = Date.now() - PATIENCE;
    this.queued.value = [...this.#asked.values()].filter((asked) => asked.since <= late).length;
  }

  /** Soon: of thousands of operations less often, a fiftieth of the time goes into it. */
  #save(): void {
    this.#saving ??= setTimeout(
      () => {
        const began = performance.now();
        this.#saving = undefined;
        this.#saved = freeze(this.session, this.epoch, this.seq, MOST_SAVED);
        this.channel.save(this.#saved);
        this.#cost = performance.now() - began;
      },
      Math.max(SAVE_EVERY, 50 * this.#cost),
    );
  }
}
