/**
 * Ring buffers (VPP 26.02 and later), laid out as in `vlib/stats/stats.h`.
 *
 * @module
 */
import type { Segment } from "./segment.ts";
import { statsError } from "./stats_error.ts";
import { type Ring, RingThread } from "./values.ts";

/** `vlib_stats_ring_buffer_t`: seven u32. Offsets count from its first byte. */
const headerBytes = 28;
/** `vlib_stats_ring_metadata_t` fills one cache line of 64 bytes for each thread. */
const metadataBytes = 64;

interface RingHeader {
  readonly offset: number;
  readonly entrySize: number;
  readonly ringSize: number;
  readonly threads: number;
  readonly schemaVersion: number;
  readonly metadata: number;
  readonly data: number;
}

/**
 * @param offset of the ring's header, or 0 for a ring without memory, which is empty.
 * @param spend is told how many bytes are about to be copied, and throws where that is too much.
 */
export function readRing(segment: Segment, offset: number, spend: (bytes: number) => void): Ring {
  if (offset === 0) return emptyRing;
  const header = readHeader(segment, offset);
  const { entrySize, ringSize, schemaVersion } = header;
  const threads = Array.from(
    { length: header.threads },
    (_, thread) => readThread(segment, header, thread, spend),
  );
  return { type: "ring", entrySize, ringSize, schemaVersion, threads };
}

const emptyRing: Ring = { type: "ring", entrySize: 0, ringSize: 0, schemaVersion: 0, threads: [] };

function readHeader(segment: Segment, offset: number): RingHeader {
  segment.require(offset, headerBytes);
  const header = {
    offset,
    entrySize: segment.u32(offset),
    ringSize: segment.u32(offset + 4),
    threads: segment.u32(offset + 8),
    schemaVersion: segment.u32(offset + 16),
    metadata: offset + segment.u32(offset + 20),
    data: offset + segment.u32(offset + 24),
  };
  segment.require(header.metadata, header.threads * metadataBytes);
  segment.require(header.data, header.threads * header.ringSize * header.entrySize);
  if (header.entrySize === 0 || header.ringSize === 0) {
    throw statsError(
      `Expected a ring of entries, got ${header.ringSize} entries of ${header.entrySize} bytes`,
    );
  }
  return header;
}

/** VPP writes without a lock: what it wrote while this copied shows in the sequence. */
function readThread(
  segment: Segment,
  header: RingHeader,
  thread: number,
  spend: (bytes: number) => void,
): RingThread {
  const metadata = header.metadata + thread * metadataBytes;
  const size = header.ringSize * header.entrySize;
  spend(metadataBytes + size);
  const sequence = segment.u64(metadata + 8);
  const data = segment.copy(header.data + thread * size, size);
  const written = segment.u64(metadata + 8);
  return new RingThread({
    sequence,
    oldest: oldestWhole(sequence, written, BigInt(header.ringSize)),
    schema: readSchema(segment, header.offset, metadata, spend),
    entrySize: header.entrySize,
    data,
  });
}

/**
 * What VPP wrote during the copy took the places of the oldest entries, and it may be about to
 * overwrite one more.
 */
function oldestWhole(before: bigint, after: bigint, ringSize: bigint): bigint {
  const newest = after > before ? after : before;
  const whole = after === before ? ringSize : ringSize - 1n;
  const oldest = newest > whole ? newest - whole : 0n;
  return oldest < before ? oldest : before;
}

function readSchema(
  segment: Segment,
  ring: number,
  metadata: number,
  spend: (bytes: number) => void,
): Uint8Array {
  const offset = segment.u32(metadata + 16);
  const size = segment.u32(metadata + 20);
  if (offset === 0 || size === 0) return new Uint8Array(0);
  spend(size);
  return segment.copy(ring + offset, size);
}
