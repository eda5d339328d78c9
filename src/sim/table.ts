/**
 * VPP's message table: which message has which id. Ids are handed out when VPP starts, module by module,
 * and differ between starts; only those of `memclnt` are fixed, for without them nobody could ask.
 *
 * @module
 */
import { SOCKCLNT_CREATE_ID } from "../schema/handshake_layout.ts";
import { SchemaError } from "../errors.ts";
import type { Message, Module } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { randomU32, shuffled } from "./random.ts";

/** The table's names end here; VPP keeps one byte of the 64 for NUL. */
const NAME_LENGTH = 63;

export interface TableEntry {
  readonly id: number;
  readonly message: Message;
  /** `name_crc8`, cut to what a table entry holds. */
  readonly name: string;
}

export class MessageTable {
  /** In the order in which the handshake lists them: that of a hash, which is no order. */
  readonly entries: readonly TableEntry[];
  readonly #byId: (TableEntry | undefined)[] = [];
  readonly #byName = new Map<string, TableEntry>();
  readonly #firstIds = new Map<string, number>();

  private constructor(entries: readonly TableEntry[]) {
    this.entries = entries;
    for (const entry of entries) {
      this.#byId[entry.id] = entry;
      this.#byName.set(entry.message.name, entry);
      const first = this.#firstIds.get(entry.message.module) ?? entry.id;
      this.#firstIds.set(entry.message.module, Math.min(first, entry.id));
    }
  }

  /**
   * Hands out ids: `memclnt` from 1 on, then the other modules in an order that `seed` decides.
   *
   * @throws SchemaError where the definitions of `memclnt` are not VPP's, or ids run out
   */
  static assign(schema: Schema, seed: number): MessageTable {
    const next = randomU32(seed);
    const modules = [...schema.modules.values()];
    const memclnt = modules.filter((module) => module.name === "memclnt");
    const others = shuffled(modules.filter((module) => module.name !== "memclnt"), next);
    const entries = number([...memclnt, ...others]);
    const create = entries[SOCKCLNT_CREATE_ID - 1];
    if (create?.message.name !== "sockclnt_create") {
      throw new SchemaError(
        `Cannot simulate VPP: message ${SOCKCLNT_CREATE_ID} of the module memclnt must be sockclnt_create, and is ${
          create?.message.name ?? "missing"
        }`,
      );
    }
    return new MessageTable(shuffled(entries, next));
  }

  get(message: string): TableEntry | undefined {
    return this.#byName.get(message);
  }

  /** The message that has this id. */
  at(id: number): TableEntry | undefined {
    return this.#byId[id];
  }

  /** The lowest id of a module's messages. */
  firstId(module: string): number | undefined {
    return this.#firstIds.get(module);
  }
}

function number(modules: readonly Module[]): TableEntry[] {
  const messages = modules.flatMap((module) => module.messages);
  if (messages.length > 0xfffe) {
    throw new SchemaError(`Cannot simulate VPP: ${messages.length} messages, and ids are u16`);
  }
  return messages.map((message, i) => ({
    id: i + 1,
    message,
    name: message.nameCrc.slice(0, NAME_LENGTH),
  }));
}
