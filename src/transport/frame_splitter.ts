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

export class FrameSplitter {
  readonly #maxFrameBytes: number;
  /** The begun frame: `#rest[0…#used)`; in whole where `#used` reaches its length. */
  #rest: Uint8Array = NOTHING;
  #used = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes in a chunk.
   *
   * @returns the frames that are whole now; valid until the next call
   * @throws VppError code PROTOCOL where a frame is longer than the limit
   */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#used === 0 ? chunk : this.#join(chunk);
    const end = this.#wholeFrames(bytes);
    this.#keep(bytes, end);
    return bytes.subarray(0, end);
  }

  #join(chunk: Uint8Array): Uint8Array {
    const length = this.#used + chunk.length;
    if (length > this.#rest.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#rest.length));
      larger.set(this.#rest.subarray(0, this.#used));
      this.#rest = larger;
    }
    this.#rest.set(chunk, this.#used);
    this.#used = length;
    return this.#rest.subarray(0, length);
  }

  /** Where the last whole frame ends. */
  #wholeFrames(bytes: Uint8Array): number {
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER) {
      const length = getU32(bytes, at + FRAME_LENGTH_AT);
      if (length > this.#maxFrameBytes) {
        throw new VppError(
          "PROTOCOL",
          `Cannot read the stream: a frame of ${length} bytes, and the limit is ${this.#maxFrameBytes}`,
        );
      }
      if (bytes.length - at - FRAME_HEADER < length) break;
      at += FRAME_HEADER + length;
    }
    return at;
  }

  #keep(bytes: Uint8Array, from: number): void {
    this.#used = bytes.length - from;
    if (this.#used === 0) {
      this.#rest = NOTHING;
    } else if (from > 0 || bytes.buffer !== this.#rest.buffer) {
      // A copy: the returned frames, which may lie in the old memory, stay as they are.
      this.#rest = bytes.slice(from);
    }
  }
}
