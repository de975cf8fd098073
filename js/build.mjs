// Build the panel into lineage_ext/static/ (one ESM, one stylesheet) and the labextension's entry.
// `--check` only compares with what is committed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGE = join(HERE, "..", "lineage_ext");
const MOST = { "static/panel.js": [120, 45] }; // kB, minified and gzipped

const common = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  target: "es2022",
  outdir: PACKAGE,
  write: false,
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: "jsxElement", jsxFragmentFactory: "jsxFragment" } },
  charset: "ascii", // a widget's source passes through notebooks and pages of any encoding
};
const built = await Promise.all([
  build({
    ...common,
    entryPoints: { "static/panel": "src/widget.ts" },
    format: "esm",
    inject: ["src/jsx.ts"],
  }),
  build({
    ...common,
    entryPoints: { "labextension/static/remoteEntry": "src/labextension.ts" },
    format: "iife",
  }),
]);

const check = process.argv.includes("--check");
let failed = false;
for (const { path, contents } of built.flatMap((result) => result.outputFiles)) {
  const name = relative(PACKAGE, path);
  const size = [contents.length / 1024, gzipSync(contents, { level: 9 }).length / 1024];
  console.log(`${name} ${size[0].toFixed(1)} kB, gzip ${size[1].toFixed(1)} kB`);
  if (MOST[name]?.some((most, i) => size[i] > most)) {
    console.error(`${name} is larger than ${MOST[name].join(" kB, gzip ")} kB`);
    failed = true;
  }
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  } else if (!same(path, contents)) {
    console.error(`lineage_ext/${name} isn't what js/ builds: run make panel`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);

function same(path, contents) {
  try {
    return readFileSync(path).equals(Buffer.from(contents));
  } catch {
    return false;
  }
}
