/** Where an operation stands in its cell's source: lines from 1, columns in UTF-8 bytes, as CPython counts. */

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** Source in three parts: before the span, the span, after it. Null when the span isn't in the source. */
export function parts(
  source: string,
  at: readonly [number, number, number, number],
): [string, string, string] | null {
  const [line, endLine, column, endColumn] = at;
  const lines = source.split("\n");
  if (line < 1 || endLine > lines.length || endLine < line) return null;
  const start = offset(lines, line, column);
  const end = offset(lines, endLine, endColumn);
  return end < start ? null : [source.slice(0, start), source.slice(start, end), source.slice(end)];
}

function offset(lines: readonly string[], line: number, column: number): number {
  let before = 0;
  for (let i = 0; i < line - 1; i++) before += (lines[i] as string).length + 1;
  const text = lines[line - 1] as string;
  return before + TEXT.decode(UTF8.encode(text).slice(0, column)).length;
}
