/**
 * `govppmux api`: what the API definitions say.
 *
 * @module
 */
import type { Command } from "commander";
import picomatch from "picomatch";
import { VppError } from "../../errors.ts";
import { loadSchema } from "../../host/definitions.ts";
import { diffSchemas } from "../../schema/diff.ts";
import type { Message } from "../../schema/model.ts";
import { targetSchema } from "../definitions.ts";
import { diffLines } from "../api_diff.ts";
import { messageLines } from "../api_show.ts";
import { withLog } from "../log.ts";
import { printLine } from "../output.ts";
import { type TargetOptions, withTarget } from "../target.ts";

/** Adds `govppmux api ls`, `api show` and `api diff`. */
export function registerApi(program: Command): void {
  const api = program.command("api").description("look messages up in API definitions");
  const ls = withTarget(
    api.command("ls")
      .description("list messages")
      .argument("[pattern]", "part of a name, or a pattern with * and ?"),
  );
  withLog(ls).action(listMessages);
  const show = withTarget(
    api.command("show")
      .description("show a message: its fields, their types and defaults, its answers, its CRC")
      .argument("<message>", "the message's name"),
  );
  withLog(show).action(showMessage);
  api.command("diff")
    .description("what changed between two sets of definitions")
    .argument("<before>", "a definition file or a folder of them")
    .argument("<after>", "another")
    .action(showDiff);
}

async function listMessages(pattern: string | undefined, options: TargetOptions): Promise<void> {
  const schema = await targetSchema(options);
  const matches = matcher(pattern ?? "");
  const found = [...schema.messages()].filter(({ name }) => matches(name));
  if (found.length === 0) {
    throw new VppError("UNKNOWN_MESSAGE", `No message is called like ${JSON.stringify(pattern)}`);
  }
  const rows = found.map(summary).sort(([a], [b]) => a < b ? -1 : 1);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  for (const row of rows) {
    printLine(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd());
  }
}

function matcher(pattern: string): (name: string) => boolean {
  if (/[*?[{]/.test(pattern)) return picomatch(pattern);
  return (name) => name.includes(pattern);
}

function summary(message: Message): [name: string, crc: string, module: string, kind: string] {
  const state = message.options["deprecated"] === undefined ? "" : ", deprecated";
  return [message.name, `0x${message.crc}`, message.module, `${message.kind}${state}`];
}

async function showMessage(name: string, options: TargetOptions): Promise<void> {
  const schema = await targetSchema(options);
  const message = schema.message(name);
  if (message === undefined) {
    const near = [...schema.messages()].map((m) => m.name).filter((n) => n.includes(name));
    const hint = near.length === 0 ? "" : `; there is ${near.slice(0, 5).join(", ")}`;
    throw new VppError("UNKNOWN_MESSAGE", `There is no message ${name}${hint}`);
  }
  for (const line of messageLines(message, schema)) printLine(line);
}

async function showDiff(before: string, after: string): Promise<void> {
  const diff = diffSchemas(await loadSchema(before), await loadSchema(after));
  for (const line of diffLines(diff)) printLine(line);
}
