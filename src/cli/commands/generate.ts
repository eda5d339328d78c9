/**
 * `govppmux generate`: TypeScript bindings from API definitions.
 *
 * @module
 */
import process from "node:process";
import type { Command } from "commander";
import { VppError } from "../../errors.ts";
import { generateBindings } from "../../generator/generate.ts";
import { staleBindings, writeBindings } from "../../host/bindings.ts";
import { targetSchema } from "../definitions.ts";
import { printError, printLine } from "../output.ts";
import { withLog } from "../log.ts";
import { type TargetOptions, withTarget } from "../target.ts";

interface GenerateOptions extends TargetOptions {
  readonly output: string;
  readonly only?: readonly string[];
  readonly check?: boolean;
  readonly runtime: string;
  readonly ending: string;
}

/** Adds `govppmux generate`. */
export function registerGenerate(program: Command): void {
  const command = withTarget(
    program
      .command("generate")
      .description("write TypeScript bindings, one file an API module")
      .requiredOption("--output <dir>", "where the files go")
      .option(
        "--only <modules>",
        "modules, with commas between; their types' modules come along",
        list,
      )
      .option("--check", "write nothing; exit with 1 where a file is not up to date")
      .option("--runtime <module>", "what the files import govppmux from", "govppmux/binding")
      .option(
        "--ending <ending>",
        "ending of imports between the files: .ts, .js or nothing",
        ".ts",
      ),
  );
  withLog(command).action(generate);
}

function list(text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new VppError("CONFIG", `Expected names of modules, and got ${JSON.stringify(text)}`);
}

async function generate(options: GenerateOptions): Promise<void> {
  const { output, only, runtime, ending } = options;
  const files = generateBindings(await targetSchema(options), {
    runtime,
    ending,
    ...(only === undefined ? {} : { only }),
  });
  // A folder of selected modules may hold others that were selected another time.
  const prune = only === undefined;
  if (options.check !== true) {
    const changed = await writeBindings(files, output, { prune });
    printLine(`${files.size} modules in ${output}, ${changed.length} files changed`);
    return;
  }
  const stale = await staleBindings(files, output, { prune });
  for (const { path, why } of stale) printError(`${path} is ${why}`);
  if (stale.length === 0) return printLine(`${files.size} modules in ${output} are up to date`);
  printError(`${stale.length} files are not up to date; run the command without --check`);
  process.exitCode = 1;
}
