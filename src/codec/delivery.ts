/**
 * The headers of deliveries, which stand before the records in what the core puts out. `words` is the
 * memory of a batch, `at` the word at which a header begins.
 *
 * @module
 */
import { DELIVERY_WHAT } from "../schema/constants.generated.ts";

/** A KIND_ value. */
export function kindOf(words: Uint32Array, at: number): number {
  return words[at + DELIVERY_WHAT]! & 0xff;
}

/** A FAULT_ value, or 0. */
export function faultOf(words: Uint32Array, at: number): number {
  return words[at + DELIVERY_WHAT]! >>> 8 & 0xff;
}

export function messageIdOf(words: Uint32Array, at: number): number {
  return words[at + DELIVERY_WHAT]! >>> 16;
}
