/** How much room cards take. The stylesheet has the same numbers (`theme/graph.css`). */

export const WIDTH = 196;
export const HEAD = 42;
export const ROW = 18;
export const MOST_ROWS = 10;
/** From this many columns on a card offers a search among them. */
export const SEARCHABLE = 16;
export const SEARCH = 24;
export const FOOT = 6;
export const PILL = { width: 196, height: 26 };

export interface CardSize {
  width: number;
  height: number;
  /** Columns shown at a time; 0: closed. */
  rows: number;
  searchable: boolean;
}

/** The size of a table's card with `columns` to show, of which `open` says whether they are shown. */
export function cardSize(columns: number, open: boolean): CardSize {
  const rows = open ? Math.min(columns, MOST_ROWS) : 0;
  const searchable = open && columns >= SEARCHABLE;
  const height = HEAD + (rows > 0 ? rows * ROW + FOOT : 0) + (searchable ? SEARCH : 0);
  return { width: WIDTH, height, rows, searchable };
}

/** Middle of a column's row below the top of its card; rows out of sight stand at the edge of those in sight. */
export function rowMiddle(size: CardSize, row: number, scrolled: number): number {
  if (size.rows === 0) return HEAD / 2;
  const top = HEAD + (size.searchable ? SEARCH : 0);
  const middle = row * ROW - scrolled + ROW / 2;
  return top + Math.min(Math.max(middle, 3), size.rows * ROW - 3);
}
