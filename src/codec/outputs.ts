/**
 * What the core puts out, copied into memory of the host. A place of that memory is written once: views
 * on it stay valid for as long as somebody holds them.
 *
 * @module
 */
import { type ArmDecoder, Batch } from "./batch.ts";
import type { StringTable } from "./strings.ts";

/** Gets the deliveries that stand in words `start` to `end` of a batch. */
export type Deliver = (batch: Batch, start: number, end: number) => void;

/** Words of a slab: what is held where one of its records is, and nobody wants the others. */
const SLAB = (64 << 10) >> 2;
/** Outputs of more words have a batch of their own. That of a socket's largest chunk is about as long. */
const SHARED = SLAB >> 1;

/**
 * Outputs stand one behind the other in a slab, which is one batch. Memory of its own costs each output
 * as much as ten messages, and more by the byte than what is copied: engines ask the system for it.
 */
export class Outputs {
  readonly #arms: ArmDecoder;
  #slab: Batch | undefined;
  /** Words of the slab that were handed out. */
  #used = 0;

  constructor(arms: ArmDecoder) {
    this.#arms = arms;
  }

  /**
   * Copies an output and hands it to `deliver`.
   *
   * @param output a view on the core's memory
   * @param strings the table of the epoch in which it was put out
   */
  hand(output: Uint32Array, strings: StringTable, deliver: Deliver): void {
    const { length } = output;
    if (length > SHARED) return deliver(this.alone(output, strings), 0, length);
    const slab = this.#slabFor(length, strings);
    const start = this.#used;
    const end = start + length;
    slab.u32.set(output, start);
    this.#used = end;
    deliver(slab, start, end);
  }

  /** A batch of its own. */
  alone(output: Uint32Array, strings: StringTable): Batch {
    // Not `slice`, which writes zeros first.
    return new Batch(new Uint32Array(output), strings, this.#arms);
  }

  /** A slab with room for so many words, whose records all have their strings in this table. */
  #slabFor(length: number, strings: StringTable): Batch {
    const slab = this.#slab;
    if (slab?.strings === strings && this.#used + length <= SLAB) return slab;
    this.#used = 0;
    return this.#slab = new Batch(new Uint32Array(SLAB), strings, this.#arms);
  }
}
