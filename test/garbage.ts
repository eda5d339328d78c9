/**
 * What is left in memory once garbage has been collected, on Node and on Deno, without a flag at their
 * start.
 *
 * @module
 */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
// A context that is made while the flag is set has the function.
const collect = runInNewContext("gc") as () => void;

/** Collects garbage; returns the bytes that objects and the memory of typed arrays take then. */
export function heapAfterCollection(): number {
  // What a first collection sets free (weak references, memory of typed arrays) a second one counts.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
