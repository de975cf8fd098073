/** Memory over time, in bounded space: of too many samples every other goes, the higher of two staying. */

const MOST = 40_000;

export class Samples {
  times: number[] = [];
  rss: number[] = [];

  add(times: ArrayLike<number>, rss: ArrayLike<number>): void {
    for (let i = 0; i < times.length; i++) {
      this.times.push(times[i] as number);
      this.rss.push(rss[i] as number);
    }
    while (this.times.length > MOST) Object.assign(this, halved(this.times, this.rss));
  }

  clear(): void {
    this.times = [];
    this.rss = [];
  }

  /** At most `most` samples of them, peaks kept. */
  thinned(most: number): { times: number[]; rss: number[] } {
    let { times, rss } = this as { times: number[]; rss: number[] };
    while (times.length > most) ({ times, rss } = halved(times, rss));
    return { times, rss };
  }
}

function halved(times: number[], rss: number[]): { times: number[]; rss: number[] } {
  const kept: { times: number[]; rss: number[] } = { times: [], rss: [] };
  for (let i = 0; i < times.length; i += 2) {
    const j = i + 1 < times.length && (rss[i + 1] as number) > (rss[i] as number) ? i + 1 : i;
    kept.times.push(times[j] as number);
    kept.rss.push(rss[j] as number);
  }
  return kept;
}
