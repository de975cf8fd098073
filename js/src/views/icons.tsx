/** Icons as paths on a 16 × 16 grid, drawn in the colour of the text. */

const PATHS = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4l3.4 3.4",
  columns: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  right: "M2 8h11M9.5 4.5 13 8l-3.5 3.5",
  rail: "M4 2.5v11M4 5.5h3M4 10.5h3M7.5 4h6v3h-6zM7.5 9h6v3h-6z",
  down: "M8 2v11M4.5 9.5 8 13l3.5-3.5",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  tidy: "M3 4h4v3H3zM9 2.5h4v3H9zM9 9.5h4v3H9zM7 5.5h1V4h1M8 5.5V11h1",
  heat: "M8 2c.5 2.5 3.5 3.6 3.5 7a3.5 3.5 0 0 1-7 0c0-1.6.8-2.4 1.4-3.2C6.5 7 7 7.4 7 8c1-1.4 1.3-3.6 1-6Z",
  cell: "M2.5 3.5h11v9h-11zM5 6.5 7 8l-2 1.5M8.5 10h3",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.5v9l7.5-4.5z",
  follow: "M8 2.5v3M8 10.5v3M2.5 8h3M10.5 8h3M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3",
  more: "M4 8h.01M8 8h.01M12 8h.01",
  close: "m4 4 8 8M12 4l-8 8",
  open: "m6 4 4 4-4 4",
  shut: "m4 6 4 4 4-4",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  focus: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2",
  plus: "M8 3.5v9M3.5 8h9",
  warn: "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="lx-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
