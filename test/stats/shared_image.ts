/** The image of a real segment, and what vpp_papi reads from it; both lie beside the project. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dataPath } from "../data.ts";

/** What `itWithData` needs to know. */
export const imageFiles = ["stats/26.06.img.gz", "stats/26.06.expect.json.gz"] as const;

export function readImage(): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(dataPath(imageFiles[0]))));
}

/** What vpp_papi read: lists of threads of counters, `[packets, bytes]` for combined ones. */
export interface ExpectedCounter {
  readonly type: number;
  readonly value: unknown;
}

export function readExpected(): Map<string, ExpectedCounter> {
  const text = gunzipSync(readFileSync(dataPath(imageFiles[1]))).toString();
  const parsed: Record<string, ExpectedCounter> = JSON.parse(text);
  return new Map(Object.entries(parsed));
}
