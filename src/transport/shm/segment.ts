/**
 * The shared-memory files of a VPP, as far as a client has to look into them by itself:
 * `libvppapiclient` tells neither whose they are nor how full VPP's queue is, and waits where it
 * should refuse. Nothing is written here.
 *
 * Structures (native byte order, 64 bit): `svm_region_t` (svm/svm_common.h) and `vl_shmem_hdr_t`
 * (vlibapi/memory_shared.h), alike since VPP 18.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { type ForeignMemory, mapDescriptor } from "../../../native/foreign_memory.ts";
import type { Libc } from "../../../native/libc.ts";
import { conditionBytes, layoutAfter, mutexBytes, queueLayout } from "./queue_layout.ts";
import type { SegmentTask } from "./protocol.ts";

/** `SVM_VERSION`: the region is ready. */
const regionReady = 0x1_0001n;
/** `VL_SHM_VERSION`. */
const headerVersion = 2;

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
  static map(libc: Libc, path: string, access: "read" | "write"): Segment {
    const descriptor = openSync(path, access === "read" ? "r" : "r+");
    try {
      return new Segment(path, mapDescriptor(libc, descriptor, access));
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
