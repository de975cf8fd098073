/**
 * Preact as far as the panel uses it: 1.1 kB of gzip less.
 *
 * What Preact is built to is one file from which no bundler can drop anything. So its sources are taken, and what
 * is never true here is said to be: then esbuild and terser drop what depends on it. The version is pinned; the
 * build fails where the sources don't read as they did.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const INDEX = fileURLToPath(new URL("node_modules/preact/src/index.js", import.meta.url));
/** The files that drawing needs. */
const FILES = /preact\/src\/(diff\/[\w-]+|render|component|create-element)\.js$/;
const COMMENTS = /\/\*\*[\s\S]*?\*\/|^\s*\/\/.*\n/gm;

/** What the sources say, and what it comes to here. */
const NEVER = [
  // The panel draws into elements of its own that are empty: nothing is hydrated, nothing waits for a promise.
  [/^\s*(isHydrating|excessDomChildren),\n/gm, ""],
  [/^\s*oldVNode\._flags & MODE_HYDRATE( \? \[oldDom\] : NULL)?,\n/gm, ""],
  [/oldVNode\s*\? NULL\s*: parentDom\.firstChild\s*\? slice\.call\(parentDom\.childNodes\)\s*: NULL,/g, ""],
  [/oldVNode\._flags & MODE_SUSPENDED &&[^{]*\) \{/g, "false) {"],
  [/\b(let )?(isHydrating|excessDomChildren) =\s*/g, ""],
  [/newVNode\._flags &= RESET_MODE;|if \(resumed\) .*/g, ""],
  [/\w+\._flags & MODE_HYDRATE|\b(isHydrating|excessDomChildren)\b|\w+\._excess\b(?! =)/g, "null"],
  [/!\(e && e\.then\)/g, "true"],
  // No comments that a server wrote, no drawing into the document itself.
  [/\w+\.nodeType == [89]\b/g, "false"],
  // No portals, no contexts but `getChildContext`.
  [/\w+(\.props)?\._parentDom\b(?= \|\||\)| !=|;\n\s*namespace| \?|\n\s*\?|\n\s*:)/g, "null"],
  [/newType\.contextType/g, "null"],
  // Components are told by signals (`views/reactive.ts`), errors by the page.
  [/\w+\.(componentWill\w+|componentDid\w+|getSnapshotBeforeUpdate|getDerivedStateFrom\w+)\b/g, "null"],
  [/options\.(vnode|event|debounceRendering|_diff|_commit|_root|_hydrationMismatch)\b/g, "null"],
  // No HTML from strings, MathML, templates, custom elements, capturing listeners, values that are only the first.
  [
    /\w+ == '(dangerouslySetInnerHTML|foreignObject|math|template|textarea)'|namespace == MATH_NAMESPACE/g,
    "false",
  ],
  [/\b(newHtml|oldHtml)\b(?!,|;| =)|newProps\.is\b/g, "null"],
  [/'default\w+' in newProps/g, "false"],
  [/name != \(name = name\.replace\(CAPTURE_REGEX, '\$1'\)\)/g, "false"],
  [/\.replace\(\/xlink\(H\|:h\)\/, 'h'\)\.replace\(\/sName\$\/, 's'\)/g, ""],
];

/** Preact's own names for its fields begin with one underscore: nobody else reads them. */
export const FIELDS = "_[a-z]\\w*";

export const preact = {
  name: "preact",
  setup({ onResolve, onLoad, onEnd }) {
    const left = new Set(NEVER);
    onResolve({ filter: /^preact$/ }, () => ({ path: INDEX }));
    onLoad({ filter: FILES }, ({ path }) => {
      let contents = readFileSync(path, "utf8").replace(COMMENTS, "");
      for (const entry of NEVER) {
        const before = contents;
        contents = before.replace(...entry);
        if (contents !== before) left.delete(entry);
      }
      return { contents };
    });
    onEnd(() => ({
      errors: [...left].map(([pattern]) => ({ text: `preact.mjs: Preact doesn't say ${pattern} any more` })),
    }));
  },
};
