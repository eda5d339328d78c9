/**
 * Cuts a stream behind its last whole frame, for readers that take whole frames only: the simulator,
 * whose connections share one core, and the proxy.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32 } from "./bytes.ts";

const NOTHING = new Uint8Array(0);
/** Memory for a begun frame is kept up to here. */
const KEEP_UP_TO = 1 << 16;

export class FrameSplitter {
  readonly #maxFrameBytes: number;
  /** The begun frame: `#rest[0…#used)`. */
  #rest: Uint8Array = NOTHING;
  #used = 0;
  /** Takes turns with `#rest`: a frame that has just been completed stays as it is. */
  #spare: Uint8Array = NOTHING;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes in a chunk.
   *
   * @returns the frames that are whole now, in up to two runs, none of them empty: a copy of the one that
   * began in an earlier chunk, and those that lie in this one, which are not copied; valid until the
   * next call
   * @throws VppError code PROTOCOL where a frame is longer than the limit
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#used === 0) return this.#wholeFrames(chunk, 0);
    let at = this.#take(chunk, 0, FRAME_HEADER);
    if (this.#used < FRAME_HEADER) return [];
    const length = FRAME_HEADER + this.#frameLength(this.#rest, 0);
    at = this.#take(chunk, at, length);
    if (this.#used < length) return [];
    return [this.#completed(), ...this.#wholeFrames(chunk, at)];
  }

  /** Appends to the begun frame until it has `length` bytes; returns where the chunk goes on. */
  #take(chunk: Uint8Array, at: number, length: number): number {
    const end = Math.min(chunk.length, at + Math.max(0, length - this.#used));
    this.#append(chunk.subarray(at, end));
    return end;
  }

  #append(bytes: Uint8Array): void {
    const used = this.#used + bytes.length;
    if (used > this.#rest.length) {
      const larger = new Uint8Array(Math.max(used, 2 * this.#rest.length));
      larger.set(this.#rest.subarray(0, this.#used));
      this.#rest = larger;
    }
    this.#rest.set(bytes, this.#used);
    this.#used = used;
  }

  #completed(): Uint8Array {
    const memory = this.#rest;
    const frame = memory.subarray(0, this.#used);
    this.#used = 0;
    this.#rest = this.#spare;
    this.#spare = memory.length <= KEEP_UP_TO ? memory : NOTHING;
    return frame;
  }

  /** The frames of a chunk from `start` on; keeps the one that is begun. */
  #wholeFrames(chunk: Uint8Array, start: number): readonly Uint8Array[] {
    let at = start;
    while (chunk.length - at >= FRAME_HEADER) {
      const length = this.#frameLength(chunk, at);
      if (chunk.length - at - FRAME_HEADER < length) break;
      at += FRAME_HEADER + length;
    }
    this.#append(chunk.subarray(at));
    return at === start ? [] : [chunk.subarray(start, at)];
  }

  #frameLength(bytes: Uint8Array, at: number): number {
    const length = getU32(bytes, at + FRAME_LENGTH_AT);
    if (length <= this.#maxFrameBytes) return length;
    throw new VppError(
      "PROTOCOL",
      `Cannot read the stream: a frame of ${length} bytes, and the limit is ${this.#maxFrameBytes}`,
    );
  }
}
