/**
 * Frames on their way out, one behind the other, and the fields in them that the proxy rewrites.
 *
 * @module
 */
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32, putU32 } from "../transport/bytes.ts";

const INITIAL_CAPACITY = 1 << 12;
/** Up to here what is handed over is copied, so that the buffer can be kept. */
const COPY_UP_TO = 1 << 14;

export class FrameBuffer {
  /** Valid until the next append. */
  bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `frames`.
   *
   * @returns where they begin in `bytes`
   */
  append(frames: Uint8Array): number {
    const at = this.#length;
    this.#reach(at + frames.length);
    this.bytes.set(frames, at);
    this.#length = at + frames.length;
    return at;
  }

  /** Empties the buffer; the bytes belong to the caller. */
  take(): Uint8Array<ArrayBuffer> {
    const length = this.#length;
    this.#length = 0;
    if (length <= COPY_UP_TO && this.bytes.length <= COPY_UP_TO) return this.bytes.slice(0, length);
    const taken = this.bytes.subarray(0, length);
    this.bytes = new Uint8Array(INITIAL_CAPACITY);
    return taken;
  }

  #reach(length: number): void {
    if (length <= this.bytes.length) return;
    // The first frames of a turn often are its only ones: then nothing is allocated in vain.
    const capacity = this.#length === 0 ? length : Math.max(length, 2 * this.bytes.length);
    const larger = new Uint8Array(capacity);
    larger.set(this.bytes.subarray(0, this.#length));
    this.bytes = larger;
  }
}

/** A frame around a message. */
export function frameOf(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER + message.length);
  putU32(frame, FRAME_LENGTH_AT, message.length);
  frame.set(message, FRAME_HEADER);
  return frame;
}

/** Where the frame that begins at `at` ends. */
export function frameEnd(frames: Uint8Array, at: number): number {
  return at + FRAME_HEADER + getU32(frames, at + FRAME_LENGTH_AT);
}

/** Clears what a header says beside the length: from VPP it may be a pointer of its own. */
export function cleanHeader(frames: Uint8Array, at: number): void {
  putU32(frames, at, 0);
  putU32(frames, at + 4, 0);
  putU32(frames, at + 12, 0);
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
