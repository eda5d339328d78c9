import { libraryMessages, type VapiSymbols } from "../../../native/vapi.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU16, getU32 } from "../bytes.ts";
import { shortBytes } from "./copy_bytes.ts";
import { LockedQueue, type QueuePlace } from "./locked_queue.ts";
import { lockFunctions } from "./queue_lock.ts";
import { isBarrierReply } from "./short_frame.ts";

/** About how much is read at once. */
const batchBytes = 32 * 1024;
/**
 * How many messages are read at once: VPP gets the next requests while it still has some of the last
 * ones. With all of them answered before it gets the next, it waits while the program works, and falls
 * asleep.
 */
const batchFrames = 256;
/** So many at once are part of a flow, of which more is worth waiting for. */
const flowFrames = 8;
/** Bytes that copying by words writes behind a message; the next message overwrites them. */
const wordSlack = 3;
/** Looks for more of a flow: about two microseconds, in which VPP writes some five messages. */
const looksInFlow = 200;

/**
 * Of the four words of a message's header (`msgbuf_t`, vlibapi/api_common.h): the first two name the queue
 * of the pool that the message is of, or are 0; the last is when it was first found in VPP's way.
 */
const inTheWayWord = 3;

/** VPP's question whether this client lives. */
export interface OwnQueueKeepalive {
  /** Of the message; undefined where VPP does not ask. */
  readonly id: number | undefined;
  answer(): void;
}

/** What was read at once. */
export interface OwnQueueBatch {
  /** Frames, valid until the next reading. */
  readonly bytes: Uint8Array;
  readonly frames: number;
  /** True where more may come at once: much of it is worked off faster than a little. */
  readonly isFlow: boolean;
  /** True where there was a message by which a closing reader is led out: the barrier's or the library's. */
  readonly hasWayOut: boolean;
}

/** The queue in which VPP puts messages for this client, used without waiting, as `vac_read` cannot. */
export class OwnQueue {
  readonly #freeOfHeap: VapiSymbols["vac_free"];
  readonly #queue: LockedQueue;
  readonly #virtualBase: number;
  readonly #segment: Uint8Array;
  readonly #words: Int32Array;
  readonly #keepalive: OwnQueueKeepalive;
  readonly #messages = new Float64Array(batchFrames);
  #buffer = new Uint8Array(2 * batchBytes);
  #view = new DataView(this.#buffer.buffer);
  #hasWayOut = false;

  private constructor(
    queue: LockedQueue,
    { segment, virtualBase }: QueuePlace,
    freeOfHeap: VapiSymbols["vac_free"],
    keepalive: OwnQueueKeepalive,
  ) {
    this.#freeOfHeap = freeOfHeap;
    this.#queue = queue;
    this.#virtualBase = virtualBase;
    this.#segment = new Uint8Array(segment);
    this.#words = new Int32Array(segment, 0, segment.byteLength >>> 2);
    this.#keepalive = keepalive;
  }

  /** undefined where the libraries do not export what it takes. */
  static of(
    vapi: VapiSymbols,
    place: QueuePlace,
    keepalive: OwnQueueKeepalive,
  ): OwnQueue | undefined {
    const functions = lockFunctions(vapi);
    return functions &&
      new OwnQueue(new LockedQueue(functions, place), place, vapi.vac_free, keepalive);
  }

  get isEmpty(): boolean {
    return this.#queue.gauge.isEmpty;
  }

  /** Reads what is there, but not much more than 32 KiB at once. Nobody else may read meanwhile. */
  read(): OwnQueueBatch {
    let used = 0;
    let frames = 0;
    this.#hasWayOut = false;
    while (used < batchBytes && frames < batchFrames) {
      const count = this.#queue.take(this.#messages);
      if (count === 0 && (frames < flowFrames || !this.#comesSoon())) break;
      for (let i = 0; i < count; i++) {
        const message = this.#messages[i]!;
        const from = message - this.#virtualBase - FRAME_HEADER;
        if (!(from >= 0 && from + FRAME_HEADER + 2 <= this.#segment.length)) continue;
        const length = this.#store(from, used);
        this.#free(message, from);
        used += length;
        if (length > 0) frames++;
      }
    }
    return {
      bytes: this.#buffer.subarray(0, used),
      frames,
      isFlow: frames >= flowFrames,
      hasWayOut: this.#hasWayOut,
    };
  }

  #comesSoon(): boolean {
    for (let look = 0; look < looksInFlow; look++) if (!this.isEmpty) return true;
    return false;
  }

  /** Copies the message whose header is at `from`, with it, to `position`. 0: it is not for the program. */
  #store(from: number, position: number): number {
    const segment = this.#segment;
    const body = from + FRAME_HEADER;
    const end = body + getU32(segment, from + FRAME_LENGTH_AT);
    const id = getU16(segment, body);
    if (id === this.#keepalive.id) {
      this.#keepalive.answer();
      return 0;
    }
    if (id === libraryMessages.interrupt || id === libraryMessages.readTimeout) {
      this.#hasWayOut = true;
      return 0;
    }
    if (end === body || end > segment.length) return 0;
    if (isBarrierReply(segment, from, end)) this.#hasWayOut = true;
    this.#makeRoom(position, end - from + wordSlack);
    this.#copy(from, end, position);
    return end - from;
  }

  /** By words where `copyBytes` would go by bytes: messages are aligned, frames in the buffer are not. */
  #copy(from: number, end: number, position: number): void {
    if (end - from > shortBytes || (from & 3) !== 0) {
      this.#buffer.set(this.#segment.subarray(from, end), position);
      return;
    }
    const words = this.#words;
    const to = this.#view;
    for (let at = from, out = position; at < end; at += 4, out += 4) {
      to.setInt32(out, words[at >> 2]!, true);
    }
  }

  /**
   * Gives a message back, as `vl_msg_api_free` does: one of a pool is free when its header does not name
   * the pool's queue any more; the rest is the heap's, which has a lock.
   */
  #free(message: number, header: number): void {
    const words = this.#words;
    const word = header / 4;
    const isAligned = (header & 3) === 0;
    if (!isAligned || (words[word] === 0 && words[word + 1] === 0)) {
      return this.#freeOfHeap(message);
    }
    words[word + inTheWayWord] = 0;
    words[word + 1] = 0;
    Atomics.store(words, word, 0);
  }

  /** Frames of megabytes are rare; memory that was made for one is kept until the next such. */
  #makeRoom(used: number, needed: number): void {
    if (used + needed <= this.#buffer.length) return;
    const larger = new Uint8Array(used + needed + batchBytes);
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
