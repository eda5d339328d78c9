import type { SegmentView } from "./stats_connection.ts";
import { ViewReader } from "./view_reader.ts";

/** How often a node of VPP's graph counted an event, mostly an error. */
export interface ErrorCounter {
  /** For example `/err/ip4-input/ip4 ttl <= 1`. */
  readonly name: string;
  readonly node: string;
  /** What was counted. */
  readonly reason: string;
  /** By thread: the main thread first, then the workers. */
  readonly values: readonly bigint[];
  /** The sum over all threads. */
  readonly total: bigint;
}

const folder = "/err/";

export function readErrors(view: SegmentView): ErrorCounter[] {
  const errors: ErrorCounter[] = [];
  for (const [name, value] of new ViewReader(view).folder(folder)) {
    if (value.type !== "simple") continue;
    const slash = name.indexOf("/"); // VPP writes "_" for "/" in the node's name.
    errors.push({
      name: folder + name,
      node: slash === -1 ? name : name.slice(0, slash),
      reason: slash === -1 ? "" : name.slice(slash + 1),
      values: value.rows.map((row) => row[0] ?? 0n),
      total: value.sum(0),
    });
  }
  return errors;
}
