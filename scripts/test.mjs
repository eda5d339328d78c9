// `npm test`: everything that must hold before a change lands.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, run } from "./run.mjs";

const generated = [
  "src/schema/constants.generated.ts",
  "src/codec/core_binary.generated.ts",
];

const before = generated.map((file) => readFileSync(file, "utf8"));
run("build", process.execPath, ["scripts/build.mjs"]);
generated.forEach((file, i) => {
  if (readFileSync(file, "utf8") !== before[i]) {
    console.error(`\n${file} was not up to date; it is now: commit it`);
    process.exit(1);
  }
});
run("bindings", process.execPath, ["scripts/bindings.mjs", "--check"]);
run("who imports whom", process.execPath, ["scripts/check-rooms.mjs"]);
run("format", bin("deno"), ["fmt", "--check", "--quiet"]);
run("lint", bin("deno"), ["lint", "--quiet"]);
run("types on Deno", bin("deno"), [
  "check",
  "--quiet",
  "src/mod.ts",
  "src/cli/main.ts",
  "src/edge.ts",
  "src/proxy/mod.ts",
  ...programs("examples"),
]);
run("documents", process.execPath, ["scripts/check-docs.mjs"]);
run("tests on Node", process.execPath, [
  "--expose-gc",
  "--test",
  "--test-reporter=spec",
  ...testFiles("dist/test", ".test.js"),
]);
// VPP's memory has a fixed address. In a process that has run all other tests, V8's heap may have a page
// there by chance; one of its own has a small heap.
const onDeno = testFiles("test", ".test.ts");
const usesSharedMemory = (file) => file.startsWith(join("test", "shm"));
testOnDeno("tests on Deno", onDeno.filter((file) => !usesSharedMemory(file)));
testOnDeno("tests of shared memory on Deno", onDeno.filter(usesSharedMemory));
console.log("\nAll checks passed.");

/** The programs of a folder; what lies deeper belongs to them. */
function programs(folder) {
  return readdirSync(folder).filter((file) => file.endsWith(".ts")).map((file) =>
    join(folder, file)
  );
}

function testOnDeno(name, files) {
  const options = ["--quiet", "--no-check", "--allow-all", "--v8-flags=--expose-gc"];
  run(name, bin("deno"), ["test", ...options, ...files]);
}

function testFiles(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();
}
