/**
 * `govppmux demo`: the whole way in one minute, without a VPP.
 *
 * @module
 */
import type { Command } from "commander";
import type { MessageView } from "../../codec/view.ts";
import type { Channel } from "../../core/channel.ts";
import { Mux } from "../../core/mux.ts";
import { simTransport } from "../../sim/in_memory.ts";
import { Simulator } from "../../sim/simulator.ts";
import { type LogOptions, muxOptionsOf, traceTable, withLog } from "../log.ts";
import { printLine } from "../output.ts";
import { formatTable } from "../table.ts";

export function registerDemo(program: Command): void {
  withLog(
    program.command("demo")
      .description("connect to a simulated VPP, create interfaces, dump them, receive an event"),
  ).action(demo);
}

const ADMIN_UP = 1;

async function demo(options: LogOptions): Promise<void> {
  const sim = new Simulator();
  await using mux = new Mux({
    ...await muxOptionsOf({ ...options, trace: true }),
    transport: simTransport(sim),
    schema: "vpp",
  });
  step("Connecting to a simulated VPP (govppmux call --socket PATH talks to a real one)");
  await mux.connect();
  const channel = mux.newAPIChannel();
  const version = await channel.request("show_version");
  printLine(
    `  ${String(version["program"])} ${
      String(version["version"])
    }, client index ${mux.clientIndex}`,
  );

  step("create_loopback, sw_interface_set_flags, sw_interface_add_del_address: three interfaces");
  for (let i = 1; i <= 3; i++) await createLoopback(channel, i);

  step("sw_interface_dump: SendMultiRequest, then ReceiveReply until stop");
  printLine(await interfaceTable(channel));

  step("want_interface_events: another channel takes an interface down, and this one hears of it");
  printLine(`  ${await hearEvent(mux, channel)}`);

  step("What the calls took (trace-enabled: true logs this after every event)");
  printLine(traceTable(mux.trace.summary()));
  step("Closing: sockclnt_delete, and nothing is left behind");
}

function step(text: string): void {
  printLine(`\n▸ ${text}`);
}

async function createLoopback(channel: Channel, i: number): Promise<void> {
  const { swIfIndex } = await channel.request("create_loopback");
  await channel.request("sw_interface_set_flags", { swIfIndex, flags: ADMIN_UP });
  await channel.request("sw_interface_add_del_address", {
    swIfIndex,
    isAdd: true,
    prefix: `10.0.${i}.1/24`,
  });
}

async function interfaceTable(channel: Channel): Promise<string> {
  const rows: (string | number)[][] = [];
  const context = channel.sendMultiRequest("sw_interface_dump");
  while (true) {
    const { message, stop } = await context.receiveReply();
    if (stop) break;
    rows.push([
      Number(message["swIfIndex"]),
      String(message["interfaceName"]),
      String(message["interfaceDevType"]),
      String(message["l2Address"]),
      (Number(message["flags"]) & ADMIN_UP) === 0 ? "down" : "up",
    ]);
  }
  return formatTable(["sw_if_index", "name", "type", "MAC", "admin"], rows);
}

async function hearEvent(mux: Mux, channel: Channel): Promise<string> {
  const events = channel.subscribeNotification("sw_interface_event");
  await channel.request("want_interface_events", { enableDisable: 1, pid: 1 });
  const other = mux.newAPIChannel();
  const start = performance.now();
  await other.request("sw_interface_set_flags", { swIfIndex: 1, flags: 0 });
  const { value } = await events.next();
  events.unsubscribe();
  return describeEvent(value, performance.now() - start);
}

function describeEvent(event: MessageView | undefined, ms: number): string {
  if (event === undefined) return "no event";
  const state = (Number(event["flags"]) & ADMIN_UP) === 0 ? "down" : "up";
  return `sw_interface_event: sw_if_index ${String(event["swIfIndex"])} is ${state} (after ${
    ms.toFixed(2)
  } ms)`;
}
