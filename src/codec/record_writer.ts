/**
 * A record that is being written into the core's scratch area.
 *
 * @module
 */
import type { Core } from "./core.ts";
import type { RecordTemplate } from "./template.ts";

/** Writes a value at the offset `at` of the record; throws FieldFault where the wire cannot hold it. */
export type ValueWriter = (to: RecordWriter, value: unknown, at: number) => void;

const utf8 = new TextEncoder();

/** Up to so many characters a loop is quicker than a call of the platform's encoder. */
const SHORT_TEXT = 64;

/** Bytes of scratch area that are asked for at first. */
const FIRST_ROOM = 1 << 16;

/**
 * Offsets count from the record's start. All of the scratch area behind the record is zero: the core
 * clears what it has encoded. The typed arrays are those of the core's memory, which are replaced when
 * it grows: `follow` must be called after whatever may have run other code.
 */
export class RecordWriter {
  readonly #core: Core;
  u8: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  u16: Uint16Array = new Uint16Array(0);
  u32: Uint32Array = new Uint32Array(0);
  u64: BigUint64Array = new BigUint64Array(0);
  f64: Float64Array = new Float64Array(0);
  /** Address of the record; 16-aligned. */
  base = 0;
  #end = 0;
  /** Where the record begins in the scratch area; 0 but inside of `nest`. */
  #nested = 0;
  /** Bytes that the scratch area has at least. */
  #room = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Where the record ends so far. */
  get end(): number {
    return this.#end;
  }

  /** Begins a record with a copy of `template`. */
  begin(template: RecordTemplate): void {
    // What was refused, or not encoded for another reason, is still there.
    if (this.#end !== 0) this.#clear();
    this.#reach(template.bytes);
    this.#setDefaults(template, this.base);
    this.#end = template.bytes;
  }

  /**
   * Encodes the record into what the core sends.
   *
   * @throws VppError code CORE at the memory's maximum
   */
  encode(program: number): void {
    this.#core.encode(program, this.#end);
    this.#end = 0;
  }

  /** Finds the memory again, where it has grown since. */
  follow(): void {
    // An array on memory that grew has no length any more.
    if (this.u8.length === 0) this.#attach(this.#room);
  }

  /**
   * Writes a record of its own behind what is written, lets `use` work with it (it gets the record's
   * offset in the scratch area), and gives its place back.
   */
  nest<T>(template: RecordTemplate, use: (offset: number) => T): T {
    const end = this.#end;
    const outer = this.#nested;
    const offset = this.allocate(template.bytes);
    this.#setDefaults(template, this.base + offset);
    this.#nested += offset;
    this.base += offset;
    this.#end = template.bytes;
    try {
      return use(this.#nested);
    } finally {
      this.#clear();
      this.base += outer - this.#nested;
      this.#nested = outer;
      this.#end = end;
      this.follow();
    }
  }

  /** 8-aligned room for `bytes`, which are zero; returns its offset. */
  allocate(bytes: number): number {
    const offset = (this.#end + 7) & ~7;
    this.#reach(offset + bytes);
    this.#end = offset + bytes;
    return offset;
  }

  /**
   * The address of 8-aligned room for `bytes`, which are zero; 0 where the memory may have to grow for
   * it, or has grown.
   */
  claim(bytes: number): number {
    const offset = (this.#end + 7) & ~7;
    const end = offset + bytes;
    if (this.#nested + end > this.#room || this.u8.length === 0) return 0;
    this.#end = end;
    return this.base + offset;
  }

  /** Appends text in UTF-8; returns its length in bytes. */
  text(value: string): number {
    // A UTF-16 unit takes at most three bytes.
    const most = value.length * 3;
    this.#reach(this.#end + most);
    const start = this.base + this.#end;
    const length = this.#ascii(value, start) ??
      utf8.encodeInto(value, this.u8.subarray(start, start + most)).written;
    this.#end += length;
    return length;
  }

  /** Sets a slot of two u32, as strings and variable arrays have it. */
  setPair(at: number, first: number, second: number): void {
    const index = (this.base + at) >> 2;
    this.u32[index] = first;
    this.u32[index + 1] = second;
  }

  /** Writes short ASCII text at the address `start`; undefined where it is something else. */
  #ascii(value: string, start: number): number | undefined {
    if (value.length > SHORT_TEXT) return undefined;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return undefined;
      this.u8[start + i] = code;
    }
    return value.length;
  }

  /** Most messages have a default or two, if any: a copy of the whole template would cost more. */
  #setDefaults({ defaults }: RecordTemplate, address: number): void {
    const start = address >> 2;
    for (let i = 0; i < defaults.length; i += 2) this.u32[start + defaults[i]!] = defaults[i + 1]!;
  }

  /** Zeroes the record again. */
  #clear(): void {
    this.follow();
    this.u8.fill(0, this.base, this.base + this.#end);
    this.#end = 0;
  }

  /** Makes sure that the record may end at `end`. */
  #reach(end: number): void {
    const needed = this.#nested + end;
    if (needed > this.#room || this.u8.length === 0) {
      this.#attach(Math.max(needed, this.#room, FIRST_ROOM));
    }
  }

  #attach(room: number): void {
    const { memory, start } = this.#core.scratch(room, this.#nested + this.#end);
    this.#room = room;
    this.base = start + this.#nested;
    if (this.u8.buffer === memory.buffer) return;
    this.u8 = memory;
    this.u16 = new Uint16Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.u64 = new BigUint64Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
  }
}
