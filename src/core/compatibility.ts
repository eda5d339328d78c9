/**
 * Whether this VPP has the messages that a program was written for.
 *
 * @module
 */
import type { MessageDescriptor } from "../codec/descriptor.ts";
import { VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import type { MessageTable } from "./message_table.ts";
import { pluginOf } from "./plugins.ts";

/** How a message that we know stands to what this VPP has. */
export type CompatibilityState =
  /** VPP has it as we know it. */
  | "same"
  /** VPP has a message of this name with other fields: another release. */
  | "changed"
  /** VPP does not have it: its plugin is not loaded, or another release. */
  | "missing";

export interface MessageCompatibility {
  /** For example `acl_add_replace`. */
  readonly message: string;
  /** The API module that defines it: `acl`; "" where nobody knows. */
  readonly module: string;
  /** The plugin that brings it, `acl`; undefined where VPP itself does, or nobody knows. */
  readonly plugin: string | undefined;
  readonly state: CompatibilityState;
  /** Of the definition in use: eight hexadecimal digits, "" where there is none. */
  readonly crc: string;
  /** What VPP has under this name; undefined where it has none, or does not list its messages. */
  readonly vppCrc: string | undefined;
}

/** What can be asked for: a name, a descriptor, a definition. */
export type AskedMessage = string | Pick<MessageDescriptor, "name" | "nameCrc" | "crc" | "module">;

/** Compares messages with VPP's table. */
export function checkCompatibility(
  asked: readonly AskedMessage[],
  table: MessageTable,
  definition: (name: string) => Message | undefined,
): MessageCompatibility[] {
  return asked.map((message) => {
    const known = typeof message === "string" ? definition(message) : message;
    const name = typeof message === "string" ? message : message.name;
    const own = definition(name);
    // A table that cannot be listed learns what it is asked for.
    if (own !== undefined) table.id(own.nameCrc);
    if (known === undefined) return unknown(name, table.crcOf(name));
    const { module, crc } = known;
    const state = table.compatibility(known);
    const vppCrc = table.crcOf(name);
    return { message: name, module, plugin: pluginOf(module), state, crc, vppCrc };
  });
}

/** A message without a definition can be missing; whether it is the same nobody can say. */
function unknown(message: string, vppCrc: string | undefined): MessageCompatibility {
  if (vppCrc === undefined) {
    return { message, module: "", plugin: undefined, state: "missing", crc: "", vppCrc };
  }
  throw new VppError(
    "UNKNOWN_MESSAGE",
    `Cannot compare ${message}: this VPP has it (CRC ${vppCrc}), and the definitions in use do not`,
  );
}
