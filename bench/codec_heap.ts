/**
 * What a million messages leave in memory.
 *
 * @module
 */
import { heapAfterCollection } from "../test/garbage.ts";
import { type Receiver, worksOf } from "./codec_works.ts";
import type { Sample } from "./samples.ts";

/** Bytes by which the memories have grown. */
export interface HeapGrowth {
  readonly messages: number;
  readonly wasm: number;
  /** After a collection. */
  readonly javascript: number;
}

const MESSAGES = 1_000_000;
const WARM_UP = 100_000;

/** Receives and reads a million messages, all their fields; the engine has settled before. */
export function heapGrowth(sample: Sample, receiver: Receiver): HeapGrowth {
  const { core } = worksOf(sample, receiver);
  const decode = core.find(({ name }) => name === "decode, all fields");
  if (decode === undefined) throw new Error("Nothing decodes all fields");
  const work = (messages: number): void => {
    for (let done = 0; done < messages; done += decode.size) decode.run();
  };
  work(WARM_UP);
  const heap = heapAfterCollection();
  const { memoryBytes } = receiver.codec.core;
  work(MESSAGES);
  return {
    messages: MESSAGES,
    wasm: receiver.codec.core.memoryBytes - memoryBytes,
    javascript: heapAfterCollection() - heap,
  };
}
