/**
 * Frames on their way out, one behind the other, and the fields in them that the proxy rewrites.
 *
 * @module
 */
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32, putU32 } from "../transport/bytes.ts";

/** What one read of VPP's socket brings, and the rest of a frame that began before it. */
const BLOCK_BYTES = (1 << 16) + (1 << 13);
/** Free blocks that are kept: a megabyte. */
const MAX_FREE = 14;

const NOTHING = new Uint8Array(0);

/** Memory for frames, used again and again: fresh blocks would keep the garbage collector busy. */
export class BlockPool {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** Memory for so many bytes or more. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (bytes > BLOCK_BYTES) return new Uint8Array(bytes);
    return this.#free.pop() ?? new Uint8Array(BLOCK_BYTES);
  }

  /** Takes back what `take` gave, or a part of it; nobody may use it any more. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength === BLOCK_BYTES && this.#free.length < MAX_FREE) {
      this.#free.push(new Uint8Array(buffer));
    }
  }
}

/** Holds memory only while there are frames in it. */
export class FrameBuffer {
  /** Valid until the next append. */
  bytes: Uint8Array<ArrayBuffer> = NOTHING;
  #length = 0;
  readonly #pool: BlockPool;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

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

  /** Empties the buffer; the bytes belong to the caller, who may give them to the pool after use. */
  take(): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    const length = this.#length;
    this.#length = 0;
    this.bytes = NOTHING;
    // What waits for a slow reader must not hold much more memory than it has bytes.
    if (2 * length >= bytes.length) return bytes.subarray(0, length);
    const copy = bytes.slice(0, length);
    this.#pool.give(bytes);
    return copy;
  }

  #reach(length: number): void {
    if (length <= this.bytes.length) return;
    const larger = this.#pool.take(this.#length === 0 ? length : 2 * length);
    larger.set(this.bytes.subarray(0, this.#length));
    this.#pool.give(this.bytes);
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
