// Type-checks the TypeScript samples of README.md and docs/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, run } from "./run.mjs";

const out = "build/docs";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const pages = ["README.md", ...readdirSync("docs").map((name) => join("docs", name))];
let count = 0;
for (const page of pages.filter((name) => name.endsWith(".md"))) {
  for (const [, sample] of readFileSync(page, "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    count++;
    const name = `${page.replace(/\W+/g, "_")}_${count}.ts`;
    writeFileSync(join(out, name), `// From ${page}.\n${local(sample)}\nexport {};\n`);
  }
}
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.json",
    compilerOptions: {
      rootDir: "../..",
      noEmit: true,
      noUnusedLocals: false,
      typeRoots: ["../../node_modules/@types"],
    },
    include: ["*.ts"],
  }),
);
run(`${count} samples of the documents`, bin("tsc"), ["-p", `${out}/tsconfig.json`]);

/** What a user imports from the package is imported from the sources here. */
function local(sample) {
  return sample.replace(
    /from "govppmux(\/[^"]*)?"/g,
    (whole, path) => {
      const file = sourceOf(`.${path ?? ""}`);
      return file === undefined ? whole : `from "../../${file}"`;
    },
  );
}

/** The source behind a subpath of the package: `./binapi/ip` → `src/binapi/ip.ts`. */
function sourceOf(subpath) {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const [pattern, { types }] of Object.entries(exports)) {
    const [head, tail] = pattern.split("*");
    const matches = tail === undefined ? subpath === pattern : subpath.startsWith(head);
    if (!matches || types === undefined) continue;
    return types.replace("./dist/", "").replace(".d.ts", ".ts").replace(
      "*",
      subpath.slice(head.length),
    );
  }
  return undefined;
}
