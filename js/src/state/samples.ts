/** Memory over time, in bounded space: of too many samples every other goes, the higher of two staying. */

const MOST = 40_000;

interface Curve {
  times: number[];
  rss: number[];
}

export class Samples implements Curve {
  times: number[] = [];
  rss: number[] = [];

  add(times: ArrayLike<number>, rss: ArrayLike<number>): void {
    for (let i = 0; i < times.length; i++) {
      this.times.push(times[i] as number);
      this.rss.push(rss[i] as number);
    }
    Object.assign(this, this.thinned(MOST));
  }

  clear(): void {
    this.times = [];
    this.rss = [];
  }

  /** At most `most` samples of them, peaks kept. */
  thinned(most: number): Curve {
    let { times, rss }: Curve = this;
    while (times.length > most) ({ times, rss } = halved(times, rss));
    return { times, rss };
  }
}

function halved(times: number[], rss: number[]): Curve {
  const kept: number[] = [];
  for (let i = 0; i < times.length; i += 2) kept.push((rss[i + 1] ?? 0) > (rss[i] as number) ? i + 1 : i);
  return { times: kept.map((i) => times[i] as number), rss: kept.map((i) => rss[i] as number) };
}
