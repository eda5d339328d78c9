import { libraryMessages, type VapiSymbols } from "../../../native/vapi.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU16, getU32 } from "../bytes.ts";
import { copyBytes } from "./copy_bytes.ts";
import { LockedQueue, type QueuePlace } from "./locked_queue.ts";
import { barrierContext } from "./protocol.ts";
import { type LockFunctions, lockFunctions } from "./queue_lock.ts";

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
/** Looks for more of a flow: about two microseconds, in which VPP writes some five messages. */
const looksInFlow = 200;

/** Words of a message's header before its length: the pool's queue (two), or 0 where it is not of a pool. */
const collectedWord = 3;

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

/** The functions that work on a queue past `vac_read`. */
interface QueueFunctions extends LockFunctions {
  readonly free: VapiSymbols["vac_free"];
}

/** undefined where the libraries do not export them. */
export function queueFunctions(vapi: VapiSymbols): QueueFunctions | undefined {
  const lock = lockFunctions(vapi);
  return lock && { ...lock, free: vapi.vac_free };
}

/** The queue in which VPP puts messages for this client, used without waiting, as `vac_read` cannot. */
export class OwnQueue {
  readonly #functions: QueueFunctions;
  readonly #queue: LockedQueue;
  readonly #virtualBase: number;
  readonly #segment: Uint8Array;
  readonly #words: Int32Array;
  readonly #keepalive: OwnQueueKeepalive;
  readonly #messages = new Float64Array(batchFrames);
  #buffer = new Uint8Array(2 * batchBytes);
  #hasWayOut = false;

  constructor(functions: QueueFunctions, place: QueuePlace, keepalive: OwnQueueKeepalive) {
    this.#functions = functions;
    const { segment, virtualBase } = place;
    this.#queue = new LockedQueue(functions, place);
    this.#virtualBase = virtualBase;
    this.#segment = new Uint8Array(segment);
    this.#words = new Int32Array(segment, 0, segment.byteLength >>> 2);
    this.#keepalive = keepalive;
  }

  get isEmpty(): boolean {
    return this.#queue.gauge.isEmpty;
  }

  /** True where VPP would soon have to wait for room. */
  get isCrowded(): boolean {
    const { gauge } = this.#queue;
    return gauge.room() < gauge.maximum >> 2;
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
        const length = this.#store(message - this.#virtualBase, used);
        this.#free(message);
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

  /** Copies the message at `body` with its header to `position`. 0: it is not for the program. */
  #store(body: number, position: number): number {
    const segment = this.#segment;
    const from = body - FRAME_HEADER;
    if (!(from >= 0 && body + 6 <= segment.length)) return 0;
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
    if (getU32(segment, body + 2) === barrierContext) this.#hasWayOut = true;
    this.#makeRoom(position, end - from);
    copyBytes(segment, from, end, this.#buffer, position);
    return end - from;
  }

  /**
   * Gives a message back, as `vl_msg_api_free` does: one of a pool is free when its header does not name
   * the pool's queue any more; the rest is the heap's, which has a lock.
   */
  #free(message: number): void {
    const header = message - this.#virtualBase - FRAME_HEADER;
    const words = this.#words;
    if (!(header >= 0 && header <= this.#segment.length - FRAME_HEADER)) return; // Not a message.
    const word = header / 4;
    const isAligned = (header & 3) === 0;
    if (!isAligned || (words[word] === 0 && words[word + 1] === 0)) {
      return this.#functions.free(message);
    }
    words[word + collectedWord] = 0;
    words[word + 1] = 0;
    Atomics.store(words, word, 0);
  }

  /** Frames of megabytes are rare; memory that was made for one is kept until the next such. */
  #makeRoom(used: number, needed: number): void {
    if (used + needed <= this.#buffer.length) return;
    const larger = new Uint8Array(used + needed + batchBytes);
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
  }
}
