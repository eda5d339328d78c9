import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { projectRoot } from "../data.ts";
import { after, assert, before, describe, it } from "../harness.ts";

/** What a user writes: a dump of the interfaces of a simulator, typed. */
const PROGRAM = `import { Mux } from "govppmux";
import { SwInterfaceDump } from "govppmux/binapi/interface";
import { simTransport, Simulator } from "govppmux/sim";

const mux = new Mux({ transport: simTransport(new Simulator({ interfaces: 2 })) });
await mux.connect();
for await (const itf of mux.newAPIChannel().sendMultiRequest(SwInterfaceDump, {})) {
  const name: string = itf.interfaceName;
  console.log(name);
}
await mux.close();
`;

/** Every entry of the package, so that all declarations are checked. */
const ENTRIES = ["govppmux", "govppmux/binding", "govppmux/generator", "govppmux/sim"]
  .concat("govppmux/stats", "govppmux/binapi/ip", "govppmux/binapi/acl")
  .map((entry, i) => `import * as entry${i} from "${entry}";\nvoid entry${i};\n`)
  .join("");

const COMPILER_OPTIONS = {
  strict: true,
  target: "es2022",
  module: "nodenext",
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "govppmux-package-"));
const run = promisify(execFile);
after(() => rmSync(folder, { recursive: true, force: true }));

const built = existsSync(join(root, "dist", "src", "mod.js"));
const skip = built ? false : "there is no dist/: npm run build makes it";

describe("the package, installed into an empty project", { skip }, () => {
  before(async () => {
    await install();
    write("package.json", JSON.stringify({ name: "user", type: "module", private: true }));
    write("main.mts", PROGRAM);
    write("entries.mts", ENTRIES);
    write("main.mjs", PROGRAM.replace(": string", ""));
    const compilerOptions = { ...COMPILER_OPTIONS, types: [] };
    write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["main.mts", "entries.mts"] }));
  });

  it("type-checks with the strictest options, declarations included", async () => {
    await assert.doesNotReject(run(join(root, "node_modules", ".bin", "tsc"), [], { cwd: folder }));
  });

  it("runs on Node", async () => {
    const node = "Deno" in globalThis ? "node" : process.execPath;
    assert.deepEqual(await lines(node, ["main.mjs"]), ["local0", "loop0", "loop1"]);
  });

  it("type-checks and runs on Deno", async () => {
    const deno = "Deno" in globalThis
      ? process.execPath
      : join(root, "node_modules", ".bin", "deno");
    const args = ["run", "--check", "--allow-all", "--quiet", "main.mts"];
    assert.deepEqual(await lines(deno, args), ["local0", "loop0", "loop1"]);
  });
});

/** Unpacks what `npm publish` would send; its dependencies are the ones of this project. */
async function install(): Promise<void> {
  const pack = ["pack", "--ignore-scripts", "--pack-destination", folder, "--json"];
  const { stdout } = await run("npm", pack, { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  const own = join(folder, "node_modules", "govppmux");
  mkdirSync(own, { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "-C", own, "--strip-components", "1"]);
  const { dependencies } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "dir");
  }
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function lines(command: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await run(command, [...args], { cwd: folder });
  return stdout.trimEnd().split("\n");
}
