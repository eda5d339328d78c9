/**
 * VPP's message table: names with CRC to ids.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import type { CompatibilityState } from "./compatibility.ts";
import { pluginOf } from "./plugins.ts";

export class MessageTable {
  readonly #lookup: (nameCrc: string) => number | undefined;
  readonly #names = new Map<number, string>();
  /** By name without CRC. */
  readonly #crcs = new Map<string, string>();
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(
    lookup: (nameCrc: string) => number | undefined,
    ids: ReadonlyMap<string, number>,
  ) {
    this.#lookup = lookup;
    this.#ids = ids;
    for (const [nameCrc, id] of ids) this.#learn(nameCrc, id);
  }

  /** The whole table: `show_version_51077d14` and its id, for each message. */
  static of(entries: Iterable<readonly [nameCrc: string, id: number]>): MessageTable {
    const ids = new Map(entries);
    return new MessageTable((nameCrc) => ids.get(nameCrc), ids);
  }

  /** A table that can be asked for single messages only, as shared memory has it. */
  static through(lookup: (nameCrc: string) => number | undefined): MessageTable {
    return new MessageTable(lookup, new Map());
  }

  #learn(nameCrc: string, id: number): void {
    const cut = nameCrc.lastIndexOf("_");
    this.#names.set(id, nameCrc.slice(0, cut));
    this.#crcs.set(nameCrc.slice(0, cut), nameCrc.slice(cut + 1));
  }

  /** Every message's name with its CRC, and its id; empty where VPP does not list them. */
  get entries(): ReadonlyMap<string, number> {
    return this.#ids;
  }

  id(nameCrc: string): number | undefined {
    // VPP's table holds names of up to 63 characters.
    const key = nameCrc.slice(0, 63);
    const id = this.#lookup(key);
    if (id !== undefined && !this.#names.has(id)) this.#learn(key, id);
    return id;
  }

  /** A message's name, for people. */
  nameOf(id: number): string {
    return this.#names.get(id) ?? "an unknown message";
  }

  compatibility(message: Pick<Message, "name" | "nameCrc">): CompatibilityState {
    if (this.id(message.nameCrc) !== undefined) return "same";
    return this.#crcs.has(message.name) ? "changed" : "missing";
  }

  /** The CRC that this VPP has for a name, eight hexadecimal digits. */
  crcOf(name: string): string | undefined {
    return this.#crcs.get(name);
  }

  /** @throws VppError code INCOMPATIBLE that says whether the message is missing or changed */
  require(message: Message): number {
    const id = this.id(message.nameCrc);
    if (id !== undefined) return id;
    throw new VppError("INCOMPATIBLE", whyNot(message, this.crcOf(message.name)));
  }
}

function whyNot({ name, module, crc }: Message, vppCrc: string | undefined): string {
  if (vppCrc !== undefined) {
    return `This VPP has another ${name}: its CRC is ${vppCrc}, and the definition in use has ${crc}; send it by name with VPP's own definitions (schema: "vpp"), or generate bindings of this release`;
  }
  const plugin = pluginOf(module);
  return plugin === undefined
    ? `This VPP has no message ${name}: API module ${module} belongs to VPP itself, so another release is needed`
    : `This VPP has no message ${name}: plugin ${plugin}, which brings it (API module ${module}), is not loaded, or another release is needed`;
}
