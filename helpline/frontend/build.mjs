/**
 * Builds what stands in ../static/helpline/: the theme, the typeface, govuk-frontend's module,
 * altcha's worker.
 *
 * `node build.mjs` writes it; `node build.mjs --check` builds it in memory and fails when what is
 * committed differs, so that nobody edits built files by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = dirname(dirname(createRequire(import.meta.url).resolve("govuk-frontend/package.json")));
const target = join(here, "..", "static", "helpline");
const altcha = join(modules, "altcha");
const typeface = join(modules, "@fontsource-variable", "atkinson-hyperlegible-next");

/** Static storage looks for the file that such a comment names, and it is not ours to ship. */
const withoutSourceMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

function build() {
  const files = new Map();
  const css = sass.compile(join(here, "scss", "site.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
  }).css;
  files.set("site.css", Buffer.from(`${css}\n`));
  files.set(
    "govuk-frontend.js",
    Buffer.from(
      withoutSourceMap(
        readFileSync(join(modules, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "utf8"),
      ),
    ),
  );
  files.set("altcha-pbkdf2.js", readFileSync(join(altcha, "dist", "workers", "pbkdf2.js")));
  files.set("altcha.LICENSE.txt", readFileSync(join(altcha, "LICENSE.txt")));
  for (const subset of ["latin", "latin-ext"]) {
    for (const style of ["normal", "italic"]) {
      const name = `atkinson-hyperlegible-next-${subset}-wght-${style}.woff2`;
      files.set(`fonts/${name}`, readFileSync(join(typeface, "files", name)));
    }
  }
  files.set("fonts/OFL.txt", readFileSync(join(typeface, "LICENSE")));
  files.set("govuk-frontend.LICENSE.txt", readFileSync(join(here, "LICENSE.govuk-frontend.txt")));
  return files;
}

function current(path) {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

const checking = process.argv.includes("--check");
const stale = [];
for (const [name, content] of build()) {
  const path = join(target, name);
  if (current(path)?.equals(content)) continue;
  stale.push(name);
  if (!checking) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
if (checking && stale.length > 0) {
  console.error(`Not as built: ${stale.join(", ")}. Run "npm run build" in helpline/frontend.`);
  process.exit(1);
}
console.log(stale.length === 0 ? "Theme is current." : `Wrote ${stale.join(", ")}`);
