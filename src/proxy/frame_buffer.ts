/**
 * Frames on their way out, one behind the other, and the fields in them that the proxy rewrites.
 *
 * @module
 */
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32, putU32 } from "../transport/bytes.ts";

const INITIAL_CAPACITY = 1 << 12;

export class FrameBuffer {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * Appends a frame around a copy of `from[start…end)`, a message from its id on.
   *
   * @returns where the message can be written until the next call
   */
  append(from: Uint8Array, start: number, end: number): MessagePlace {
    const length = end - start;
    const at = this.#length;
    this.#reach(at + FRAME_HEADER + length);
    // Only the length of the header means anything, and nothing else of a client reaches VPP.
    this.#bytes.fill(0, at, at + FRAME_HEADER);
    putU32(this.#bytes, at + FRAME_LENGTH_AT, length);
    this.#bytes.set(from.subarray(start, end), at + FRAME_HEADER);
    this.#length = at + FRAME_HEADER + length;
    return { bytes: this.#bytes, at: at + FRAME_HEADER };
  }

  /** Empties the buffer; the bytes belong to the caller. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    // What one large answer needed is not kept for a client that may never need it again.
    if (this.#bytes.length > 1 << 18) this.#bytes = new Uint8Array(INITIAL_CAPACITY);
    return taken;
  }

  #reach(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** A message in a buffer, from its id on. */
export interface MessagePlace {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** Calls `each` with the bounds of the message of every frame; `frames` are whole. */
export function eachMessage(
  frames: Uint8Array,
  each: (start: number, end: number) => void,
): void {
  for (let at = 0; at + FRAME_HEADER <= frames.length;) {
    const start = at + FRAME_HEADER;
    at = start + getU32(frames, at + FRAME_LENGTH_AT);
    each(start, at);
  }
}

/** The u16, big-endian, at `at`. */
export function getU16(from: Uint8Array, at: number): number {
  return (from[at]! << 8) | from[at + 1]!;
}

/** Writes a u16, big-endian. */
export function putU16(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 8;
  to[at + 1] = value;
}
