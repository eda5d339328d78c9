/**
 * Requests of generated bindings → record.
 *
 * The binding of a request has a function that calls a method of `RequestWriter` for each field, with
 * the field's place in the record. Engines make of it what a compiler would: properties at known
 * offsets of the object, stores into typed arrays. It takes values as most programs give them. Whatever
 * else is accepted, and everything that is wrong, is left to the general writer, which begins anew: what
 * a value means and what an error says has one source.
 *
 * Each method says what became of its value: 1 where it was written; 0 where none was given, so that
 * the default stands which the record has already; `OTHER` where the general writer must see it. The
 * sum over an object's fields is the number of those that were written, or less than nothing.
 *
 * @module
 */
import type { RecordWriter } from "./record_writer.ts";
import { isGiven } from "./write_struct.ts";

/** Makes the sum over the fields of any object negative. */
const OTHER = -(1 << 20);

/** Up to so many bytes a loop is quicker than two calls of the engine's own functions. */
const SHORT_BYTES = 32;

/** Reads a text to `to[at…]`; false where it is not of the type. */
export type ParseText = (text: string, to: Uint8Array, at: number) => boolean;

/** Writes a value at the address `at` and says what became of it. */
export type WriteValue<T> = (to: RequestWriter, at: number, value: T | undefined) => number;

/** Writes the fields of a request to the record at the address `at`; the sum of what became of them. */
export type WriteFields<T extends object> = (to: RequestWriter, at: number, fields: T) => number;

/**
 * Here `at` is an address in the core's memory, so that no method adds the record's. Addresses hold
 * while the memory does not grow, and no method makes it: what needs more is left to the general writer.
 */
export class RequestWriter {
  readonly #record: RecordWriter;
  // Those of the record; fields of this object are nearer.
  #u8: Uint8Array<ArrayBuffer>;
  #u16: Uint16Array;
  #u32: Uint32Array;
  #u64: BigUint64Array;
  #f64: Float64Array;
  // The address that was read last, as text and as bytes: many routes have the same next hop.
  #lastText = "";
  #lastParse: ParseText | undefined;
  readonly #lastBytes = new Uint8Array(16);

  constructor(record: RecordWriter) {
    this.#record = record;
    ({ u8: this.#u8, u16: this.#u16, u32: this.#u32, u64: this.#u64, f64: this.#f64 } = record);
  }

  /**
   * Writes a request into the record, which holds the template and nothing else.
   *
   * @returns false where the general writer must begin anew
   */
  write<T extends object>(fields: T, write: WriteFields<T>): boolean {
    const record = this.#record;
    if (this.#u8 !== record.u8) {
      ({ u8: this.#u8, u16: this.#u16, u32: this.#u32, u64: this.#u64, f64: this.#f64 } = record);
    }
    if (fields.constructor !== Object) return false;
    const written = write(this, record.base, fields);
    // Where a getter of the fields made the memory grow, what was stored since is lost.
    return this.struct(fields, written) === 1 && this.#u8.length !== 0;
  }

  bool(at: number, value: unknown): number {
    if (typeof value !== "boolean") return absent(value);
    this.#u8[at] = value ? 1 : 0;
    return 1;
  }

  u8(at: number, value: unknown): number {
    if (typeof value !== "number" || (value & 0xff) !== value) return absent(value);
    this.#u8[at] = value;
    return 1;
  }

  i8(at: number, value: unknown): number {
    if (typeof value !== "number" || value << 24 >> 24 !== value) return absent(value);
    this.#u8[at] = value;
    return 1;
  }

  u16(at: number, value: unknown): number {
    if (typeof value !== "number" || (value & 0xffff) !== value) return absent(value);
    this.#u16[at >> 1] = value;
    return 1;
  }

  i16(at: number, value: unknown): number {
    if (typeof value !== "number" || value << 16 >> 16 !== value) return absent(value);
    this.#u16[at >> 1] = value;
    return 1;
  }

  u32(at: number, value: unknown): number {
    if (typeof value !== "number" || value >>> 0 !== value) return absent(value);
    this.#u32[at >> 2] = value;
    return 1;
  }

  i32(at: number, value: unknown): number {
    if (typeof value !== "number" || (value | 0) !== value) return absent(value);
    this.#u32[at >> 2] = value;
    return 1;
  }

  u64(at: number, value: unknown): number {
    if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) return absent(value);
    this.#u64[at >> 3] = value;
    return 1;
  }

  i64(at: number, value: unknown): number {
    if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) return absent(value);
    this.#u64[at >> 3] = value;
    return 1;
  }

  f64(at: number, value: unknown): number {
    if (typeof value !== "number") return absent(value);
    this.#f64[at >> 3] = value;
    return 1;
  }

  /** A text of less than `size` bytes, all of one character each; its slot stands at `at`. */
  text(at: number, value: unknown, size: number): number {
    if (typeof value !== "string" || value.length >= size) return absent(value);
    const start = this.#record.claim(value.length);
    if (start === 0) return OTHER;
    const u8 = this.#u8;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      // NUL ends a text for VPP.
      if (code === 0 || code > 0x7f) return OTHER;
      u8[start + i] = code;
    }
    this.#pair(at, start, value.length);
    return 1;
  }

  /** An address of `size` bytes as they are, or as text that `parse` reads. */
  textOrBytes(at: number, value: unknown, parse: ParseText, size: number): number {
    if (typeof value !== "string") return this.bytes(at, value, size);
    const last = this.#lastBytes;
    if (value !== this.#lastText || parse !== this.#lastParse) {
      this.#lastParse = undefined;
      if (!parse(value, last, 0)) return OTHER;
      this.#lastText = value;
      this.#lastParse = parse;
    }
    const u8 = this.#u8;
    for (let i = 0; i < size; i++) u8[at + i] = last[i]!;
    return 1;
  }

  /** An address and the like as text that `parse` reads, or by its parts. */
  textOrParts<T extends object>(
    at: number,
    value: string | T | undefined,
    parse: ParseText,
    write: WriteValue<T>,
  ): number {
    if (typeof value !== "string") return write(this, at, value);
    return parse(value, this.#u8, at) ? 1 : OTHER;
  }

  /** A fixed array of u8; what is not given is zero. */
  bytes(at: number, value: unknown, size: number): number {
    if (!(value instanceof Uint8Array) || value.length > size) return absent(value);
    return this.#bytes(at, value, size);
  }

  /** A variable array of u8, with its slot at `at` and its count of `width` bytes at `count`. */
  countedBytes(at: number, value: unknown, count: number, width: number): number {
    if (!(value instanceof Uint8Array)) return absent(value);
    const start = this.#record.claim(value.length);
    if (start === 0 || this.#bytes(start, value, value.length) !== 1) return OTHER;
    this.#pair(at, start, value.length);
    return this.#count(count, value.length, width);
  }

  /** A fixed array, `stride` bytes an element; elements that are not given keep their defaults. */
  list<T>(
    at: number,
    value: readonly T[] | undefined,
    size: number,
    stride: number,
    write: WriteValue<T>,
  ): number {
    if (!Array.isArray(value) || value.length > size) return absent(value);
    return this.#elements(at, value, stride, write);
  }

  /** A variable array, with its slot at `at` and its count of `width` bytes at `count`. */
  countedList<T>(
    at: number,
    value: readonly T[] | undefined,
    count: number,
    width: number,
    stride: number,
    write: WriteValue<T>,
  ): number {
    if (!Array.isArray(value)) return absent(value);
    const n = value.length;
    const start = this.#record.claim(n * stride);
    if (start === 0) return OTHER;
    this.#pair(at, start, n);
    if (this.#count(count, n, width) !== 1) return OTHER;
    return this.#elements(start, value, stride, write);
  }

  /** What is said of a value that is no plain object. What one of a class gives, the general writer finds out. */
  absent(value: unknown): number {
    return absent(value);
  }

  /** A struct of which so many fields were written, if these are all that are given. */
  struct(fields: object, written: number): number {
    if (written < 0) return OTHER;
    let given = 0;
    for (const _ in fields) given++;
    return given === written || givenFields(fields) === written ? 1 : OTHER;
  }

  /** A union of which so many arms were written, if that is no more than one and all that is given. */
  union(arms: object, written: number): number {
    return written > 1 ? OTHER : this.struct(arms, written);
  }

  #elements<T>(
    at: number,
    list: readonly T[],
    stride: number,
    write: WriteValue<T>,
  ): number {
    for (let i = 0; i < list.length; i++) {
      if (write(this, at + i * stride, list[i]) !== 1) return OTHER;
    }
    return 1;
  }

  #bytes(at: number, bytes: Uint8Array, size: number): number {
    const u8 = this.#u8;
    if (u8.length === 0) return OTHER;
    if (size > SHORT_BYTES) {
      u8.set(bytes, at);
      u8.fill(0, at + bytes.length, at + size);
    } else {
      for (let i = 0; i < bytes.length; i++) u8[at + i] = bytes[i]!;
      for (let i = bytes.length; i < size; i++) u8[at + i] = 0;
    }
    return 1;
  }

  /** The slot of a text or of a variable array. */
  #pair(at: number, start: number, length: number): void {
    const index = at >> 2;
    this.#u32[index] = start - this.#record.base;
    this.#u32[index + 1] = length;
  }

  /** The number of an array's elements, which its bytes may be too few for. */
  #count(at: number, n: number, width: number): number {
    if (width === 1) return this.u8(at, n);
    return width === 2 ? this.u16(at, n) : this.u32(at, n);
  }
}

/** What is said of a value that its method does not write. */
function absent(value: unknown): number {
  return value === undefined ? 0 : OTHER;
}

/** The number of fields of an object that are given. */
function givenFields(fields: object): number {
  let n = 0;
  for (const value of Object.values(fields)) if (isGiven(value)) n++;
  return n;
}
