import { stop } from "esbuild";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coreBinary } from "../../src/codec/core_binary.generated.ts";
import { projectRoot } from "../data.ts";
import { after, assert, describe, it } from "../harness.ts";
import { ProxyFixture, TOKEN, until } from "../proxy/support.ts";
import { bundle } from "./bundle.ts";
import { freePort } from "./free_port.ts";

const folder = mkdtempSync(join(tmpdir(), "govppmux-edge-"));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stop();
});

const expected = { names: ["local0", "loop0", "loop1", "loop2"], event: [2, 3] };
const deno = join(projectRoot(), "node_modules", ".bin", "deno");
const workerd = join(projectRoot(), "node_modules", ".bin", "workerd");
/** What a page could use of the bindings: everything of one module. */
const wholeModule =
  'export { connect } from "./src/edge.ts"; export * from "./src/binapi/interface.ts";';
/** All that the entry exports, too. */
const everything = `export * from "./src/edge.ts"; ${wholeModule}`;

describe("edge: in a sandbox", () => {
  it("is one small file that needs nothing of Node, and no eval", async () => {
    const used = await bundle('export { runTask } from "./test/edge/task.ts";');
    const whole = await bundle(wholeModule);
    console.log(`edge bundle: ${used.length} bytes; with a whole module ${whole.length} bytes`);
    assert.ok(used.length < 150_000, `${used.length} bytes`);
    // All 76 messages of the interface module, which no program uses: what nobody needs shall not grow.
    assert.ok(whole.length < 169_000, `${whole.length} bytes with a whole module`);
    const found = (await bundle(everything)).match(
      /\beval\(|new Function|["']node:|\bDeno\.(?!customInspect)|new Worker/,
    );
    assert.equal(found, null);
  });

  it("runs on Deno with no permission but the proxy's address", async () => {
    const fixture = await ProxyFixture.open();
    const script = join(folder, "script.js");
    writeFileSync(
      script,
      await bundle(`import { runTask } from "./test/edge/task.ts";
        const [url, token] = Deno.args;
        console.log(JSON.stringify(await runTask({ url, token })));`),
    );
    const { stdout, stderr } = await run(deno, [
      ...["run", "--no-prompt", "--no-config", `--allow-net=127.0.0.1:${fixture.port}`],
      ...[script, fixture.url, TOKEN],
    ]);
    assert.deepEqual(JSON.parse(stdout.trim() || JSON.stringify(stderr)), expected);
    await fixture.close();
  });

  const missing = existsSync(workerd) ? undefined : "workerd is not installed";
  const name =
    "runs as a worker in an isolate that compiles nothing, neither scripts nor WebAssembly";
  it(missing === undefined ? name : `${name} (skipped: ${missing})`, {
    skip: missing !== undefined,
  }, async () => {
    const fixture = await ProxyFixture.open();
    const port = await freePort();
    const config = await writeWorker(port, fixture.url);
    const server = spawn(workerd, ["serve", config], { stdio: ["ignore", "inherit", "pipe"] });
    let log = "";
    server.stderr.on("data", (data) => log += String(data));
    let text: string | undefined;
    let ended = false;
    server.on("exit", () => ended = true);
    for (let attempt = 0; text === undefined && !ended && attempt < 400; attempt++) {
      text = await fetch(`http://127.0.0.1:${port}/`).then((r) => r.text(), () => undefined);
      if (text === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    server.kill();
    await until(() => ended, "the end of workerd");
    assert.ok(text !== undefined, log);
    assert.deepEqual(JSON.parse(text), {
      ...expected,
      eval: "EvalError",
      compile: "CompileError",
    }, log);
    await fixture.close();
  });
});

/** Writes the worker and workerd's configuration; returns the latter's path. */
async function writeWorker(port: number, url: string): Promise<string> {
  const worker = await bundle(`import { runTask } from "./test/edge/task.ts";
    import core from "./core.wasm";
    const errorOf = (action) => { try { action(); return "none"; } catch (e) { return e.name; } };
    export default {
      async fetch(_request, env) {
        const result = await runTask({ url: env.URL, token: env.TOKEN, core })
          .catch((error) => ({ error: error.stack }));
        return Response.json({
          ...result,
          eval: errorOf(() => new Function("return 1")()),
          compile: errorOf(() => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
        });
      },
    };`);
  writeFileSync(join(folder, "worker.js"), worker);
  const core = Uint8Array.from(atob(coreBinary), (char) => char.charCodeAt(0));
  writeFileSync(join(folder, "core.wasm"), core);
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "network", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "./core.wasm", wasm = embed "core.wasm"),
  ],
  bindings = [(name = "URL", text = "${url}"), (name = "TOKEN", text = "${TOKEN}")],
  compatibilityDate = "2025-01-01",
  globalOutbound = "network",
);
`,
  );
  return config;
}

function run(command: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => stdout += String(data));
    child.stderr.on("data", (data) => stderr += String(data));
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve({ stdout, stderr });
    });
  });
}
