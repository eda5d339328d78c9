import { Segment } from "./segment.ts";

/** A segment that is open for reading. */
export interface OpenSegment {
  readonly segment: Segment;
  /** Differs between two runs of VPP. */
  readonly identity: string;
  /** False where VPP has certainly ended. Cheap enough for every read. */
  isAlive(): boolean;
  /** Lets go of the memory at once; harmless when repeated. */
  close(): void;
}

/** How long an attempt to open a segment may take, and what ends it. */
export interface OpenSegmentOptions {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Where segments come from. Opened anew after VPP has restarted. */
export interface SegmentSource {
  /** For people: for example `/run/vpp/stats.sock`. */
  readonly name: string;
  /** @throws {VppError} `CONNECT`, `NATIVE`, `STATS` or `ABORTED`; nothing is left then. */
  open(options: OpenSegmentOptions): Promise<OpenSegment>;
}

/**
 * A copy of a segment, for example from a file. It never changes.
 *
 * @throws {VppError} `STATS`: it is no stats segment.
 */
export function imageSource(image: Uint8Array, name: string): SegmentSource {
  const segment = new Segment(alignedBuffer(image));
  const open: OpenSegment = {
    segment,
    identity: name,
    isAlive: () => true,
    close: () => segment.detach(),
  };
  return { name, open: () => Promise.resolve(open) };
}

/** Typed arrays of 64-bit numbers need a buffer of their own, or an aligned part of one. */
function alignedBuffer(image: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = image;
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength
    ? buffer
    : image.slice().buffer;
}
