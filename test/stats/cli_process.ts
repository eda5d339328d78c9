/** `govppmux` with the commands on counters only, for tests that run it as a process. */
import process from "node:process";
import { Command } from "commander";
import { registerPrometheus } from "../../src/cli/commands/prometheus.ts";
import { registerStats } from "../../src/cli/commands/stats.ts";
import { VppError } from "../../src/errors.ts";

const program = new Command("govppmux");
registerStats(program);
registerPrometheus(program);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof VppError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
