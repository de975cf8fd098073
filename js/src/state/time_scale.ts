/** Time on the screen: what happened in its true proportions, long idle stretches shortened. */

export interface Break {
  from: number;
  to: number;
}

/** An idle stretch longer than this share of the busy time is shortened to it. */
const SHARE = 0.06;
const LEAST = 1000; // ms

export class TimeScale {
  readonly breaks: Break[] = [];
  readonly start: number;
  readonly end: number;
  /** Real times and times with idle stretches shortened, at the ends of each stretch. */
  #real: number[] = [];
  #short: number[] = [];

  constructor(busy: readonly (readonly [number, number])[]) {
    const spans = merged(busy);
    this.start = spans[0]?.[0] ?? 0;
    this.end = spans[spans.length - 1]?.[1] ?? this.start + 1;
    const work = spans.reduce((sum, [a, b]) => sum + b - a, 0);
    const longest = Math.max(LEAST, work * SHARE);
    let at = 0;
    let before = this.start;
    for (const [a, b] of spans) {
      const idle = a - before;
      if (idle > longest) this.breaks.push({ from: before, to: a });
      at += Math.min(idle, longest);
      this.#push(a, at);
      at += b - a;
      this.#push(b, at);
      before = b;
    }
    if (at === 0) this.#push(this.end + 1, 1);
  }

  /** Length of everything, idle stretches shortened, ms. */
  get length(): number {
    return this.#short[this.#short.length - 1] ?? 1;
  }

  /** Real time to shortened time since the start. */
  shorten(time: number): number {
    return interpolate(this.#real, this.#short, time);
  }

  /** And back. */
  lengthen(time: number): number {
    return interpolate(this.#short, this.#real, time);
  }

  #push(real: number, short: number): void {
    this.#real.push(real);
    this.#short.push(short);
  }
}

function merged(spans: readonly (readonly [number, number])[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [a, b] of [...spans].sort((x, y) => x[0] - y[0])) {
    const last = found[found.length - 1];
    if (last && a <= last[1]) last[1] = Math.max(last[1], b);
    else found.push([a, Math.max(a, b)]);
  }
  return found;
}

function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  const n = from.length;
  if (n === 0) return 0;
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const half = (low + high) >> 1;
    if ((from[half] as number) <= value) low = half;
    else high = half;
  }
  const a = from[low] as number;
  const b = from[high] as number;
  if (b === a) return to[low] as number;
  const t = Math.min(1, Math.max(0, (value - a) / (b - a)));
  return (to[low] as number) + t * ((to[high] as number) - (to[low] as number));
}
