/**
 * VPP itself: version, time, command line.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";

export function registerSystemHandlers(on: RegisterHandler): void {
  on("show_version", showVersion);
  on("show_vpe_system_time", showSystemTime);
}

function showVersion<Fields>(call: Call<Fields>): void {
  call.reply({
    program: "vpe",
    version: call.vpp.version,
    buildDate: "2026-06-24T00:00:00",
    buildDirectory: "/simulator",
  });
}

/** Seconds since 1970. */
function showSystemTime<Fields>(call: Call<Fields>): void {
  call.reply({ vpeSystemTime: call.vpp.clock.wallTime() / 1000 });
}
