/** Stats clients that we did not write read the simulator's segment, and see what our client sees. */
import { join } from "node:path";
import { startStatsServer } from "../../src/sim/stats_server.ts";
import { combinedNames, deletedName, simpleNames } from "../../src/stats/interface_stats.ts";
import { InterfaceWriter } from "../../src/stats/interface_writer.ts";
import { connectStats, type StatsValue } from "../../src/stats/mod.ts";
import { assert, describe } from "../harness.ts";
import { govpp, itWithPeer, papi, runPeer, withFolder } from "./peer.ts";

const THREADS = 2;

/** A segment with the counters of a few interfaces, one of which is gone. */
function withSegment<T>(use: (socket: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const server = await startStatsServer({ socketPath: join(folder, "stats.sock") });
    const writer = new InterfaceWriter(server.builder, THREADS);
    ["local0", "loop0", "GigabitEthernet0/8/0"].forEach((name, i) => writer.add(i, name));
    writer.countPackets("rx", 1, 3n, 192n, 0);
    writer.countPackets("rx", 1, 4n, 256n, 1);
    writer.countPackets("tx", 2, 2n ** 33n, 2n ** 40n, 1);
    writer.count("drops", 2, 7n, 1);
    writer.remove(1);
    try {
      return await use(server.socketPath);
    } finally {
      await server.close();
    }
  });
}

/** Our client's entries as plain values. */
async function ownEntries(
  socketPath: string,
  plain: (value: StatsValue) => unknown,
): Promise<Record<string, unknown>> {
  const stats = await connectStats({ socketPath });
  const entries = await stats.dump();
  await stats.close();
  return Object.fromEntries([...entries].map(([name, value]) => [name, plain(value)]));
}

function plain(value: StatsValue): unknown {
  switch (value.type) {
    case "scalar":
    case "gauge":
      return Number(value.value);
    case "names":
      return value.names.map((name) => name ?? "");
    case "simple":
      return value.rows.map((row) => Array.from(row, Number));
    case "combined":
      return value.rows.map((row) => pairs(Array.from(row, Number)));
    default:
      throw new Error(`The segment has no ${value.type}`);
  }
}

/** vpp_papi shows the one column of a link as a value a thread, not as a list of one. */
function papiPlain(value: StatsValue): unknown {
  const rows = plain(value);
  const isLink = "link" in value && value.link !== undefined;
  return isLink && Array.isArray(rows) ? rows.map((row: unknown[]) => row[0]) : rows;
}

/** Packets and bytes stand one behind the other. */
function pairs(numbers: readonly number[]): [packets: number, bytes: number][] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [
    numbers[2 * i] ?? 0,
    numbers[2 * i + 1] ?? 0,
  ]);
}

describe("interoperation: the simulator's stats segment", () => {
  itWithPeer(
    "read by vpp_papi",
    () => papi("stats.py"),
    (command) =>
      withSegment(async (socket) => {
        const own = await ownEntries(socket, papiPlain);
        const [entries = {}] = await runPeer([...command, socket]);
        assert.deepEqual(entries, own);
      }),
  );

  itWithPeer("read by GoVPP", govpp, (command) =>
    withSegment(async (socket) => {
      const [line = {}] = await runPeer([...command, "stats", socket]);
      assert.deepEqual(line["entries"], await ownEntries(socket, plain));
      assert.deepEqual(withoutDeleted(line["interfaces"]), await ownInterfaces(socket));
    }));
});

/** The interfaces' counters as GoVPP has them: the same names, with a capital. */
async function ownInterfaces(socketPath: string): Promise<object[]> {
  const stats = await connectStats({ socketPath });
  const interfaces = await stats.interfaces();
  await stats.close();
  return interfaces.map((counters) => ({
    InterfaceIndex: counters.index,
    InterfaceName: counters.name,
    ...Object.fromEntries(
      keysOf(simpleNames).map((name) => [govppName(name), Number(counters[name])]),
    ),
    ...Object.fromEntries(
      keysOf(combinedNames).map((name) => [govppName(name), {
        Packets: Number(counters[name].packets),
        Bytes: Number(counters[name].bytes),
      }]),
    ),
  }));
}

function keysOf<Names extends object>(names: Names): (keyof Names)[] {
  return Object.keys(names) as (keyof Names)[];
}

function govppName(name: string): string {
  return /^ip\d$/.test(name) ? name.toUpperCase() : name.charAt(0).toUpperCase() + name.slice(1);
}

/** GoVPP keeps the name that VPP writes in the place of an interface that is gone. */
function withoutDeleted(interfaces: unknown): unknown {
  if (!Array.isArray(interfaces)) return interfaces;
  return interfaces.filter((one: { InterfaceName: string }) => one.InterfaceName !== deletedName);
}
