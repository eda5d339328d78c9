import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, describe, it } from "../harness.ts";

const isDeno = import.meta.url.endsWith(".ts");
const onNode = { skip: isDeno && "of Node only" };
const onDeno = { skip: !isDeno && "of Deno only" };
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program in another process of this runtime, and gives what it prints. */
function run(program: string, folder: string, ...options: string[]): string {
  const file = join(folder, "program.mjs");
  writeFileSync(file, program);
  return execFileSync(process.execPath, [...options, file], {
    encoding: "utf8",
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Opens libc, and prints the error that comes of it. */
function openingLibc(module: string): string {
  return `import { openLibc } from ${JSON.stringify(module)};
await openLibc().then(() => console.log("opened"), (e) => console.log(e.code, e.message));`;
}

function withFolder(test: (folder: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), "govppmux-ffi-"));
  try {
    test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("without what foreign functions need", () => {
  it("Node says that koffi is to be installed", onNode, () =>
    withFolder((folder) => {
      cpSync(join(root, "native"), join(folder, "native"), { recursive: true });
      cpSync(join(root, "src", "errors.js"), join(folder, "src", "errors.js"));
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
      const printed = run(openingLibc("./native/libc.js"), folder);
      assert.match(printed, /^NATIVE .*the package koffi.*npm install koffi/);
    }));

  it("Deno says which permission is missing", onDeno, () =>
    withFolder((folder) => {
      const module = new URL("../../native/libc.ts", import.meta.url).href;
      const options = ["run", "--no-check", "--no-prompt", "--allow-env", "--allow-read"];
      const printed = run(openingLibc(module), folder, ...options);
      assert.match(printed, /^NATIVE .*Deno may not call shared libraries.*--allow-ffi/);
    }));

  it("nothing is opened by an import", onDeno, () =>
    withFolder((folder) => {
      const module = new URL("../../src/stats/mod.ts", import.meta.url).href;
      const config = join(root, "deno.json");
      const program = `import ${JSON.stringify(module)}; console.log("imported");`;
      const options = ["run", "--no-check", "--no-prompt", "--config", config];
      assert.equal(run(program, folder, ...options), "imported\n");
    }));
});
