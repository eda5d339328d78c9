/**
 * What the main thread and its two workers share: words of a control block, the tasks that the
 * workers are given, and what they report.
 *
 * @module
 */
import type { VppErrorCode } from "../../errors.ts";
import type { RingMemory } from "./ring.ts";

/** Words (i32) of the control block. */
export const controlWords = {
  /** A value of {@linkcode phases}. */
  phase: 0,
  /** 1 while the main thread wants to be told of new frames. */
  mainSleeps: 1,
  /** Frames put into the ring so far, modulo 2^32. */
  framesRead: 2,
  /** Bytes that the writer has handed to VPP so far, modulo 2^32. */
  bytesWritten: 3,
} as const;

export const controlBytes = 16;

/** The life of a connection, in order. The worker sets the phases in the past tense. */
export const phases = {
  connecting: 0,
  connected: 1,
  /** Frames are not wanted any more; the reader leaves `vac_read` at the first occasion. */
  close: 2,
  /** No thread is in `vac_read`. */
  closed: 3,
  /** No thread will call the library any more but the reader, which disconnects. */
  disconnect: 4,
  disconnected: 5,
} as const;

/** The segment as mapped by the main thread, for views of it in the workers. */
export interface SegmentTask {
  readonly address: bigint;
  readonly byteLength: number;
  /** See {@linkcode SegmentHeader}. */
  readonly queueOffset: number | undefined;
}

export interface ReaderTask {
  readonly libraryPath: string;
  readonly control: SharedArrayBuffer;
  readonly ring: RingMemory;
  readonly segment: SegmentTask;
  readonly virtualBase: number;
  /** The address range that the library will map over. */
  readonly mapping: { readonly base: number; readonly byteLength: number };
  /** Addresses of C strings; 0 is no prefix. */
  readonly clientName: number;
  readonly prefix: number;
  /** Address of 16 bytes for the results of `vac_read`. */
  readonly results: number;
  readonly queueLength: number;
}

export interface WriterTask {
  readonly libraryPath: string;
  readonly control: SharedArrayBuffer;
  readonly segment: SegmentTask;
}

/** What the reader reports. `frames`: there are some, and the main thread wanted to know. */
export type ReaderReport =
  | { readonly kind: "connected" | "frames" | "overflow" | "closed" }
  | { readonly kind: "refused"; readonly code: VppErrorCode; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "disconnected"; readonly clean: boolean };

/** What the writer reports. `written`: frames since the last report; it waits, or has no more. */
export type WriterReport =
  | { readonly kind: "written"; readonly frames: number }
  | { readonly kind: "failed"; readonly message: string };

/** The context of the `control_ping` that marks the end of what VPP had been sent before. */
export const barrierContext = 0xffff_fffe;
