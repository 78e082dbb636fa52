// Builds static/build: bundles with content-hashed names, manifest.json, and .gz and .br beside each text file.
// Started by build.py, which passes the digest of the sources for the manifest.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import * as sass from "sass";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const source = path.join(here, "src");
const modules = path.join(here, "node_modules");
const fresh = path.join(modules, ".fedora-hubs-build");

// What the licences of the packages ask for, once for all files.
const notice = "Made of the packages whose licences are in licences.txt";
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".svg": "file" },
  outdir: "build",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none",
  banner: { js: `/*! ${notice} */`, css: `/*! ${notice} */` },
};

/** Gives the files of the style sheet: itself, its fonts and its pictures. */
async function styles() {
  const compiled = sass.compile(path.join(source, "main.scss"), {
    loadPaths: [modules],
    quietDeps: true,
    // Bootstrap 5 is written with what Sass 3 will drop; it is pinned, and so is Sass.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  return esbuild.build({
    ...common,
    stdin: { contents: compiled.css, resolveDir: source, sourcefile: "main.css", loader: "css" },
    entryNames: "main-[hash]",
  });
}

/** Gives one SVG file with a symbol for each icon that icons.json names. */
async function sprite() {
  const folder = path.join(modules, "bootstrap-icons", "icons");
  const names = JSON.parse(await readFile(path.join(source, "icons.json"), "utf8"));
  const symbols = names.map(async (name) => {
    const svg = await readFile(path.join(folder, `${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 16 16">${inside}</symbol>`;
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>\n`;
  return Buffer.from(text);
}

/** Gives the licences of all that is in the files. */
async function licences() {
  const { dependencies } = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
  const texts = Object.entries(dependencies).map(async ([name, version]) => {
    const files = await readdir(path.join(modules, name));
    const file = files.find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name} ${version}\n\n${await readFile(path.join(modules, name, file), "utf8")}`;
  });
  return Buffer.from((await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`));
}

function hashed(name, contents) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  return `${stem}-${hash}${ext}`;
}

/** Turns esbuild's "main-ABCD2345.css" into "main.css". */
function logical(name) {
  return name.replace(/-[A-Z0-9]{8}(?=\.)/, "");
}

async function collect() {
  const files = new Map();
  const manifest = {};
  const add = (plain, name, contents) => {
    manifest[plain] = name;
    files.set(name, contents);
  };
  const scripts = esbuild.build({ ...common, entryPoints: ["src/main.js", "src/arrange.js"], format: "iife" });
  for (const { outputFiles } of await Promise.all([styles(), scripts])) {
    for (const file of outputFiles) {
      const name = path.basename(file.path);
      add(logical(name), name, Buffer.from(file.contents));
    }
  }
  const icons = await sprite();
  add("icons.svg", hashed("icons.svg", icons), icons);
  for (const name of await readdir(path.join(source, "pictures"))) {
    const contents = await readFile(path.join(source, "pictures", name));
    add(name, hashed(name, contents), contents);
  }
  files.set("licences.txt", await licences());
  return { files, manifest };
}

async function write(name, contents) {
  await writeFile(path.join(fresh, name), contents);
  if (!/\.(css|js|svg|json|txt)$/.test(name)) return;
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } };
  await writeFile(path.join(fresh, `${name}.gz`), gzipSync(contents, { level: 9 }));
  await writeFile(path.join(fresh, `${name}.br`), brotliCompressSync(contents, brotli));
}

const { files, manifest } = await collect();
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh);
for (const [name, contents] of files) {
  await write(name, contents);
}
const listing = { sources: process.argv[2] ?? "", files: manifest };
await writeFile(path.join(fresh, "manifest.json"), `${JSON.stringify(listing, null, 2)}\n`);
await rm(path.join(here, "build"), { recursive: true, force: true });
await rename(fresh, path.join(here, "build"));
console.log(`Built ${files.size} files into static/build.`);
