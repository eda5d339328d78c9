/**
 * The simulator as the benchmark's server, in a process of its own. Prints a line when it serves, and
 * serves until it is killed. Arguments: the API socket and, where it is wanted, the stats socket.
 *
 * @module
 */
import process from "node:process";
import type { Call } from "../src/sim/call.ts";
import { serveSocket } from "../src/sim/listen_socket.ts";
import { Simulator } from "../src/sim/simulator.ts";
import { startStatsServer } from "../src/sim/stats_server.ts";
import { InterfaceWriter } from "../src/stats/interface_writer.ts";

const [socket = "", statsSocket] = process.argv.slice(2);
const STATS_INTERFACES = 1000;
const EVENTS_A_BLOCK = 1000;

let block: Uint8Array | undefined;
const sim = new Simulator();
sim.on("cli_inband", runCommand);
await serveSocket(sim, socket);
if (statsSocket !== undefined) await serveStats(statsSocket);
console.log("serving");

/** A stats segment with the counters of 1,000 interfaces. */
async function serveStats(socketPath: string): Promise<void> {
  const { builder } = await startStatsServer({ socketPath });
  const interfaces = new InterfaceWriter(builder);
  for (let i = 0; i < STATS_INTERFACES; i++) {
    interfaces.add(i, `loop${i}`);
    interfaces.countPackets("rx", i, BigInt(i), BigInt(i) * 64n);
  }
}

/** `bench events N`: N interface events to whoever asks, from bytes made once. */
function runCommand(call: Call<{ readonly cmd: string }>): void {
  const count = Number(/^bench events (\d+)$/.exec(call.fields.cmd)?.[1] ?? 0);
  call.reply({ reply: "" });
  for (let sent = 0; sent < count; sent += EVENTS_A_BLOCK) {
    call.connection.sendBytes(eventFrames(call, Math.min(EVENTS_A_BLOCK, count - sent)));
  }
}

/** The frames of the first `count` events of a block. */
function eventFrames(call: Call<unknown>, count: number): Uint8Array {
  block ??= makeBlock(call);
  return block.subarray(0, (block.length / EVENTS_A_BLOCK) * count);
}

function makeBlock(call: Call<unknown>): Uint8Array {
  const frames = Array.from(
    { length: EVENTS_A_BLOCK },
    (_, n) =>
      call.vpp.encoder.encode("sw_interface_event", {}, {
        pid: 1,
        swIfIndex: 1 + n % 10,
        flags: n & 1,
        deleted: false,
      }),
  );
  return Buffer.concat(frames);
}
