import type { SegmentView } from "./stats_connection.ts";
import { scalarOf, ViewReader } from "./view_reader.ts";

/** The buffers of one pool, as of VPP's last update. */
export interface BufferPool {
  readonly cached: bigint;
  readonly used: bigint;
  readonly available: bigint;
}

const fields = ["cached", "used", "available"] as const;

export function readBuffers(view: SegmentView): Map<string, BufferPool> {
  const reader = new ViewReader(view);
  const pools = new Map<string, BufferPool>();
  for (const [name, value] of reader.folder("/buffer-pools/")) {
    const slash = name.lastIndexOf("/");
    const field = fields.find((each) => each === name.slice(slash + 1));
    if (field === undefined) continue;
    const pool = name.slice(0, slash);
    const before = pools.get(pool) ?? { cached: 0n, used: 0n, available: 0n };
    pools.set(pool, { ...before, [field]: scalarOf(value) });
  }
  return pools;
}
