/**
 * What changed between two sets of definitions.
 *
 * @module
 */
import type { Message } from "./model.ts";
import type { Schema } from "./schema.ts";
import { fieldPaths } from "./describe.ts";

/** A message that both sets have, with another CRC. */
export interface ChangedMessage {
  readonly name: string;
  readonly before: Message;
  readonly after: Message;
  /** Empty where only what the CRC covers besides the fields changed, for example an enum's members. */
  readonly fields: readonly FieldChange[];
}

/** A field, at any depth, that only one side has, or whose type changed. */
export interface FieldChange {
  /** For example `route.paths[].weight`. */
  readonly path: string;
  /** The type before; undefined where the field is new. */
  readonly before: string | undefined;
  /** The type after; undefined where the field is gone. */
  readonly after: string | undefined;
}

export interface SchemaDiff {
  readonly added: readonly Message[];
  readonly removed: readonly Message[];
  readonly changed: readonly ChangedMessage[];
}

/** Compares by name; messages are the same where their CRCs are. */
export function diffSchemas(before: Schema, after: Schema): SchemaDiff {
  const removed: Message[] = [];
  const changed: ChangedMessage[] = [];
  for (const message of before.messages()) {
    const other = after.message(message.name);
    if (other === undefined) removed.push(message);
    else if (other.crc !== message.crc) changed.push(compare(message, other));
  }
  const added = [...after.messages()].filter(({ name }) => before.message(name) === undefined);
  return { added, removed, changed };
}

function compare(before: Message, after: Message): ChangedMessage {
  const old = fieldPaths(before.fields);
  const now = fieldPaths(after.fields);
  const paths = new Set([...old.keys(), ...now.keys()]);
  const fields = [...paths]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((change) => change.before !== change.after);
  return { name: before.name, before, after, fields };
}
