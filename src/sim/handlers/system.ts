/**
 * VPP itself: version, time, command line, threads.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { runCommand } from "../command_line.ts";

export function registerSystemHandlers(on: RegisterHandler): void {
  on("show_version", showVersion);
  on("show_vpe_system_time", showSystemTime);
  on("cli_inband", runInband);
  on("show_threads", showThreads);
  on("get_f64_endian_value", sameNumber);
  on("get_f64_increment_by_one", nextNumber);
}

function showVersion<Fields>(call: Call<Fields>): void {
  const { version, buildDate, buildDirectory } = call.vpp.settings;
  call.reply({ program: "vpe", version, buildDate, buildDirectory });
}

/** Seconds since 1970. */
function showSystemTime<Fields>(call: Call<Fields>): void {
  call.reply({ vpeSystemTime: call.vpp.clock.wallTime() / 1000 });
}

function runInband(call: Call<{ readonly cmd: string }>): void {
  call.reply(runCommand(call.fields.cmd, call.vpp));
}

function showThreads<Fields>(call: Call<Fields>): void {
  call.reply({ threadData: [{ id: 0, name: "vpp_main", pid: call.vpp.pid }] });
}

function sameNumber(call: Call<{ readonly f64One: number }>): void {
  call.reply({ f64OneResult: call.fields.f64One });
}

function nextNumber(call: Call<{ readonly f64Value: number }>): void {
  call.reply({ f64Value: call.fields.f64Value + 1 });
}
