// Generates the bindings that are committed: those of the test definitions, and, where the data about VPP
// lies beside the project, those of VPP 26.06. With --check it only says what is not up to date.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

const data = process.env.GOVPPMUX_TEST_DATA ?? join("..", "shared", "vpp");
const check = process.argv.includes("--check") ? ["--check"] : [];

generate("test/fixtures/api", "test/fixtures/binapi", "../../../src/codec/binding.ts");
const release = join(data, "api", "26.06");
if (existsSync(release)) generate(release, "src/binapi", "../codec/binding.ts");
else console.log(`bindings of VPP 26.06: skipped, there is no ${release}`);

function generate(api, output, runtime) {
  const options = ["--api", api, "--output", output, "--runtime", runtime];
  run(`bindings in ${output}`, process.execPath, [
    "dist/src/cli/main.js",
    "generate",
    ...options,
    ...check,
  ]);
}
