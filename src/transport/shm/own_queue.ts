import { libraryMessages, type VapiSymbols } from "../../../native/vapi.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU16, getU32 } from "../bytes.ts";
import { copyBytes } from "./copy_bytes.ts";
import type { QueueGauge } from "./segment.ts";

/** `SVM_Q_NOWAIT`, and the same of `svm_queue_add`. */
const noWait = 1;
/** How often to try to put in a message while others hold the lock. */
const putAttempts = 10_000;
/** About how much is read at once. */
const batchBytes = 64 * 1024;
/**
 * How many messages are read at once: VPP gets the next requests while it still has some of the last
 * ones. With all of them answered before it gets the next, it waits while the program works, and falls
 * asleep.
 */
const batchFrames = 128;
/** So many at once are part of a flow, of which more is worth waiting for. */
const flowFrames = 8;
/** Looks for more of a flow: about two microseconds, in which VPP writes some five messages. */
const looksInFlow = 200;

/** Where the queue and its messages are. */
export interface OwnQueuePlace {
  /** As the library sees it. */
  readonly address: number;
  readonly gauge: QueueGauge;
  /** The segment, seen through our own mapping, and the library's address of its first byte. */
  readonly segment: Uint8Array;
  readonly virtualBase: number;
  /** Memory of 8 bytes for a message's address: where it is, and what it holds. */
  readonly cell: { readonly address: number; readonly words: Uint32Array };
  /** A view of memory that the library has made. */
  view(address: number, byteLength: number): DataView;
}

/** VPP's question whether this client lives. */
export interface OwnQueueKeepalive {
  /** Of the message. */
  readonly id: number;
  answer(): void;
}

/** What was read at once. */
export interface OwnQueueBatch {
  /** Frames, valid until the next reading. */
  readonly bytes: Uint8Array;
  readonly frames: number;
  /** True where more may come at once: much of it is worked off faster than a little. */
  readonly isFlow: boolean;
}

/** The functions that work on a queue past `vac_read`. */
interface QueueFunctions {
  readonly take: NonNullable<VapiSymbols["svm_queue_sub"]>;
  readonly add: NonNullable<VapiSymbols["svm_queue_add"]>;
  readonly allocate: NonNullable<VapiSymbols["vl_msg_api_alloc"]>;
  readonly free: VapiSymbols["vac_free"];
}

/** undefined where the libraries do not export them. */
export function queueFunctions(vapi: VapiSymbols): QueueFunctions | undefined {
  const { svm_queue_sub: take, svm_queue_add: add, vl_msg_api_alloc: allocate } = vapi;
  return take && add && allocate && { take, add, allocate, free: vapi.vac_free };
}

/** The queue in which VPP puts messages for this client, used without waiting, as `vac_read` cannot. */
export class OwnQueue {
  readonly #functions: QueueFunctions;
  readonly #place: OwnQueuePlace;
  readonly #keepalive: OwnQueueKeepalive | undefined;
  #buffer = new Uint8Array(2 * batchBytes);

  /** @param keepalive undefined where VPP does not ask. */
  constructor(
    functions: QueueFunctions,
    place: OwnQueuePlace,
    keepalive: OwnQueueKeepalive | undefined,
  ) {
    this.#functions = functions;
    this.#place = place;
    this.#keepalive = keepalive;
  }

  get isEmpty(): boolean {
    return this.#place.gauge.isEmpty;
  }

  /** True where VPP would soon have to wait for room. */
  get isCrowded(): boolean {
    const { gauge } = this.#place;
    return gauge.room() < gauge.maximum >> 2;
  }

  /** Reads what is there, but not much more than 64 KiB at once. Nobody else may read meanwhile. */
  read(): OwnQueueBatch {
    let used = 0;
    let frames = 0;
    while (used < batchBytes && frames < batchFrames) {
      const message = this.#take();
      if (message === 0 && frames >= flowFrames && this.#comesSoon()) continue;
      if (message === 0) break;
      const length = this.#store(message, used);
      this.#functions.free(message);
      used += length;
      if (length > 0) frames++;
    }
    return { bytes: this.#buffer.subarray(0, used), frames, isFlow: frames >= flowFrames };
  }

  /** Makes a `vac_read` return that waits for a message. False where the queue is full. */
  interruptRead(): boolean {
    const { add, allocate } = this.#functions;
    const { address, cell, view } = this.#place;
    const message = allocate(2);
    view(message, 2).setUint16(0, libraryMessages.interrupt);
    for (let attempt = 0; attempt < putAttempts; attempt++) {
      cell.words[0] = message >>> 0;
      cell.words[1] = Math.floor(message / 0x1_0000_0000);
      if (add(address, cell.address, noWait) === 0) return true;
    }
    this.#functions.free(message);
    return false;
  }

  /** The address of the next message; 0 where none can be had without waiting. */
  #take(): number {
    const { address, cell, gauge } = this.#place;
    if (gauge.isEmpty || this.#functions.take(address, cell.address, noWait, 0) !== 0) return 0;
    return cell.words[1]! * 0x1_0000_0000 + cell.words[0]!;
  }

  #comesSoon(): boolean {
    for (let look = 0; look < looksInFlow; look++) if (!this.isEmpty) return true;
    return false;
  }

  /** Copies a message with its header to `position`. 0: it is not for the program. */
  #store(message: number, position: number): number {
    const { segment, virtualBase } = this.#place;
    const body = message - virtualBase;
    const from = body - FRAME_HEADER;
    const end = body + getU32(segment, from + FRAME_LENGTH_AT);
    const id = getU16(segment, body);
    if (id === this.#keepalive?.id) {
      this.#keepalive.answer();
      return 0;
    }
    if (id === libraryMessages.interrupt || id === libraryMessages.readTimeout) return 0;
    if (end === body || end > segment.length) return 0;
    this.#makeRoom(position, end - from);
    copyBytes(segment, from, end, this.#buffer, position);
    return end - from;
  }

  /** Frames of megabytes are rare; memory that was made for one is kept until the next such. */
  #makeRoom(used: number, needed: number): void {
    if (used + needed <= this.#buffer.length) return;
    const larger = new Uint8Array(used + needed + batchBytes);
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
  }
}
