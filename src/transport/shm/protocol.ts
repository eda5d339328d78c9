/**
 * What the main thread and its two workers share: words of a control block, the tasks that the
 * workers are given, and what they report.
 *
 * @module
 */
import type { VppErrorCode } from "../../errors.ts";
import type { BacklogMemory } from "./backlog.ts";

/** Words (i32) of the control block. */
export const controlWords = {
  /** A value of {@linkcode phases}. */
  phase: 0,
  /** 1 while the main thread wants to be told of new frames. */
  mainSleeps: 1,
  /** Frames put into the backlog so far, modulo 2^32. */
  framesRead: 2,
  /** Bytes that the writer has handed to VPP so far, modulo 2^32. */
  bytesWritten: 3,
  /** A value of {@linkcode owners}. */
  owner: 4,
  /** Counts the times that the reader was given its queue back. */
  returned: 5,
  /** Counts the main thread's looks, modulo 2^32. */
  looks: 6,
  /** Byte offset of the client's own queue in the segment; 0 as long as it is unknown. */
  ownQueue: 7,
  /** 1: the writer is to stop. */
  writerStops: 8,
  /** 1 while the writer may be inside of the library. */
  writerWrites: 9,
} as const;

export const controlBytes = 40;

/** Who takes messages from the client's own queue; below `main` it is the reader. */
export const owners = {
  /** The reader's thread, which waits inside of the library. */
  reader: 0,
  /** Still the reader; the main thread wants the queue. */
  requested: 1,
  /** The main thread; the reader takes the queue back when the main thread does not look. */
  main: 2,
  /** The main thread, right now. */
  mainReads: 3,
} as const;

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
  /** The process ends, and the reader leaves the library as it is. */
  abandon: 5,
  disconnected: 6,
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
  readonly backlog: BacklogMemory;
  readonly segment: SegmentTask;
  readonly virtualBase: number;
  /** The address range that the library will map over. */
  readonly mapping: { readonly base: number; readonly byteLength: number };
  /** Addresses of C strings; 0 is no prefix. */
  readonly clientName: number;
  readonly prefix: number;
  /** Address of 16 bytes for the results of `vac_read`. */
  readonly results: number;
  /** Address of 32 bytes for a frame. */
  readonly frame: bigint;
  readonly queueLength: number;
}

export interface WriterTask {
  readonly libraryPath: string;
  readonly control: SharedArrayBuffer;
  readonly segment: SegmentTask;
}

/**
 * What the reader reports. `frames`: there are some, and the main thread wanted to know. `idle`: it has
 * left the library, and waits for a task.
 */
export type ReaderReport =
  | { readonly kind: "connected" | "frames" | "overflow" | "closed" | "idle" }
  | { readonly kind: "refused"; readonly code: VppErrorCode; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "disconnected"; readonly clean: boolean };

/**
 * What the writer reports. `written`: frames since the last report; it waits, or has no more. `idle`:
 * it has left the library, and waits for a task.
 */
export type WriterReport =
  | { readonly kind: "idle" }
  | { readonly kind: "written"; readonly frames: number }
  | { readonly kind: "failed"; readonly message: string };

/** The context of the `control_ping` that marks the end of what VPP had been sent before. */
export const barrierContext = 0xffff_fffe;
