/**
 * Measurements of the bindings that each need a process of their own.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** What importing modules costs a fresh process. */
export interface ImportCost {
  readonly milliseconds: number;
  /** What is in use afterwards and was not before. */
  readonly heapBytes: number;
  /** Time to resolve the definitions of all messages; a program needs few of them. */
  readonly resolveMilliseconds: number;
  /** In use once they are resolved. */
  readonly resolvedHeapBytes: number;
}

const program = `
const heap = () => { globalThis.gc(); globalThis.gc(); return process.memoryUsage().heapUsed; };
const before = heap();
const start = performance.now();
const modules = [];
for (const url of URLS) modules.push(await import(url));
const milliseconds = performance.now() - start;
const imported = heap();
const resolving = performance.now();
let count = 0;
for (const module of modules) {
  for (const value of Object.values(module)) count += value?.message?.fields?.length ?? 0;
}
const resolveMilliseconds = performance.now() - resolving;
const resolved = heap();
console.log(JSON.stringify({
  milliseconds,
  heapBytes: imported - before,
  resolveMilliseconds,
  resolvedHeapBytes: resolved - before,
  count,
  modules: modules.length,
}));
`;

export function importCost(urls: readonly string[]): ImportCost {
  const isDeno = "Deno" in globalThis;
  const code = `import process from "node:process";${
    program.replace("URLS", JSON.stringify(urls))
  }`;
  const args = isDeno
    ? ["eval", "--quiet", "--v8-flags=--expose-gc", "--ext=js", code]
    : ["--expose-gc", "--input-type=module", "--eval", code];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Importing ${urls.length} modules failed: ${stderr}`);
  return JSON.parse(stdout) as ImportCost;
}

/** Seconds that tsc needs for the `.ts` files of a folder. */
export function typeCheckSeconds(folder: string): number {
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: {
      noEmit: true,
      rootDir: "../..",
      typeRoots: ["../../node_modules/@types"],
    },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const start = performance.now();
  const { status, stdout } = spawnSync("node_modules/.bin/tsc", ["-p", folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tsc failed: ${stdout}`);
  return (performance.now() - start) / 1000;
}
