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

/** The entries of the package, each with something that it must have. */
const ENTRIES: Readonly<Record<string, string>> = {
  "govppmux": "connect",
  "govppmux/binapi/acl": "AclDump",
  "govppmux/binapi/ip": "IpRouteDump",
  "govppmux/binding": "BindingModule",
  "govppmux/edge": "connect",
  "govppmux/generator": "generateBindings",
  "govppmux/sim": "Simulator",
  "govppmux/stats": "connectStats",
};

/** For servers: its declarations need those of Node. */
const SERVER_ENTRIES = { "govppmux/proxy": "serveProxy" };

/** The core as bundlers find it. */
const CORE = `import { readFileSync } from "node:fs";
console.log(WebAssembly.validate(readFileSync(new URL(import.meta.resolve("govppmux/core.wasm")))));
`;

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

const onDeno = "Deno" in globalThis;
const node = onDeno ? "node" : process.execPath;
const deno = onDeno ? process.execPath : join(root, "node_modules", ".bin", "deno");

const built = existsSync(join(root, "dist", "src", "mod.js"));
const skip = built ? false : "there is no dist/: npm run build makes it";

describe("the package, installed into an empty project", { skip }, () => {
  before(async () => {
    await install();
    write("package.json", JSON.stringify({ name: "user", type: "module", private: true }));
    write("main.mts", PROGRAM);
    write("main.mjs", PROGRAM.replace(": string", ""));
    write("entries.mts", kindsIn(ENTRIES));
    write("server.mts", kindsIn(SERVER_ENTRIES) + CORE);
    write("everything.mjs", kindsIn({ ...ENTRIES, ...SERVER_ENTRIES }) + CORE);
    writeProject("tsconfig.json", [], ["main.mts", "entries.mts"]);
    writeProject("tsconfig.server.json", ["node"], ["server.mts"]);
  });

  it("type-checks with the strictest options, declarations included", async () => {
    const tsc = join(root, "node_modules", ".bin", "tsc");
    for (const project of ["tsconfig.json", "tsconfig.server.json"]) {
      await assert.doesNotReject(run(tsc, ["-p", project], { cwd: folder }));
    }
  });

  it("has all its entries, and the core for bundlers, on Node and on Deno", async () => {
    const kinds = Object.keys({ ...ENTRIES, ...SERVER_ENTRIES }).map((entry) =>
      entry.endsWith("acl") || entry.endsWith("ip") ? "object" : "function"
    );
    assert.deepEqual(await lines(node, ["everything.mjs"]), [...kinds, "true"]);
    const args = ["run", "--allow-all", "--quiet", "everything.mjs"];
    assert.deepEqual(await lines(deno, args), [...kinds, "true"]);
  });

  it("runs on Node", async () => {
    assert.deepEqual(await lines(node, ["main.mjs"]), ["local0", "loop0", "loop1"]);
  });

  it("type-checks and runs on Deno", async () => {
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
  // The server's declarations name those of Node, which a server has anyway.
  for (const name of [...Object.keys(dependencies), "@types/node", "undici-types"]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "dir");
  }
}

/** A program that prints what kind of thing each entry has. */
function kindsIn(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([entry, name], i) =>
      `import { ${name} as it${i} } from "${entry}";\nconsole.log(typeof it${i});\n`
    )
    .join("");
}

function writeProject(name: string, types: readonly string[], files: readonly string[]): void {
  write(name, JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, types }, files }));
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function lines(command: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await run(command, [...args], { cwd: folder });
  return stdout.trimEnd().split("\n");
}
