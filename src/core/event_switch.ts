/**
 * Requests that turn events on and off: `want_interface_events` and its like.
 *
 * @module
 */
import { camelCase } from "../codec/names.ts";
import type { Message } from "../schema/model.ts";

/** Every such message of VPP 20.09 to 26.06 has one of these fields. */
const SWITCHES: ReadonlySet<string> = new Set(["enable_disable", "enable"]);

/**
 * The field that turns events on, in camelCase; undefined where the message is no such request. Others
 * have events as well: `want_ping_finished_events` runs a ping and has nothing to be turned off.
 */
export function eventSwitchOf(message: Message): string | undefined {
  const events = message.service?.events ?? [];
  if (!message.name.startsWith("want_") || events.length === 0) return undefined;
  const field = message.fields.find(({ name }) => SWITCHES.has(name));
  return field === undefined ? undefined : camelCase(field.name);
}

/** Whether these fields turn the events on. Where the field is left out, its default counts. */
export function turnsOn(message: Message, fields: object, eventSwitch: string): boolean {
  const value = (fields as Readonly<Record<string, unknown>>)[eventSwitch];
  if (value !== undefined) return Boolean(value);
  const field = message.fields.find(({ name }) => camelCase(name) === eventSwitch);
  // Definitions write the default of a bool as text.
  return !["0", "false"].includes(String(field?.default ?? 0));
}
