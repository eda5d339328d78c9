/**
 * Unions as values: the arm that counts is a property; every arm can be read from `$arms`, which loops,
 * spreads, comparisons and clones do not see. Where no arm is known to count, the property is `$union`,
 * the bytes, so that the value can be sent again as it is.
 *
 * @module
 */
import { DELIVERY_HEADER } from "../schema/constants.generated.ts";
import type { Slot } from "../schema/layout.ts";
import type { UnionType } from "../schema/model.ts";
import type { ArmDecoder, Batch } from "./batch.ts";
import type { Form } from "./forms.ts";
import type { ValueReader } from "./read.ts";

/** Reads the union at byte `at`; `counted` is the index of the arm that counts, where that is known. */
export type UnionReader = (from: Batch, at: number, counted: number | undefined) => object;

export interface ArmReader {
  /** The name in the reader's form. */
  readonly name: string;
  readonly slot: Slot;
  /** Reads the arm from its own record. */
  readonly read: ValueReader;
}

export function unionReader(
  union: UnionType,
  arms: readonly ArmReader[],
  form: Form,
): UnionReader {
  const Arms = armsClass(union, arms);
  const direct = arms.map(({ slot }) => isBytewise(slot));
  return (from, at, counted) => {
    const arm = counted === undefined || !form.counted ? undefined : arms[counted];
    if (counted === undefined || arm === undefined) {
      const value = { $union: form.bytes(from, at, union.size) };
      return form.counted ? withArms(value, new Arms(from, at)) : value;
    }
    const recent = from.arms.recentUnions.of(Arms, union.size);
    const known = recent.find(from.u8, at, counted);
    if (known !== undefined) return known;
    const all = new Arms(from, at);
    const read = direct[counted] === true ? arm.read(from, at, at) : all.read(counted);
    const value = withArms({ [arm.name]: read }, all);
    if (typeof read === "string") recent.keep(from.u8, at, counted, Object.freeze(value));
    return value;
  };
}

function withArms(value: object, arms: object): object {
  return Object.defineProperty(value, "$arms", { value: arms, configurable: true });
}

/** Whether the bytes of an arm on the wire are its record. */
export function isBytewise(slot: Slot): boolean {
  switch (slot.kind) {
    case "scalar":
      return slot.size === 1;
    case "array":
      return isBytewise(slot.element);
    case "struct":
      return slot.layout.fields.every((field) => isBytewise(field.slot));
    case "union":
      return true;
    case "string":
    case "vla":
      return false;
  }
}

interface Arms {
  read(index: number): unknown;
}

/** A class with a getter for each arm. Its instances hold the union's bytes, not the chunk. */
function armsClass(
  union: UnionType,
  arms: readonly ArmReader[],
): new (from: Batch, at: number) => Arms {
  class UnionArms {
    /** No typed array: to make one takes Deno over a microsecond. */
    readonly #bytes: number[] = [];
    readonly #decoder: ArmDecoder;

    constructor(from: Batch, at: number) {
      for (let i = at; i < at + union.size; i++) this.#bytes.push(from.u8[i]!);
      this.#decoder = from.arms;
    }

    read(index: number): unknown {
      const batch = this.#decoder.decodeArm(union, index, this.$union);
      return arms[index]?.read(batch, DELIVERY_HEADER, DELIVERY_HEADER);
    }

    get $union(): Uint8Array {
      return Uint8Array.from(this.#bytes);
    }
  }
  arms.forEach(({ name }, index) => {
    Object.defineProperty(UnionArms.prototype, name, {
      get(this: UnionArms) {
        return this.read(index);
      },
      enumerable: true,
      configurable: true,
    });
  });
  return UnionArms;
}
