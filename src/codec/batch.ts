/**
 * Records, copied out of the core, in memory that belongs to the host: views on it stay valid for as long
 * as somebody holds them.
 *
 * @module
 */
import { STRING_INLINE } from "../schema/constants.generated.ts";
import type { UnionType } from "../schema/model.ts";
import type { RecentUnions } from "./recent_unions.ts";
import { decodeText, type StringTable } from "./strings.ts";

/** Decodes the arms of unions, which records hold as they stand on the wire. */
export interface ArmDecoder {
  readonly recentUnions: RecentUnions;
  /** Decodes one arm; its record begins behind the header of the batch's only delivery. */
  decodeArm(union: UnionType, index: number, bytes: Uint8Array): Batch;
}

/**
 * Typed arrays over one copy. Records are 8-aligned, so a field's index is its offset / its size. All
 * but one are made when somebody reads through them: to make one costs more than to decode a message.
 */
export class Batch {
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly strings: StringTable;
  readonly arms: ArmDecoder;
  #u8: Uint8Array<ArrayBuffer> | undefined;
  #i8: Int8Array | undefined;
  #u16: Uint16Array | undefined;
  #i16: Int16Array | undefined;
  #i32: Int32Array | undefined;
  #u64: BigUint64Array | undefined;
  #i64: BigInt64Array | undefined;
  #f64: Float64Array | undefined;

  /** `words` are deliveries as the core wrote them, and all of a buffer whose length is a multiple of 8. */
  constructor(words: Uint32Array<ArrayBuffer>, strings: StringTable, arms: ArmDecoder) {
    this.u32 = words;
    this.strings = strings;
    this.arms = arms;
  }

  get u8(): Uint8Array<ArrayBuffer> {
    return this.#u8 ??= new Uint8Array(this.u32.buffer);
  }

  get i8(): Int8Array {
    return this.#i8 ??= new Int8Array(this.u32.buffer);
  }

  get u16(): Uint16Array {
    return this.#u16 ??= new Uint16Array(this.u32.buffer);
  }

  get i16(): Int16Array {
    return this.#i16 ??= new Int16Array(this.u32.buffer);
  }

  get i32(): Int32Array {
    return this.#i32 ??= new Int32Array(this.u32.buffer);
  }

  get u64(): BigUint64Array {
    return this.#u64 ??= new BigUint64Array(this.u32.buffer);
  }

  get i64(): BigInt64Array {
    return this.#i64 ??= new BigInt64Array(this.u32.buffer);
  }

  get f64(): Float64Array {
    return this.#f64 ??= new Float64Array(this.u32.buffer);
  }

  /** The text of the string slot at byte `slot` of the record that begins at byte `record`. */
  text(slot: number, record: number): string {
    const word = this.u32[slot >> 2] ?? 0;
    if (word < STRING_INLINE) return this.strings.get(word);
    const start = record + (word - STRING_INLINE);
    return decodeText(this.u8.subarray(start, start + (this.u32[(slot >> 2) + 1] ?? 0)));
  }

  /** A copy of `length` bytes. */
  bytes(start: number, length: number): Uint8Array {
    return this.u8.slice(start, start + length);
  }
}
