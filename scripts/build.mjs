// Builds the package: the core, the generated files that depend on it, and dist/.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { bin, run } from "./run.mjs";

run("constants of the core", process.execPath, ["scripts/constants.mjs"]);
run("the core (AssemblyScript)", process.execPath, ["scripts/wasm.mjs"]);
rmSync("dist", { recursive: true, force: true });
run("TypeScript for Node", bin("tsc"), ["-p", "tsconfig.json"]);
chmodSync("dist/src/cli/main.js", 0o755);

// For edge workers, which load WebAssembly from a file of the bundle and compile nothing themselves.
const { coreBinary } = await import("../dist/src/codec/core_binary.generated.js");
writeFileSync("dist/src/core.wasm", Buffer.from(coreBinary, "base64"));
