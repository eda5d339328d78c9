/**
 * The shared-memory files of a VPP, as far as a client has to look into them by itself:
 * `libvppapiclient` tells neither whose they are nor how full VPP's queue is, and waits where it
 * should refuse. Read only.
 *
 * Structures (native byte order, 64 bit): `svm_region_t` (svm/svm_common.h), `vl_shmem_hdr_t`
 * (vlibapi/memory_shared.h), `svm_queue_t` (svm/queue.h), alike since VPP 18.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { type ForeignMemory, mapDescriptor } from "../../../native/foreign_memory.ts";
import type { Libc } from "../../../native/libc.ts";
import type { SegmentTask } from "./protocol.ts";

/** `SVM_VERSION`: the region is ready. */
const regionReady = 0x1_0001n;
/** `VL_SHM_VERSION`. */
const headerVersion = 2;

/** `sizeof (pthread_mutex_t)` and `sizeof (pthread_cond_t)` of glibc. */
const mutexBytes = process.arch === "arm64" ? 48 : 40;
const conditionBytes = 48;

const regionLayout = layoutAfter(8 + mutexBytes + conditionBytes, {
  virtualBase: 16,
  virtualSize: 24,
  userContext: 56,
  end: 64,
});
const headerLayout = { version: 0, vppPid: 4, inputQueue: 8, end: 16 } as const;
/** `vl_api_memclnt_create_t`, packed, as a client sends it. */
const createLayout = { id: 0, inputQueue: 10, end: 18 } as const;
const createId = 1;
/** `vl_api_memclnt_create_reply_t`, packed; the index in native byte order. */
const createReplyLayout = { id: 0, response: 6, index: 18, end: 30 } as const;
const createReplyId = 2;
const queueLayout = layoutAfter(mutexBytes + conditionBytes, {
  tail: 4,
  currentSize: 8,
  maximumSize: 12,
  elementSize: 16,
  consumerPid: 20,
  end: 32,
});

function layoutAfter<T extends Record<string, number>>(start: number, offsets: T): T {
  return Object.fromEntries(
    Object.entries(offsets).map(([name, offset]) => [name, start + offset]),
  ) as T;
}

/** What the header of an initialised segment says. */
export interface SegmentHeader {
  /** Where the library maps the segment, with MAP_FIXED. */
  readonly virtualBase: number;
  readonly virtualSize: number;
  /** The process that serves it, by its own PID namespace. */
  readonly vppPid: number;
  /** Byte offset of VPP's input queue; undefined where what lies there is no queue as we know it. */
  readonly queueOffset: number | undefined;
}

/** A mapped shared-memory file. */
export class Segment {
  readonly path: string;
  /** Of our mapping, which is not the library's. */
  readonly memory: ForeignMemory;
  readonly #view: DataView;

  private constructor(path: string, memory: ForeignMemory) {
    this.path = path;
    this.memory = memory;
    this.#view = new DataView(memory.buffer);
  }

  /** @throws {Error} the file cannot be opened; {VppError} `NATIVE`: it cannot be mapped. */
  static map(libc: Libc, path: string): Segment {
    const descriptor = openSync(path, "r");
    try {
      return new Segment(path, mapDescriptor(libc, descriptor, "read"));
    } finally {
      closeSync(descriptor);
    }
  }

  /** undefined as long as VPP has not initialised the segment. */
  header(): SegmentHeader | undefined {
    const region = this.region();
    const userContext = this.#address(regionLayout.userContext);
    if (region === undefined || userContext === 0) return undefined;
    const at = this.#offset(region.virtualBase, userContext, headerLayout.end);
    if (at === undefined || this.#i32(at + headerLayout.version) !== headerVersion) {
      return { ...region, vppPid: 0, queueOffset: undefined };
    }
    const vppPid = this.#i32(at + headerLayout.vppPid);
    const queue = this.#address(at + headerLayout.inputQueue);
    if (vppPid === 0 || queue === 0) return undefined;
    return { ...region, vppPid, queueOffset: this.#queueOffset(region.virtualBase, queue, vppPid) };
  }

  /** Where the library will map the file; undefined as long as the region is not ready. */
  region(): Pick<SegmentHeader, "virtualBase" | "virtualSize"> | undefined {
    if (this.#view.byteLength < regionLayout.end) return undefined;
    if (this.#view.getBigUint64(0, true) !== regionReady) return undefined;
    return {
      virtualBase: this.#address(regionLayout.virtualBase),
      virtualSize: this.#address(regionLayout.virtualSize),
    };
  }

  /**
   * Byte offset of the queue that the library has made for this process: the one that its last
   * `memclnt_create` names, which lies where VPP has read it until 1024 others have been sent.
   * undefined: not to be found.
   *
   * @param length how many messages it holds, by which it differs from those of earlier connections.
   */
  ownQueueOffset({ virtualBase, queueOffset }: SegmentHeader, length: number): number | undefined {
    if (queueOffset === undefined) return undefined;
    const slots = this.#i32(queueOffset + queueLayout.maximumSize);
    const next = this.#i32(queueOffset + queueLayout.tail);
    for (let back = 1; back <= slots; back++) {
      const slot = queueOffset + queueLayout.end + ((next - back + slots) % slots) * 8;
      const queue = this.#createdQueue(virtualBase, this.#address(slot));
      const at = queue && this.#queueOffset(virtualBase, queue, process.pid);
      if (at && this.#i32(at + queueLayout.maximumSize) === length) return at;
    }
    return undefined;
  }

  /**
   * The index by which VPP knows the client whose queue this is: it stands in the first message that
   * VPP has put there, which the library has taken and does not show. undefined: not to be found, since
   * VPP has used the message's memory again.
   *
   * @param queue byte offset of the queue, in which no more messages than it holds have been.
   */
  createdIndex({ virtualBase }: SegmentHeader, queue: number): number | undefined {
    const message = this.#address(queue + queueLayout.end);
    const at = this.#offset(virtualBase, message, createReplyLayout.end);
    if (at === undefined || this.#view.getUint16(at + createReplyLayout.id) !== createReplyId) {
      return undefined;
    }
    if (this.#i32(at + createReplyLayout.response) !== 0) return undefined;
    return this.#view.getUint32(at + createReplyLayout.index, true);
  }

  /** The queue that a message names, where that is a `memclnt_create`. */
  #createdQueue(virtualBase: number, message: number): number | undefined {
    const at = this.#offset(virtualBase, message, createLayout.end);
    if (at === undefined || this.#view.getUint16(at + createLayout.id) !== createId) {
      return undefined;
    }
    return this.#address(at + createLayout.inputQueue);
  }

  /** For views in other threads. */
  task({ queueOffset }: SegmentHeader): SegmentTask {
    const { address, buffer } = this.memory;
    return { address, byteLength: buffer.byteLength, queueOffset };
  }

  release(): void {
    this.memory.release();
  }

  #queueOffset(virtualBase: number, queue: number, consumerPid: number): number | undefined {
    const at = this.#offset(virtualBase, queue, queueLayout.end);
    if (at === undefined) return undefined;
    const size = this.#i32(at + queueLayout.currentSize);
    const maximum = this.#i32(at + queueLayout.maximumSize);
    const isQueue = maximum > 0 && maximum <= 0x1_0000 && size >= 0 && size <= maximum &&
      this.#i32(at + queueLayout.elementSize) === 8 &&
      this.#i32(at + queueLayout.consumerPid) === consumerPid;
    return isQueue ? at : undefined;
  }

  #offset(virtualBase: number, address: number, byteLength: number): number | undefined {
    const offset = address - virtualBase;
    return offset >= 0 && offset + byteLength <= this.#view.byteLength ? offset : undefined;
  }

  #address(offset: number): number {
    return Number(this.#view.getBigUint64(offset, true));
  }

  #i32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }
}

/** How full a queue is, read without touching its lock. */
export class QueueGauge {
  readonly #words: Int32Array;
  /** Slots that the queue has. */
  readonly maximum: number;

  /** @param buffer the mapped segment, in which the queue begins at `offset`. */
  constructor(buffer: ArrayBuffer, offset: number) {
    this.#words = new Int32Array(buffer, offset, queueLayout.end / 4);
    this.maximum = this.#words[queueLayout.maximumSize / 4] ?? 0;
  }

  /** Free slots at this moment: other clients use the same queue. */
  room(): number {
    return this.maximum - Atomics.load(this.#words, queueLayout.currentSize / 4);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#words, queueLayout.currentSize / 4) === 0;
  }

  /** True while a thread, of whichever process, holds the queue's lock (glibc keeps its id here). */
  isLocked(): boolean {
    return Atomics.load(this.#words, 0) !== 0;
  }
}
