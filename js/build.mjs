// Build the panel into lineage_ext/static/: one ESM and one stylesheet. `--check` only compares with what is committed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, "..", "lineage_ext", "static");
const MOST = { "panel.js": [120, 45] }; // kB, minified and gzipped

const { outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: { panel: "src/widget.ts" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: TARGET,
  write: false,
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  charset: "ascii", // a widget's source passes through notebooks and pages of any encoding
});

const check = process.argv.includes("--check");
let failed = false;
mkdirSync(TARGET, { recursive: true });
for (const { path, contents } of outputFiles) {
  const name = path.slice(TARGET.length + 1);
  const size = [contents.length / 1024, gzipSync(contents, { level: 9 }).length / 1024];
  console.log(`${name} ${size[0].toFixed(1)} kB, gzip ${size[1].toFixed(1)} kB`);
  if (MOST[name]?.some((most, i) => size[i] > most)) {
    console.error(`${name} is larger than ${MOST[name].join(" kB, gzip ")} kB`);
    failed = true;
  }
  if (!check) writeFileSync(path, contents);
  else if (!same(path, contents)) {
    console.error(`lineage_ext/static/${name} isn't what js/ builds: run make panel`);
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
