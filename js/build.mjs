// Build the panel into lineage_ext/static/ (one ESM, one stylesheet) and the labextension's entry.
// `--check` only compares with what is committed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { FIELDS, preact } from "./preact.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGE = join(HERE, "..", "lineage_ext");
const MOST = { "static/panel.js": [120_000, 45_000] }; // bytes, minified and gzipped
/**
 * Names of our own that nobody outside the bundle reads (no message, no page, no test): they get one letter, which
 * takes 2 kB off. None may be written as a string anywhere, or what it names wouldn't be found.
 */
const OWN =
  `across along arranged arrangement bends breaks builder byCell cards channel colour consumers current curve
  dimmed drawer drawn edges endings ends extent flow fresh frozen gap graphVersion hiddenKinds indirect info inside
  isOpen laneX layout lengthen motion moved moving nodeOf opaqueInside openCells opened orientation origins
  palette peek pieces plane producer rank ranks ratio reached reader reads recordsVersion refresh resized results room
  samplesVersion schemaOf scrolled searchable selectedCell selectedOperation sizes spacing spot spots
  staleCells staleDatasets stand starts statusVersion steps surface thinned unfocus unfolded`.split(/\s+/);

const common = {
  absWorkingDir: HERE,
  bundle: true,
  target: "es2022",
  minifySyntax: true,
  outdir: PACKAGE,
  write: false,
  tsconfigRaw: {
    compilerOptions: {
      jsx: "react",
      jsxFactory: "jsxElement",
      jsxFragmentFactory: "jsxFragment",
      useDefineForClassFields: false,
    },
  },
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
};
const panel = {
  entryPoints: { "static/panel": "src/widget.ts" },
  format: "esm",
  inject: ["src/jsx.ts"],
  mangleProps: new RegExp(`^(${[FIELDS, ...OWN].join("|")})$`),
  plugins: [preact],
};
const lab = { entryPoints: { "labextension/static/remoteEntry": "src/labextension.ts" }, format: "iife" };
const built = await Promise.all([panel, lab].map((part) => build({ ...common, ...part })));

const check = process.argv.includes("--check");
let failed = false;
for (const { path, text } of built.flatMap((result) => result.outputFiles)) {
  const name = relative(PACKAGE, path);
  const contents = Buffer.from(path.endsWith(".js") ? await smallest(text) : await plain(text));
  const size = [contents.length, gzipSync(contents, { level: 9 }).length];
  console.log(`${name} ${size.join(" bytes, gzip ")} bytes`);
  if (MOST[name]?.some((most, i) => size[i] > most)) {
    console.error(`${name} is larger than ${MOST[name].join(" bytes, gzip ")} bytes`);
    failed = true;
  }
  const quoted = OWN.filter((own) => new RegExp(`["'\`]${own}["'\`]`).test(contents));
  if (quoted.length > 0) {
    console.error(`${name} has ${quoted.join(", ")} as strings: take them off OWN in build.mjs`);
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

/**
 * terser after esbuild: 1.3 KiB of gzip less than esbuild's own minifier. Reading a signal has an effect, so getters
 * aren't pure. ASCII passes through pages of any encoding.
 */
async function smallest(code) {
  const compress = {
    passes: 3,
    pure_getters: false,
    unsafe_arrows: true,
    keep_fargs: false,
    lhs_constants: false,
  };
  const { code: small } = await minify(code, {
    toplevel: true,
    ecma: 2020,
    compress,
    format: { ascii_only: true },
  });
  return `${small}\n`;
}

async function plain(css) {
  const { outputFiles: files } = await build({
    stdin: { contents: css, loader: "css" },
    minify: true,
    write: false,
    target: "es2022",
  });
  return files[0].text;
}

function same(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
