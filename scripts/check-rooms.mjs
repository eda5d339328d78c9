// Checks who imports whom: the table of docs/architecture.md.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

// Room → rooms that it may import, besides itself. `errors` is open to all.
const rooms = {
  errors: [],
  schema: [],
  codec: ["schema"],
  "transport/transport": [],
  transport: ["native", "transport/transport", "schema"],
  core: ["codec", "schema", "transport/transport"],
  stats: ["native"],
  config: [],
  binapi: ["schema", "codec"],
  generator: ["schema", "codec"],
  sim: ["codec", "schema", "transport", "transport/transport", "native", "core", "stats"],
  proxy: ["config", "core", "codec", "schema", "transport", "transport/transport"],
  host: [
    "codec",
    "config",
    "core",
    "generator",
    "native",
    "schema",
    "stats",
    "transport",
    "transport/transport",
  ],
  portable: ["codec", "core", "schema", "transport/transport"],
  native: [],
};
// The entries and the command line stand above all rooms.
const above = new Set(["mod", "edge", "cli"]);
// Rooms that run anywhere: no runtime API.
const anywhere = new Set([
  "errors",
  "schema",
  "codec",
  "core",
  "config",
  "binapi",
  "generator",
  "portable",
]);

const faults = [];
for (const folder of ["src", "native"]) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (file.endsWith(".ts")) check(join(folder, file));
  }
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log("every import keeps to the table");

function check(file) {
  const room = roomOf(file);
  const text = readFileSync(file, "utf8");
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    checkImport(file, room, specifier);
  }
  if (anywhere.has(room) && /(?<!")\bDeno\.[a-z]/.test(withoutComments(text))) {
    faults.push(`${file}: room ${room} must not use Deno's API`);
  }
  if (room !== "codec" && /\bWebAssembly\./.test(withoutComments(text))) {
    faults.push(`${file}: only src/codec names WebAssembly`);
  }
}

function checkImport(file, room, specifier) {
  if (specifier.startsWith("node:")) {
    if (anywhere.has(room)) faults.push(`${file}: room ${room} must not import ${specifier}`);
    return;
  }
  if (!specifier.startsWith(".") || above.has(room)) return;
  const target = roomOf(normalize(join(dirname(file), specifier)));
  if (target === room || target === "errors") return;
  if (rooms[room]?.includes(target)) return;
  faults.push(`${file}: room ${room} must not import ${specifier} of room ${target}`);
}

function roomOf(file) {
  if (file.startsWith("native/")) return "native";
  const path = file.replace(/^src\//, "").replace(/\.ts$/, "");
  if (path === "transport/transport") return path;
  return path.split("/")[0];
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}
