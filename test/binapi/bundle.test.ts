import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { after, assert, describe, it } from "../harness.ts";

after(() => stop());

describe("a bundle of one message", () => {
  it("has that message, its answer, and nothing else of the module", async () => {
    const text = await bundle("SwInterfaceDump", "interface");
    const messages = new Set(text.match(/\bsw_interface_\w+|\bcreate_loopback\w*/g));
    assert.deepEqual([...messages].sort(), ["sw_interface_details", "sw_interface_dump"]);
  });

  it("has nothing of other modules", async () => {
    const text = await bundle("SwInterfaceDump", "interface");
    assert.doesNotMatch(text, /ip_route|WebAssembly|node:/);
  });

  it("is small", async () => {
    const { length } = await bundle("SwInterfaceDump", "interface");
    assert.ok(length < 40_000, `${length} bytes`);
  });
});

/** What a bundler makes of a program that uses one name of a module. */
async function bundle(name: string, module: string): Promise<string> {
  const extension = import.meta.url.slice(-3);
  const path = fileURLToPath(new URL(`../../src/binapi/${module}${extension}`, import.meta.url));
  const result = await build({
    stdin: {
      contents: `import { ${name} } from ${JSON.stringify(path)}; globalThis.used = ${name};`,
      resolveDir: "/",
    },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
  });
  return result.outputFiles[0]?.text ?? "";
}
