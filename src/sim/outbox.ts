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
/** Up to here what is handed over is copied, so that the buffer can be kept. */
const COPY_UP_TO = 1 << 14;

export class Outbox {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends a copy of the frame with this context. */
  append(frame: Frame, context: number): void {
    const { bytes, contextAt } = frame;
    const at = this.#length;
    this.appendBytes(bytes);
    if (contextAt !== undefined) putU32(this.#bytes, at + contextAt, context);
  }

  /** Appends a copy of the frames with this context. */
  appendBlock({ bytes, contextsAt }: FrameBlock, context: number): void {
    const at = this.#length;
    this.appendBytes(bytes);
    const to = this.#bytes;
    for (let i = 0; i < contextsAt.length; i++) putU32(to, at + contextsAt[i]!, context);
  }

  appendBytes(bytes: Uint8Array): void {
    const at = this.#length;
    this.#reach(at + bytes.length);
    this.#bytes.set(bytes, at);
    this.#length = at + bytes.length;
  }

  /** Removes what was appended since the length was `mark`, and was not taken; returns a copy of it. */
  cut(mark: number): Uint8Array<ArrayBuffer> {
    const start = Math.min(mark, this.#length);
    const bytes = this.#bytes.slice(start, this.#length);
    this.#length = start;
    return bytes;
  }

  /** Empties the outbox; the bytes belong to the caller. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    const length = this.#length;
    this.#length = 0;
    if (length <= COPY_UP_TO) return bytes.slice(0, length);
    this.#bytes = new Uint8Array(INITIAL_CAPACITY);
    return bytes.subarray(0, length);
  }

  #reach(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
