/**
 * `govppmux compat`: whether a VPP has the messages that a program was written for.
 *
 * @module
 */
import process from "node:process";
import type { Command } from "commander";
import picomatch from "picomatch";
import { VppError } from "../../errors.ts";
import { loadSchema } from "../../host/definitions.ts";
import { compatJson, messageTable, moduleReport } from "../compat_report.ts";
import { withLog } from "../log.ts";
import { printLine } from "../output.ts";
import { type KnownMessage, shippedMessages } from "../shipped_bindings.ts";
import { connectForTable, type TargetOptions, withTarget } from "../target.ts";

interface CompatOptions extends TargetOptions {
  readonly json?: boolean;
}

/** Adds `govppmux compat`. */
export function registerCompat(program: Command): void {
  const command = withTarget(
    program
      .command("compat")
      .description("say which messages a VPP has as this program knows them")
      .argument(
        "[message...]",
        "names, or patterns with * and ?; all messages where none is given",
      ),
    "the definitions to compare: a file or a folder (default: those of the bindings, VPP 26.06)",
  );
  withLog(command)
    .option("--json", "one JSON object for each message")
    .action(compare);
}

async function compare(asked: readonly string[], options: CompatOptions): Promise<void> {
  const known = options.api === undefined
    ? await shippedMessages()
    : [...(await loadSchema(options.api)).messages()];
  const messages = asked.length === 0 ? known : asked.flatMap((name) => matching(name, known));
  const mux = await connectForTable(options);
  try {
    const results = mux.checkCompatibility(...messages);
    if (options.json === true) { for (const result of results) printLine(compatJson(result)); }
    else if (asked.length > 0) printLine(messageTable(results));
    else for (const line of moduleReport(results)) printLine(line);
    const fails = asked.length > 0 && results.some(({ state }) => state !== "same");
    if (fails) process.exitCode = 1;
  } finally {
    await mux.close();
  }
}

/** @throws VppError code UNKNOWN_MESSAGE where nothing has such a name */
function matching(name: string, known: readonly KnownMessage[]): readonly KnownMessage[] {
  const matches = /[*?[{]/.test(name) ? picomatch(name) : (own: string) => own === name;
  const found = known.filter((message) => matches(message.name));
  if (found.length > 0) return found;
  throw new VppError(
    "UNKNOWN_MESSAGE",
    `Cannot compare ${name}: the definitions that VPP is compared with have no such message`,
  );
}
