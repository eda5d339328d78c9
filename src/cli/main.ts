#!/usr/bin/env node
/**
 * The command `govppmux`.
 *
 * @module
 */
import process from "node:process";
import { Command } from "commander";
import { VppError } from "../errors.ts";
import { registerApi } from "./commands/api.ts";
import { registerCall } from "./commands/call.ts";
import { registerCompat } from "./commands/compat.ts";
import { registerConfig } from "./commands/config.ts";
import { registerConvert } from "./commands/convert.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerGenerate } from "./commands/generate.ts";
import { registerPing } from "./commands/ping.ts";
import { registerPrometheus } from "./commands/prometheus.ts";
import { registerProxy } from "./commands/proxy.ts";
import { registerSim } from "./commands/sim.ts";
import { registerStats } from "./commands/stats.ts";
import { printError } from "./output.ts";

const program = new Command("govppmux")
  .description("The control plane of VPP from the command line")
  .showHelpAfterError();
registerDemo(program);
registerCall(program);
registerPing(program);
registerStats(program);
registerPrometheus(program);
registerSim(program);
registerProxy(program);
registerApi(program);
registerCompat(program);
registerGenerate(program);
registerConvert(program);
registerConfig(program);

// A reader that leaves (govppmux call … | head) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // What we throw on purpose is for people; anything else is a bug and keeps its stack.
  if (!(error instanceof VppError)) throw error;
  printError(`govppmux: ${error.message}`);
  process.exitCode = 1;
}
