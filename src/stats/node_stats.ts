import type { SegmentView } from "./stats_connection.ts";
import type { SimpleCounters } from "./values.ts";
import { ViewReader } from "./view_reader.ts";

/** What a node of VPP's graph has done. */
export interface NodeCounters {
  readonly index: number;
  readonly name: string;
  /** CPU cycles. */
  readonly clocks: bigint;
  /** Packets. */
  readonly vectors: bigint;
  readonly calls: bigint;
  readonly suspends: bigint;
}

/** @param thread of this thread only; undefined: the sum of all. */
export function readNodes(view: SegmentView, thread: number | undefined): NodeCounters[] {
  const reader = new ViewReader(view);
  const clocks = reader.simple("/sys/node/clocks");
  const vectors = reader.simple("/sys/node/vectors");
  const calls = reader.simple("/sys/node/calls");
  const suspends = reader.simple("/sys/node/suspends");
  const of = (counters: SimpleCounters, index: number) =>
    thread === undefined ? counters.sum(index) : counters.at(thread, index);
  const nodes: NodeCounters[] = [];
  for (const [index, name] of reader.names("/sys/node/names").entries()) {
    if (name === undefined) continue;
    nodes.push({
      index,
      name,
      clocks: of(clocks, index),
      vectors: of(vectors, index),
      calls: of(calls, index),
      suspends: of(suspends, index),
    });
  }
  return nodes;
}
