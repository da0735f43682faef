// Makes ../ui.js, ../uplot.js, ../uplot.css, their licences and the fonts from the locked packages.
// Run by a developer when a version changes (`npm ci && npm run bundle`); the results are committed.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "..");
const fonts = join(vendor, "..", "fonts");
const packages = join(here, "node_modules");

/** @param {string} name of the package, as in package.json */
async function versionOf(name) {
  return JSON.parse(await readFile(join(packages, name, "package.json"), "utf8")).version;
}

/** Writes one module, and the licences of what is in it beside it. */
async function bundle(entry, outfile, names) {
  const versions = await Promise.all(names.map(async (name) => `${name} ${await versionOf(name)}`));
  await build({
    entryPoints: [join(here, entry)],
    outfile: join(vendor, outfile),
    bundle: true,
    format: "esm",
    target: "es2020",
    minify: true,
    legalComments: "none",
    banner: { js: `/* ${versions.join(", ")}. Licences: ${outfile}.LICENSE. Made by build/bundle.mjs. */` },
  });
  const texts = await Promise.all(
    names.map(async (name, i) => `${versions[i]}\n\n${await readFile(join(packages, name, "LICENSE"), "utf8")}`),
  );
  await writeFile(join(vendor, `${outfile}.LICENSE`), texts.join(`\n${"-".repeat(72)}\n\n`));
}

async function copyFonts() {
  const from = join(packages, "@fontsource", "atkinson-hyperlegible-next");
  await mkdir(fonts, { recursive: true });
  for (const weight of [400, 700]) {
    const name = `atkinson-hyperlegible-next-latin-${weight}-normal.woff2`;
    await copyFile(join(from, "files", name), join(fonts, name));
  }
  await copyFile(join(from, "LICENSE"), join(fonts, "atkinson-hyperlegible-next.LICENSE"));
}

await bundle("ui.entry.js", "ui.js", ["preact", "htm", "@preact/signals", "@preact/signals-core", "idb"]);
await bundle("uplot.entry.js", "uplot.js", ["uplot"]);
await copyFile(join(packages, "uplot", "dist", "uPlot.min.css"), join(vendor, "uplot.css"));
await copyFonts();
