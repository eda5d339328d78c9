/**
 * A record that is being written into the core's scratch area.
 *
 * @module
 */
import type { Core } from "./core.ts";

const utf8 = new TextEncoder();

/** Offsets count from the record's start. The typed arrays change when the core's memory moves. */
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

  constructor(core: Core) {
    this.#core = core;
  }

  /** Begins a record with a copy of `template`. */
  begin(template: Uint8Array): void {
    this.#end = 0;
    this.#reach(template.length);
    this.u8.set(template, this.base);
    this.#end = template.length;
  }

  /**
   * Writes a record of its own behind what is written, lets `use` work with it (it gets the record's
   * offset in the scratch area), and gives its place back.
   */
  nest<T>(template: Uint8Array, use: (offset: number) => T): T {
    const end = this.#end;
    const outer = this.#nested;
    const offset = this.allocate(template.length);
    this.u8.set(template, this.base + offset);
    this.#nested += offset;
    this.base += offset;
    this.#end = template.length;
    try {
      return use(this.#nested);
    } finally {
      this.base += outer - this.#nested;
      this.#nested = outer;
      this.#end = end;
    }
  }

  /** 8-aligned, zeroed room for `bytes`; returns its offset. */
  allocate(bytes: number): number {
    const offset = (this.#end + 7) & ~7;
    this.#reach(offset + bytes);
    this.u8.fill(0, this.base + this.#end, this.base + offset + bytes);
    this.#end = offset + bytes;
    return offset;
  }

  /** Appends text in UTF-8; returns its offset and length. */
  text(value: string): { readonly offset: number; readonly length: number } {
    const offset = this.#end;
    // A UTF-16 unit takes at most three bytes.
    this.#reach(offset + value.length * 3);
    const place = this.u8.subarray(this.base + offset, this.base + offset + value.length * 3);
    const length = utf8.encodeInto(value, place).written;
    this.#end = offset + length;
    return { offset, length };
  }

  /** Makes sure that the record may end at `end`. */
  #reach(end: number): void {
    const { memory, start } = this.#core.scratch(this.#nested + end, this.#nested + this.#end);
    if (this.u8.buffer !== memory.buffer) {
      this.u8 = memory;
      this.u16 = new Uint16Array(memory.buffer);
      this.u32 = new Uint32Array(memory.buffer);
      this.u64 = new BigUint64Array(memory.buffer);
      this.f64 = new Float64Array(memory.buffer);
    }
    this.base = start + this.#nested;
  }
}
