/**
 * The real VPP that a test starts for itself: GOVPPMUX_TEST_VPP names the program `vpp`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";

export const program = process.env["GOVPPMUX_TEST_VPP"];

/** Why there is no such VPP; undefined where there is one. */
export function missing(): string | undefined {
  if (program === undefined) return "GOVPPMUX_TEST_VPP does not name a program vpp";
  return existsSync(program) ? undefined : `${program} is missing`;
}

/** A VPP with neither plugins nor huge pages, and all of its files in `folder`. */
export function configuration(folder: string, prefix: string): string {
  return `
    unix { nodaemon cli-listen ${folder}/cli.sock runtime-dir ${folder} log ${folder}/vpp.log }
    api-segment { prefix ${prefix} }
    socksvr { socket-name ${folder}/api.sock }
    statseg { socket-name ${folder}/stats.sock }
    memory { main-heap-size 512M main-heap-page-size 4k }
    buffers { buffers-per-numa 8192 page-size 4k }
    plugins { path ${folder} plugin default { disable } }
  `;
}
