/** Numbers for people: short, aligned, with their unit. */

const COUNT = new Intl.NumberFormat("en-US");

/** `327,346`. */
export const count = (n: number): string => COUNT.format(n);

/** `1.2k`, `3.4M` where there is little room. */
export function compact(n: number): string {
  const size = Math.abs(n);
  if (size < 10_000) return count(n);
  if (size < 1e6) return `${Math.round(n / 1000)}k`;
  if (size < 1e9) return `${(n / 1e6).toFixed(size < 1e7 ? 1 : 0)}M`;
  return `${(n / 1e9).toFixed(1)}G`;
}

/** `88 MB`; powers of 1000. */
export function bytes(n: number): string {
  let size = Math.abs(n);
  let unit = 0;
  while (size >= 999.5 && unit < 4) {
    size /= 1000;
    unit++;
  }
  const digits = unit > 0 && size < 9.95 ? 1 : 0;
  return `${n < 0 ? "−" : ""}${size.toFixed(digits)} ${["B", "kB", "MB", "GB", "TB"][unit]}`;
}

/** With a sign: `+12 MB`. */
export const change = (n: number): string => (n > 0 ? `+${bytes(n)}` : bytes(n));

/** `3 µs`, `12 ms`, `1.2 s`, `2 m 05 s`, `1 h 02 m`. */
export function duration(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.95) return `${s.toFixed(s < 9.95 ? 1 : 0)} s`;
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two((s % 3600) / 60)} m`;
}

/** `0.4 %`. */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;

/** `1 table`, `3 tables`. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** The first line that says something. */
export function firstLine(source: string): string {
  const lines = source.split("\n");
  return (lines.find((line) => line.trim() && !line.trim().startsWith("#")) ?? lines[0] ?? "").trim();
}

/** At most so many letters. */
export const clip = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** `GROUP_BY` as words. */
export const words = (name: string): string => name.toLowerCase().replace("_", " ");
