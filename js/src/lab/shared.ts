/** Modules that the page shares, by webpack's module federation. */

interface Shared {
  loaded?: unknown;
  get(): Promise<() => unknown> | (() => unknown);
}
export type Scope = Record<string, Record<string, Shared>>;

/** The module in the version that is loaded already, else in any; null when the page doesn't share it. */
export async function shared(scope: Scope, name: string): Promise<Record<string, unknown> | null> {
  const versions = scope[name];
  if (!versions) return null;
  const all = Object.values(versions);
  const chosen = all.find((version) => version.loaded) ?? all[0];
  if (!chosen) return null;
  try {
    return (await chosen.get())() as Record<string, unknown>;
  } catch (error) {
    console.warn(`lineage-ext: ${name} couldn't be loaded`, error);
    return null;
  }
}
