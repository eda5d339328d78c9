/**
 * What the bindings cost: time to import modules, memory, time to type-check a program that uses them,
 * and messages a second that their descriptors decode.
 *
 *     node dist/bench/bindings.js [--rounds N]
 *     deno run -A bench/bindings.ts [--rounds N]
 *
 * @module
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SwInterfaceDetails } from "../src/binapi/interface.ts";
import { IpRouteDetails } from "../src/binapi/ip.ts";
import { Codec } from "../src/codec/codec.ts";
import type { MessageDescriptor } from "../src/codec/descriptor.ts";
import { projectRoot } from "../test/data.ts";
import { type ImportCost, importCost, typeCheckSeconds } from "./bindings_process.ts";
import { measure, median } from "./measure.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);

const bindings = new URL("../src/binapi/", import.meta.url);
const all = readdirSync(fileURLToPath(bindings)).filter((name) => /(?<!\.d)\.[jt]s$/.test(name));
const ending = all[0]?.slice(-3) ?? ".ts";
const five = ["interface", "ip", "acl", "l2", "vpe"];

importTimes();
decodeRates();
typeCheckTimes();

function importTimes(): void {
  const runtime = [new URL(`../src/codec/binding${ending}`, import.meta.url).href];
  const modules = (names: readonly string[]) =>
    names.map((name) => new URL(name.endsWith(ending) ? name : name + ending, bindings).href);
  const cases: readonly [what: string, urls: readonly string[]][] = [
    ["the run-time part alone", runtime],
    ["one module (interface)", modules(["interface"])],
    [`five modules (${five.join(", ")})`, modules(five)],
    [`all ${all.length} modules`, modules(all)],
  ];
  console.table(cases.map(([what, urls]) => importRow(what, urls)));
}

function importRow(what: string, urls: readonly string[]): object {
  const costs = Array.from({ length: rounds }, () => importCost(urls));
  const of = (figure: keyof ImportCost) => median(costs.map((cost) => cost[figure]));
  return {
    import: what,
    "ms": of("milliseconds").toFixed(1),
    "heap, KiB": Math.round(of("heapBytes") / 1024),
    "definitions resolved, ms": of("resolveMilliseconds").toFixed(1),
    "heap with them, KiB": Math.round(of("resolvedHeapBytes") / 1024),
  };
}

function decodeRates(): void {
  const next = { swIfIndex: 1, proto: 0, nh: { address: { ip4: "10.0.0.1" } } };
  const works = [
    ...decodeWorks(SwInterfaceDetails, {
      swIfIndex: 7,
      l2Address: "02:fe:00:00:00:01",
      interfaceName: "loop7",
      interfaceDevType: "Loopback",
    }),
    ...decodeWorks(IpRouteDetails, { route: { prefix: "10.1.2.0/24", paths: [next] } }),
  ];
  const rates = measure(works, { rounds, milliseconds: 100 });
  console.table(works.map(({ name }) => ({
    decode: name,
    "messages/s": Math.round(median(rates.get(name) ?? [])).toLocaleString("en"),
  })));
}

/** The typed value, and the same message by name: all fields of a view. */
function decodeWorks(descriptor: MessageDescriptor, fields: object) {
  const codec = new Codec();
  const { message, name } = descriptor;
  const { View } = codec.compile(message);
  const wire = codec.encodeMessage(message, fields, "typescript");
  const { batch, record } = codec.decodeMessage(message, wire);
  const size = 1000;
  const times = (run: () => unknown) => () => {
    for (let i = 0; i < size; i++) keep(run());
  };
  return [
    { name: `${name}, typed`, size, run: times(() => descriptor.decode(batch, record)) },
    { name: `${name}, by name`, size, run: times(() => new View(batch, record).toObject()) },
  ];
}

/** Keeps the engine from leaving out what nobody uses. */
function keep(value: unknown): void {
  if (value === undefined) throw new Error("nothing was decoded");
}

function typeCheckTimes(): void {
  const folder = join(projectRoot(), "build", "bench_bindings");
  const program = (names: readonly string[]) =>
    names.map((name, i) => `import * as m${i} from "../../src/binapi/${name}.ts"; void m${i};\n`)
      .join("");
  const cases: readonly [what: string, names: readonly string[]][] = [
    ["no module", []],
    ["one module", ["interface"]],
    ["five modules", five],
    ["all modules", all.map((name) => name.slice(0, -3))],
  ];
  mkdirSync(folder, { recursive: true });
  try {
    console.table(cases.map(([what, names]) => {
      writeFileSync(join(folder, "program.ts"), program(names) || "export {};\n");
      const seconds = Array.from({ length: Math.min(rounds, 3) }, () => typeCheckSeconds(folder));
      return { "type-check": what, "s": median(seconds).toFixed(2) };
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
