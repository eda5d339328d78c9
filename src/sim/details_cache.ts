/**
 * The answers to dumps, kept encoded: a dump of everything is then one copy, in which the contexts are
 * written. It lets the simulator answer faster than any client asks.
 *
 * @module
 */
import type { Frame } from "./outbox.ts";

/** Frames one behind the other, which differ from use to use in their context only. */
export interface FrameBlock {
  readonly bytes: Uint8Array;
  /** Offsets of the contexts, u32 big-endian, in `bytes`. */
  readonly contextsAt: Uint32Array;
}

/** The details of objects of one kind. Whoever changes an object must say so. */
export class DetailsCache<T> {
  readonly #encode: (item: T) => Frame;
  readonly #frames = new Map<T, Frame>();
  #block: FrameBlock | undefined;

  constructor(encode: (item: T) => Frame) {
    this.#encode = encode;
  }

  /** The object was added, changed or removed. */
  changed(item: T): void {
    if (this.#frames.size > 0) this.#frames.delete(item);
    this.#block = undefined;
  }

  /** One object's details. */
  of(item: T): Frame {
    let frame = this.#frames.get(item);
    if (frame === undefined) {
      frame = this.#encode(item);
      this.#frames.set(item, frame);
    }
    return frame;
  }

  /** The details of all objects; `items` must be all that there are, always in the same order. */
  all(items: Iterable<T>): FrameBlock {
    return this.#block ??= this.#makeBlock([...items]);
  }

  #makeBlock(items: readonly T[]): FrameBlock {
    const frames = items.map((item) => this.of(item));
    const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.bytes.length, 0));
    const contextsAt = new Uint32Array(frames.length);
    let at = 0;
    for (const [i, { bytes: frame, contextAt = 0 }] of frames.entries()) {
      bytes.set(frame, at);
      contextsAt[i] = at + contextAt;
      // From now on the frame's bytes are those of the block, so that they are there once.
      this.#frames.set(items[i]!, { bytes: bytes.subarray(at, at + frame.length), contextAt });
      at += frame.length;
    }
    return { bytes, contextsAt };
  }
}
