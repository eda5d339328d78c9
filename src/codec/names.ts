/**
 * Names of fields in TypeScript and on the wire.
 *
 * @module
 */

/** `sw_if_index` → `swIfIndex`; `_vl_msg_id` → `vlMsgId`. */
export function camelCase(name: string): string {
  return name.replace(/^_+/, "").replace(/_+([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** How a form of a message names its fields. */
export type Naming = (name: string) => string;

/** VPP's own names. */
export const vppNaming: Naming = (name) => name;

const headerFields: ReadonlySet<string> = new Set(["_vl_msg_id", "client_index", "context"]);

/** Whether a field belongs to the message's header: the mux fills it in and reads it. */
export function isHeaderField(name: string): boolean {
  return headerFields.has(name);
}

/** The same plain value with the names of all fields, at every depth, in camelCase. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [camelCase(name), camelKeys(field)]),
  );
}

/** The fields of a message that its header does not have. */
export function bodyFields<F extends { readonly name: string }>(fields: readonly F[]): F[] {
  return fields.filter((field) => !isHeaderField(field.name));
}
