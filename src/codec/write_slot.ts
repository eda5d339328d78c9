/**
 * The writer of one slot: of a field, or of the elements of an array.
 *
 * @module
 */
import type { Slot } from "../schema/layout.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import type { StructWriter } from "./write_struct.ts";

// What a value is expected to be. Only speed depends on it: `general` takes whatever is something else.
const OTHER = 0;
const U8 = 1;
const U16 = 2;
const U32 = 3;
const I32 = 4;
const BOOL = 5;
const STRUCT = 6;

/**
 * Writes the common values of the common slots in place, by one switch in one function, which engines
 * inline: a function for each field is a call of an unknown target for each field. The general writer
 * takes all other values, and says what is wrong with them.
 */
export class SlotWriter {
  readonly #kind: number;
  readonly #general: ValueWriter;
  readonly #struct: StructWriter | undefined;

  /** @param struct writes the slot where that is a plain struct */
  constructor(slot: Slot, general: ValueWriter, struct?: StructWriter) {
    this.#kind = struct === undefined ? kindOf(slot) : STRUCT;
    this.#general = general;
    this.#struct = struct;
  }

  /** @throws FieldFault where the wire cannot hold the value */
  write(to: RecordWriter, value: unknown, at: number): void {
    const place = to.base + at;
    switch (this.#kind) {
      case U8:
        if (typeof value === "number" && (value & 0xff) === value) {
          to.u8[place] = value;
          return;
        }
        break;
      case U16:
        if (typeof value === "number" && (value & 0xffff) === value) {
          to.u16[place >> 1] = value;
          return;
        }
        break;
      case U32:
        if (typeof value === "number" && value >>> 0 === value) {
          to.u32[place >> 2] = value;
          return;
        }
        break;
      case I32:
        if (typeof value === "number" && (value | 0) === value) {
          to.u32[place >> 2] = value;
          return;
        }
        break;
      case BOOL:
        if (typeof value === "boolean") {
          to.u8[place] = value ? 1 : 0;
          return;
        }
        break;
      case STRUCT:
        if (typeof value !== "string" && this.#struct !== undefined) {
          return this.#struct.write(to, value, at);
        }
    }
    this.#general(to, value, at);
  }
}

function kindOf(slot: Slot): number {
  if (slot.kind !== "scalar") return OTHER;
  switch (slot.scalar) {
    case "u8":
      return U8;
    case "u16":
      return U16;
    case "u32":
      return U32;
    case "i32":
      return I32;
    case "bool":
      return BOOL;
    default:
      return OTHER;
  }
}
