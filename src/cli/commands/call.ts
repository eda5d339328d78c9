/**
 * `govppmux call`: one message of whatever kind, replies as JSON lines with VPP's own names.
 *
 * @module
 */
import type { Command } from "commander";
import { jsonLine } from "../../codec/json_text.ts";
import { camelKeys } from "../../codec/names.ts";
import { type TargetOptions, useTarget, withTarget } from "../target.ts";
import { VppError } from "../../errors.ts";
import type { Fields } from "../../core/channel.ts";
import type { Mux } from "../../core/mux.ts";
import { withLog, withTrace } from "../log.ts";
import { printLine } from "../output.ts";

export function registerCall(program: Command): void {
  const command = withTarget(
    program
      .command("call")
      .description("send any request and print its replies as JSON lines")
      .argument("<message>", "the request's name, for example sw_interface_dump")
      .argument("[json]", 'its fields, for example \'{"sw_if_index":1,"flags":1}\''),
  );
  withTrace(withLog(command)).action(call);
}

async function call(
  message: string,
  json: string | undefined,
  options: TargetOptions,
): Promise<void> {
  const fields = parseFields(json ?? "{}");
  await useTarget(options, (mux) => callOn(mux, message, fields));
}

async function callOn(mux: Mux, name: string, fields: Fields): Promise<void> {
  const channel = mux.newAPIChannel();
  if (mux.schema?.message(name)?.service?.details === undefined) {
    const reply = await channel.request(name, fields);
    // A request that VPP does not answer.
    if (reply !== undefined) printLine(jsonLine(reply));
    return;
  }
  const context = channel.sendMultiRequest(name, fields);
  while (true) {
    const { message, stop } = await context.receiveReply();
    if (message !== undefined) printLine(jsonLine(message));
    if (stop) return;
  }
}

function parseFields(json: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new VppError("ENCODE", `Cannot read the fields: ${JSON.stringify(json)} is not JSON`, {
      cause,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return camelKeys(value) as Fields;
  }
  throw new VppError("ENCODE", `Cannot read the fields: expected a JSON object, and got ${json}`);
}
