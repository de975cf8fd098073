/** The profile of a dataset, where the kernel has one: asked for once, when its details are opened. */

import { usePanel } from "../context";
import { useMount, useSignal } from "../reactive";
import { Section } from "./pieces";

/** One column of a profile facet, as far as it is known. */
interface ColumnProfile {
  name: string;
  [measure: string]: unknown;
}

export function Profile({ no }: { no: number }) {
  const { connection } = usePanel();
  const found = useSignal<ColumnProfile[] | null>(null);
  useMount(() => {
    connection
      .ask("details", { dataset: no })
      .then((value) => {
        found.value = profileOf(value);
      })
      .catch(() => {}); // a report, or a kernel that doesn't know it any more: there is no profile to show
    return undefined;
  });
  if (!found.value) return null;
  const measures = [...new Set(found.value.flatMap((column) => Object.keys(column)))].filter(
    (m) => m !== "name",
  );
  return (
    <Section title="Profile" count={found.value.length}>
      <div class="lx-scroll">
        <table class="lx-table">
          <thead>
            <tr>
              <th>column</th>
              {measures.map((measure) => (
                <th key={measure}>{measure}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.value.slice(0, 100).map((column) => (
              <tr key={column.name}>
                <th scope="row" dir="auto">
                  {column.name}
                </th>
                {measures.map((measure) => (
                  <td key={measure}>{text(column[measure])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** Columns of a `profile` among the facets of a dataset; null when there is none. */
function profileOf(details: unknown): ColumnProfile[] | null {
  const facets = (details as { facets?: Record<string, unknown> } | null)?.facets;
  const profile = facets?.profile as { columns?: ColumnProfile[] } | undefined;
  return Array.isArray(profile?.columns) && profile.columns.length > 0 ? profile.columns : null;
}

const text = (value: unknown): string =>
  typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(4) : String(value ?? "");
