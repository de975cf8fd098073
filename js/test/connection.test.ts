import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decode, type Message, type PanelRecord } from "../src/protocol";
import type { Channel } from "../src/state/channel";
import { Connection } from "../src/state/connection";
import { freeze, Session } from "../src/state/kernel";
import { Book } from "./build";
import { recorded, recordedSession, recordedText } from "./recorded";

class FakeChannel implements Channel {
  frozen = false;
  sent: { k: string; id: number }[] = [];
  kept = "";
  #receive: (message: Message, buffers: readonly DataView[]) => void = () => {};

  constructor(private text = "") {}
  saved = () => this.text;
  save = (text: string) => {
    this.kept = text;
  };
  send = (command: { k: string; id: number }) => {
    this.sent.push(command);
  };
  listen = (receive: (message: Message, buffers: readonly DataView[]) => void) => {
    this.#receive = receive;
    return () => {};
  };
  goto = () => false;

  tell(message: Message, records: PanelRecord[] = [], times: number[] = []): void {
    const json = new TextEncoder().encode(JSON.stringify(records));
    const floats = new Float64Array(times);
    this.#receive(message, [
      new DataView(json.buffer),
      new DataView(floats.buffer),
      new DataView(floats.buffer),
    ]);
  }
}

const begin = (text = "") => {
  const channel = new FakeChannel(text);
  const session = new Session();
  return { channel, session, connection: new Connection(session, channel) };
};
const patch = (seq: number, epoch = "e"): Message => ({ k: "patch", v: 1, epoch, seq });
const snapshot = (seq: number, epoch = "e"): Message => ({ k: "snapshot", v: 1, epoch, seq });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("patches", () => {
  test("are applied in order; what a snapshot contained already is passed over", () => {
    const { channel, session, connection } = begin();
    const book = new Book();
    book.cell();
    channel.tell(snapshot(5), book.records);
    channel.tell(patch(5), [["cell", { ...(book.records[0]?.[1] as never as object), no: 99 } as never]]);
    expect(session.cells.size).toBe(1);
    channel.tell(patch(6), [["names", { cell: 1, names: [["a", 1]] }]]);
    expect(session.names.get(1)).toEqual([["a", 1]]);
    expect(connection.seq).toBe(6);
    expect(connection.link.value).toBe("live");
  });

  test("with a gap make the panel ask for everything, once", () => {
    const { channel, connection } = begin();
    channel.tell(patch(1));
    channel.tell(patch(3));
    channel.tell(patch(4));
    expect(connection.link.value).toBe("resync");
    expect(channel.sent.map((c) => c.k)).toEqual(["snapshot"]);
    channel.tell(snapshot(4));
    expect(connection.link.value).toBe("live");
    channel.tell(patch(5));
    expect(connection.seq).toBe(5);
  });

  test("of a new epoch forget the session before: the kernel was restarted", () => {
    const { channel, session, connection } = begin();
    const book = new Book();
    book.cell();
    channel.tell(patch(1), book.records);
    channel.tell(patch(1, "second"), []);
    expect(session.cells.size).toBe(0);
    expect(connection.link.value).toBe("restarted");
    vi.advanceTimersByTime(10_000);
    expect(connection.link.value).toBe("live");
  });

  test("with samples at any byte offset are read", () => {
    const bytes = new Uint8Array(3 + 16);
    new DataView(bytes.buffer).setFloat64(3, 1.5, true);
    const { times, records } = decode([new DataView(new ArrayBuffer(0)), new DataView(bytes.buffer, 3, 16)]);
    expect([...times]).toEqual([1.5, 0]);
    expect(records).toEqual([]);
  });
});

describe("commands", () => {
  test("resolve with the reply's value or reject with its error", async () => {
    const { channel, connection } = begin();
    const asked = connection.ask("details", { dataset: 3 });
    channel.tell({ k: "reply", id: 1, ok: true, value: { name: "df" } });
    await expect(asked).resolves.toEqual({ name: "df" });
    const refused = connection.ask("details", { dataset: 4 });
    channel.tell({ k: "reply", id: 2, ok: false, error: "there is no dataset 4" });
    await expect(refused).rejects.toThrow("there is no dataset 4");
  });

  test("that aren't answered for a moment say that the kernel is busy", () => {
    const { channel, connection } = begin();
    void connection.ask("describe");
    expect(connection.queued.value).toBe(0);
    vi.advanceTimersByTime(500);
    expect(connection.queued.value).toBe(1);
    channel.tell({ k: "reply", id: 1, ok: true });
    expect(connection.queued.value).toBe(0);
  });
});

describe("a saved session", () => {
  test("is shown at once, as saved, until the kernel answers", () => {
    const { session, channel, connection } = begin(recordedText());
    expect(connection.link.value).toBe("saved");
    expect(session.operations.size).toBeGreaterThan(100);
    channel.tell(snapshot(recorded().seq + 1, recorded().epoch), recorded().records);
    expect(connection.link.value).toBe("live");
  });

  test("is what the panel kept: the same session comes back", () => {
    const before = recordedSession();
    const after = new Session();
    after.apply(JSON.parse(freeze(before, "e", 3, 1e9)));
    for (const table of ["schemas", "datasets", "maps", "cells", "operations", "names"] as const) {
      expect([...after[table]]).toEqual([...before[table]]);
    }
    expect(after.info).toEqual(before.info);
    expect(after.status).toEqual(before.status);
  });

  test("isn't kept when it is larger than a notebook should hold", () => {
    expect(freeze(recordedSession(), "e", 3, 1000)).toBe("");
  });

  test("is kept at most every two seconds", () => {
    const { channel } = begin();
    channel.tell(patch(1));
    channel.tell(patch(2));
    expect(channel.kept).toBe("");
    vi.advanceTimersByTime(2500);
    expect(JSON.parse(channel.kept).seq).toBe(2);
  });
});

test("records that are gone from the kernel's memory go here, too", () => {
  const book = new Book();
  book.cell();
  const a = book.op([book.file("a.csv")]);
  const session = book.session();
  session.apply({ records: [["gone", { kind: "dataset", nos: [a] }]], times: [], rss: [] });
  expect(session.datasets.has(a)).toBe(false);
});

test("memory samples stay bounded, and the peak stays among them", () => {
  const session = new Session();
  const n = 100_000;
  const times = Float64Array.from({ length: n }, (_, i) => i);
  const rss = Float64Array.from({ length: n }, (_, i) => (i === 77_777 ? 1e9 : 1e6));
  session.apply({ records: [], times, rss });
  expect(session.samples.times.length).toBeLessThanOrEqual(40_000);
  expect(Math.max(...session.samples.rss)).toBe(1e9);
});
