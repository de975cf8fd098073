import { describe, expect, test, vi } from "vitest";
import { batch, computed, effect, signal } from "../src/state/signals";

describe("computed values", () => {
  test("are computed when they are read, once for each change", () => {
    const a = signal(1);
    const compute = vi.fn(() => a.value * 2);
    const b = computed(compute);
    expect(compute).not.toHaveBeenCalled();
    expect([b.value, b.value]).toEqual([2, 2]);
    expect(compute).toHaveBeenCalledTimes(1);
    a.value = 5;
    expect(b.value).toBe(10);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  test("aren't computed again because of what they don't read", () => {
    const a = signal(1);
    const other = signal(1);
    const compute = vi.fn(() => a.value);
    const b = computed(compute);
    b.value;
    other.value = 2;
    b.value;
    expect(compute).toHaveBeenCalledTimes(1);
  });

  test("that come out the same don't make what reads them run", () => {
    const a = signal(1);
    const odd = computed(() => a.value % 2);
    const run = vi.fn(() => {
      odd.value;
    });
    effect(run);
    a.value = 3;
    expect(run).toHaveBeenCalledTimes(1);
    a.value = 4;
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("follow what they read now, not what they read once", () => {
    const which = signal(true);
    const a = signal("a");
    const b = signal("b");
    const chosen = computed(() => (which.value ? a.value : b.value));
    const seen: string[] = [];
    effect(() => {
      seen.push(chosen.value);
    });
    which.value = false;
    a.value = "unseen";
    b.value = "c";
    expect(seen).toEqual(["a", "b", "c"]);
  });
});

describe("effects", () => {
  test("see a consistent picture: both sides of a diamond have changed", () => {
    const a = signal(1);
    const left = computed(() => a.value + 1);
    const right = computed(() => a.value * 10);
    const seen: string[] = [];
    effect(() => {
      seen.push(`${left.value} ${right.value}`);
    });
    a.value = 2;
    expect(seen).toEqual(["2 10", "3 20"]);
  });

  test("run once for a batch of changes", () => {
    const a = signal(1);
    const b = signal(1);
    const run = vi.fn(() => {
      a.value;
      b.value;
    });
    effect(run);
    batch(() => {
      a.value = 2;
      b.value = 2;
    });
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("don't depend on what is only peeked at", () => {
    const a = signal(1);
    const run = vi.fn(() => {
      a.peek();
    });
    effect(run);
    a.value = 2;
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("that are stopped stay silent, and let go of what they read", () => {
    const a = signal(1);
    const compute = vi.fn(() => a.value);
    const b = computed(compute);
    const stop = effect(() => {
      b.value;
    });
    stop();
    a.value = 2;
    expect(compute).toHaveBeenCalledTimes(1);
  });

  test("that change what they read for ever are an error, not a hanging page", () => {
    const a = signal(0);
    expect(() => {
      effect(() => {
        a.value = a.value + 1;
      });
      a.value = 100;
    }).toThrow("effects change what they read");
  });
});
