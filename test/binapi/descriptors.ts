/** The descriptors of generated bindings, and what their tests share. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Codec } from "../../src/codec/codec.ts";
import type { MessageDescriptor } from "../../src/codec/descriptor.ts";
import { jsonForm } from "../../src/codec/forms.ts";
import { fromJson, toJson } from "../../src/codec/json.ts";
import { jsonLine } from "../../src/codec/json_text.ts";
import { assert } from "../harness.ts";

/** Every descriptor that the modules of a folder export, by the message's name. */
export async function descriptorsOf(folder: URL): Promise<Map<string, MessageDescriptor>> {
  const found = new Map<string, MessageDescriptor>();
  for (const file of readdirSync(fileURLToPath(folder)).filter(isModule).sort()) {
    const module: Record<string, unknown> = await import(new URL(file, folder).href);
    for (const value of Object.values(module)) {
      if (isDescriptor(value)) found.set(value.name, value);
    }
  }
  return found;
}

/** The sources on Deno, what was built of them on Node. */
function isModule(file: string): boolean {
  return /(?<!\.d)\.(ts|js)$/.test(file);
}

function isDescriptor(value: unknown): value is MessageDescriptor {
  return typeof value === "object" && value !== null && "nameCrc" in value;
}

/** The typed value of a message on the wire. */
export function typed(codec: Codec, descriptor: MessageDescriptor, wire: Uint8Array): object {
  const { batch, record } = codec.decodeMessage(descriptor.message, wire);
  return descriptor.decode(batch, record);
}

/** A message on the wire gives a value that says the same on the wire, as a clone, and as JSON. */
export function assertRoundTrips(
  codec: Codec,
  descriptor: MessageDescriptor,
  wire: Uint8Array,
): void {
  const value = typed(codec, descriptor, wire);
  const again = codec.encodeMessage(descriptor.message, value, "typescript");
  assert.deepStrictEqual(typed(codec, descriptor, again), value);
  assert.deepStrictEqual(structuredClone(value), value);
  assert.deepStrictEqual({ ...value }, value);

  const { batch, record } = codec.decodeMessage(descriptor.message, wire);
  const json = toJson(descriptor, value);
  assert.deepEqual(json, codec.read(descriptor.message, batch, record, jsonForm));
  assert.deepStrictEqual(fromJson(descriptor, JSON.parse(jsonLine(json))), value);
}
