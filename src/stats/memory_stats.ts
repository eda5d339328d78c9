import type { SegmentView } from "./stats_connection.ts";
import { scalarOf, ViewReader } from "./view_reader.ts";

/** The use of one of VPP's heaps in bytes, as of VPP's last update (`vlib/stats/provider_mem.c`). */
export interface HeapUsage {
  readonly total: bigint;
  readonly used: bigint;
  readonly free: bigint;
  readonly usedMmap: bigint;
  readonly totalAlloc: bigint;
  readonly freeChunks: bigint;
  readonly releasable: bigint;
}

const folder = "/mem/";

/** One row of seven values for each heap. Releases until 20.09 have `/mem/statseg/{total,used}`. */
export function readHeaps(view: SegmentView): Map<string, HeapUsage> {
  const reader = new ViewReader(view);
  const heaps = new Map<string, HeapUsage>();
  for (const [name, value] of reader.folder(folder)) {
    if (value.type === "simple" && value.link === undefined) {
      heaps.set(name, heapUsage(value.rows[0] ?? new BigUint64Array(0)));
    } else if (name === "statseg/total") {
      const used = scalarOf(reader.value(`${folder}statseg/used`));
      heaps.set("statseg", heapUsage(BigUint64Array.of(scalarOf(value), used)));
    }
  }
  return heaps;
}

function heapUsage(row: BigUint64Array): HeapUsage {
  return {
    total: row[0] ?? 0n,
    used: row[1] ?? 0n,
    free: row[2] ?? 0n,
    usedMmap: row[3] ?? 0n,
    totalAlloc: row[4] ?? 0n,
    freeChunks: row[5] ?? 0n,
    releasable: row[6] ?? 0n,
  };
}
