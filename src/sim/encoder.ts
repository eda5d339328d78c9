/**
 * Messages of the simulated VPP → bytes, with the ids of its table.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import { camelCase } from "../codec/names.ts";
import { VppError } from "../errors.ts";
import { CONTEXT_NONE, FRAME_HEADER } from "../schema/constants.generated.ts";
import type { Message } from "../schema/model.ts";
import { fixedSize } from "../schema/resolve.ts";
import type { ApiSet } from "./api_set.ts";
import type { Frame } from "./outbox.ts";
import type { MessageTable } from "./table.ts";

/** The header's values where they are not 0. */
export interface Header {
  readonly context?: number;
  readonly clientIndex?: number;
}

export class Encoder {
  readonly #codec: Codec;
  readonly #table: MessageTable;
  /** Whether fields that a message lacks are an error. */
  readonly #strict: boolean;
  readonly #retvals = new Map<string, Frame>();
  readonly #fieldNames = new Map<Message, ReadonlySet<string>>();

  constructor(codec: Codec, table: MessageTable, api: ApiSet) {
    this.#codec = codec;
    this.#table = table;
    this.#strict = api.isBuiltIn;
  }

  /** Whether the simulated VPP has a message with this field; `field` in camelCase. */
  hasField(message: string, field: string): boolean {
    const entry = this.#table.get(message);
    return entry !== undefined && this.#fieldsOf(entry.message).has(field);
  }

  /**
   * One message behind its frame header.
   *
   * The simulator's handlers are written for VPP 26.06. On the definitions of another release, fields
   * that its message does not have are left out; with the built-in ones they are an error.
   *
   * @throws VppError code UNKNOWN_MESSAGE where VPP does not have the message
   * @throws EncodeError where a field cannot be put on the wire
   */
  encode(message: string, header: Header, fields: object): Uint8Array {
    const entry = this.#table.get(message);
    if (entry === undefined) {
      throw new VppError(
        "UNKNOWN_MESSAGE",
        `Cannot send ${message}: the simulator's definitions lack it`,
      );
    }
    const { context = 0, clientIndex = 0 } = header;
    const compiled = this.#codec.compile(entry.message);
    const known = this.#strict ? fields : onlyKnown(this.#fieldsOf(entry.message), fields);
    this.#codec.encode(compiled, entry.id, clientIndex, context, known);
    return this.#codec.core.takeSend();
  }

  /** A message for which only the context is still to be written. */
  frame(message: string, fields: object): Frame {
    const bytes = this.encode(message, {}, fields);
    const entry = this.#table.get(message);
    const wireContext = entry === undefined
      ? CONTEXT_NONE
      : this.#codec.compile(entry.message).wireContext;
    return {
      bytes,
      contextAt: wireContext === CONTEXT_NONE ? undefined : FRAME_HEADER + wireContext,
    };
  }

  /**
   * Where a field stands in the frame of a message: in front of it are only fields of one size.
   *
   * @throws VppError code UNKNOWN_MESSAGE where there is no such field
   */
  offsetOf(message: string, field: string): number {
    let at = FRAME_HEADER;
    for (const { name, type } of this.#table.get(message)?.message.fields ?? []) {
      if (name === field) return at;
      at += fixedSize(type) ?? 0;
    }
    throw new VppError("UNKNOWN_MESSAGE", `The simulator's ${message} has no field ${field}`);
  }

  /** A reply that has a retval and nothing else, as most have; encoded once. */
  retvalFrame(message: string, retval: number): Frame {
    const key = `${message} ${retval}`;
    let frame = this.#retvals.get(key);
    if (frame === undefined) {
      // A few replies have no retval; nothing is refused with them.
      frame = this.frame(message, retval === 0 ? {} : { retval });
      this.#retvals.set(key, frame);
    }
    return frame;
  }

  #fieldsOf(message: Message): ReadonlySet<string> {
    let names = this.#fieldNames.get(message);
    if (names === undefined) {
      names = new Set(message.fields.map((field) => camelCase(field.name)));
      this.#fieldNames.set(message, names);
    }
    return names;
  }
}

function onlyKnown(names: ReadonlySet<string>, fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}
