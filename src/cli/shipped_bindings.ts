/**
 * The messages of the bindings that come with the package. All modules are loaded, which takes a quarter
 * of a second: for commands that compare everything.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { MessageDescriptor } from "../codec/descriptor.ts";

/** What tells one message from another. */
export type KnownMessage = Pick<MessageDescriptor, "name" | "nameCrc" | "crc" | "module">;

/** Every message of the bindings, by module. */
export async function shippedMessages(): Promise<KnownMessage[]> {
  const folder = new URL("../binapi/", import.meta.url);
  const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const files = (await readdir(fileURLToPath(folder))).filter((name) =>
    name.endsWith(ending) && !name.endsWith(".d.ts")
  );
  const modules = await Promise.all(files.sort().map((name) => exportsOf(new URL(name, folder))));
  return modules.flat().filter(isMessage);
}

async function exportsOf(file: URL): Promise<readonly unknown[]> {
  const module: Readonly<Record<string, unknown>> = await import(file.href);
  return Object.values(module);
}

function isMessage(value: unknown): value is KnownMessage {
  return typeof value === "object" && value !== null && "nameCrc" in value;
}
