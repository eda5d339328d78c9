/**
 * Changes of an API in words, for `govppmux api diff`.
 *
 * @module
 */
import type { ChangedMessage, FieldChange, SchemaDiff } from "../schema/diff.ts";
import type { Message } from "../schema/model.ts";

/** A line a message, and below it a line a field that changed. */
export function diffLines({ added, removed, changed }: SchemaDiff): string[] {
  return [
    `${added.length} added, ${removed.length} removed, ${changed.length} changed`,
    ...sorted(added).map((message) => `+ ${message.name} 0x${message.crc}, ${message.module}`),
    ...sorted(removed).map((message) => `- ${message.name} 0x${message.crc}, ${message.module}`),
    ...sorted(changed).flatMap(changeLines),
  ];
}

function changeLines({ name, before, after, fields }: ChangedMessage): string[] {
  return [
    `~ ${name} 0x${before.crc} -> 0x${after.crc}, ${after.module}`,
    ...fields.map(fieldLine),
  ];
}

function fieldLine({ path, before, after }: FieldChange): string {
  if (before === undefined) return `    + ${path}: ${after}`;
  if (after === undefined) return `    - ${path}: ${before}`;
  return `    ~ ${path}: ${before} -> ${after}`;
}

function sorted<T extends Pick<Message, "name">>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => a.name < b.name ? -1 : 1);
}
