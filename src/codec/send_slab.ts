/**
 * The memory in which frames go to a transport.
 *
 * @module
 */

/**
 * Bytes of a slab: two writes of a session that has much to send. A larger write has memory of its own.
 */
const SLAB = 1 << 17;

/**
 * Pieces of one array: to make an array for each write costs more than to encode a request, and the pages
 * of a new one cost as much again.
 *
 * No byte is given out twice, unless whoever asks says that all pieces have come back.
 */
export class SendSlab {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #used = 0;
  /** The piece that was last cut from the beginning. */
  #first: Uint8Array<ArrayBuffer> = this.#bytes;

  /** @param isAllBack whether nobody reads any more what was given out before */
  piece(length: number, isAllBack: boolean): Uint8Array<ArrayBuffer> {
    if (length > SLAB) return new Uint8Array(length);
    if (isAllBack) this.#used = 0;
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB);
      this.#used = 0;
      this.#first = this.#bytes.subarray(0, 0);
    }
    const start = this.#used;
    this.#used += length;
    if (start > 0) return new Uint8Array(this.#bytes.buffer, start, length);
    // One request at a time, each as long as the last.
    if (this.#first.length !== length) this.#first = this.#bytes.subarray(0, length);
    return this.#first;
  }

  /** What was given out is never written again. */
  leave(): void {
    this.#bytes = new Uint8Array(0);
    this.#used = 0;
    this.#first = this.#bytes;
  }
}
