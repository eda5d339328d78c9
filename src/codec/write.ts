/**
 * Values → record. Checks everything that the wire cannot hold: names, ranges, lengths.
 *
 * What is accepted does not depend on the form in which a message is read: integers as numbers, as
 * bigints or as decimal text; bytes as arrays or as hexadecimal text; enums by number or by name;
 * addresses as text or by their parts; a union as an object with one arm, or `{ $union: bytes }`.
 *
 * @module
 */
import { EncodeError } from "../errors.ts";
import { layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
import { type Message, resolveAlias, type Type, type UnionType } from "../schema/model.ts";
import { FieldFault, joinPath } from "./field_fault.ts";
import type { Naming } from "./names.ts";
import type { RecordWriter, ValueWriter } from "./record_writer.ts";
import { textTypeOf } from "./text_types.ts";
import { bytesWriter, stringWriter, textTypeWriter, writeCountedBytes } from "./write_bytes.ts";
import { countsOf } from "./write_count.ts";
import { fixedArrayWriter, variableArrayWriter } from "./write_list.ts";
import { enumWriter, scalarWriter } from "./write_scalar.ts";
import { SlotWriter } from "./write_slot.ts";
import { StructWriter } from "./write_struct.ts";
import { type ArmEncoder, unionWriter } from "./write_union.ts";

/** Writes whole messages of one kind. */
export interface MessageWriter {
  /**
   * Writes `fields` over a record of defaults, which the record must hold already.
   *
   * @throws EncodeError that names message and field
   */
  write(to: RecordWriter, fields: object): void;
}

/** Builds writers for one naming of the fields. */
export class WriterFactory {
  readonly #naming: Naming;
  readonly #encodeArm: ArmEncoder;

  constructor(naming: Naming, encodeArm: ArmEncoder) {
    this.#naming = naming;
    this.#encodeArm = encodeArm;
  }

  message(message: Message): MessageWriter {
    const struct = this.#struct(layoutOf(message));
    return {
      write: (to, fields) => {
        try {
          struct.write(to, fields, 0);
        } catch (error) {
          if (!(error instanceof FieldFault)) throw error;
          throw new EncodeError(joinPath(message.name, error.path), error.message);
        }
      },
    };
  }

  #struct(layout: StructLayout): StructWriter {
    const fields = layout.fields.map(({ field, offset, slot }) => ({
      name: this.#naming(field.name),
      offset,
      slot: this.#slot(field.type, slot),
    }));
    return new StructWriter(fields, countsOf(layout, this.#naming));
  }

  #slot(type: Type, slot: Slot): SlotWriter {
    const text = textTypeOf(type);
    if (slot.kind === "struct") {
      const struct = this.#struct(slot.layout);
      const plain: ValueWriter = (to, value, at) => struct.write(to, value, at);
      return new SlotWriter(slot, text === undefined ? plain : textTypeWriter(text, plain), struct);
    }
    const plain = this.#plain(type, slot);
    return new SlotWriter(slot, text === undefined ? plain : textTypeWriter(text, plain));
  }

  #plain(type: Type, slot: Exclude<Slot, { kind: "struct" }>): ValueWriter {
    const resolved = resolveAlias(type);
    switch (slot.kind) {
      case "scalar":
        return resolved.kind === "enum" ? enumWriter(resolved) : scalarWriter(slot.scalar);
      case "string":
        return stringWriter(slot.wireLength);
      case "union":
        return this.#union(slot.type);
      case "array":
        if (isByte(slot.element)) return bytesWriter(slot.count);
        return fixedArrayWriter(slot, this.#element(resolved, slot.element));
      case "vla":
        if (isByte(slot.element)) return writeCountedBytes;
        return variableArrayWriter(slot, this.#element(resolved, slot.element));
    }
  }

  #element(array: Type, slot: Slot): SlotWriter {
    if (array.kind !== "array" && array.kind !== "vla") {
      throw new TypeError(`A slot of an array belongs to a type of kind ${array.kind}`);
    }
    return this.#slot(array.element, slot);
  }

  #union(union: UnionType): ValueWriter {
    const arms = union.arms.map((arm) => {
      const layout = layoutOf({ name: union.name, fields: [arm] });
      const slot = layout.fields[0]?.slot;
      if (slot === undefined) throw new TypeError(`Union ${union.name} has an arm without slot`);
      return { name: this.#naming(arm.name), slot: this.#slot(arm.type, slot) };
    });
    return unionWriter(union, arms, this.#encodeArm);
  }
}

function isByte(slot: Slot): boolean {
  return slot.kind === "scalar" && slot.scalar === "u8";
}
