/**
 * What is to be sent to one client: frames one behind the other, handed over in one piece.
 *
 * @module
 */
import { putU32 } from "../transport/bytes.ts";
import type { FrameBlock } from "./details_cache.ts";

/** A message encoded in advance, with its frame header; only its context differs from use to use. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Offset of the context, u32 big-endian, in `bytes`; undefined where the message has none. */
  readonly contextAt: number | undefined;
}

const INITIAL_CAPACITY = 1 << 16;
/** How much of a block is copied at once; a context has room in it. */
const PIECE = 1 << 14;
/** A client that once asked for more than this does not hold its memory for ever. */
const KEEP_UP_TO = 1 << 25;

export class Outbox {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  /** What waits is `#bytes[#start…#end)`; what stands before it was taken, and may be on its way still. */
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Appends a copy of the frame with this context. */
  append(frame: Frame, context: number): void {
    const { bytes, contextAt } = frame;
    const at = this.#extend(bytes);
    if (contextAt !== undefined) putU32(this.#bytes, at + contextAt, context);
  }

  /** Appends a copy of the frames with this context. */
  appendBlock({ bytes, contextsAt }: FrameBlock, context: number): void {
    this.#reserve(bytes.length);
    const to = this.#bytes;
    const at = this.#end;
    // A piece at a time, so that it is still in the cache when the contexts are written.
    let copied = 0;
    for (const contextAt of contextsAt) {
      if (contextAt + 4 > copied) {
        const end = Math.min(bytes.length, contextAt + PIECE);
        to.set(bytes.subarray(copied, end), at + copied);
        copied = end;
      }
      putU32(to, at + contextAt, context);
    }
    to.set(bytes.subarray(copied), at + copied);
    this.#end = at + bytes.length;
  }

  appendBytes(bytes: Uint8Array): void {
    this.#extend(bytes);
  }

  /** Removes what was appended since the length was `mark`, and was not taken; returns a copy of it. */
  cut(mark: number): Uint8Array<ArrayBuffer> {
    const from = Math.min(this.#start + mark, this.#end);
    const bytes = this.#bytes.slice(from, this.#end);
    this.#end = from;
    return bytes;
  }

  /** Empties the outbox. The bytes stay as they are until `reuse`. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }

  /** Nobody needs what was taken: its memory, which for a large dump is dear, serves again. */
  reuse(): void {
    if (this.#start !== this.#end) return;
    this.#start = 0;
    this.#end = 0;
    if (this.#bytes.length > KEEP_UP_TO) this.#bytes = new Uint8Array(INITIAL_CAPACITY);
  }

  /** Appends a copy; returns where it begins in `#bytes`. */
  #extend(bytes: Uint8Array): number {
    this.#reserve(bytes.length);
    const at = this.#end;
    this.#bytes.set(bytes, at);
    this.#end = at + bytes.length;
    return at;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const waiting = this.#bytes.subarray(this.#start, this.#end);
    // With room for what follows a large dump: its end would make the next dump begin in new memory.
    const needed = waiting.length + length + INITIAL_CAPACITY;
    this.#bytes = new Uint8Array(Math.max(needed, 2 * waiting.length));
    this.#bytes.set(waiting);
    this.#start = 0;
    this.#end = waiting.length;
  }
}
