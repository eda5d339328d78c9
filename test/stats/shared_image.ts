/** The image of a real segment, and what vpp_papi reads from it; both lie beside the project. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";

const folder = join(process.env["GOVPPMUX_TEST_DATA"] ?? "../shared/vpp", "stats");

/** False where the data is here; else the reason why a test is skipped. */
export const imageMissing: string | false = existsSync(join(folder, "26.06.img.gz"))
  ? false
  : `no image of a stats segment in ${folder}`;

export function readImage(): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(join(folder, "26.06.img.gz"))));
}

/** What vpp_papi read: lists of threads of counters, `[packets, bytes]` for combined ones. */
export interface ExpectedCounter {
  readonly type: number;
  readonly value: unknown;
}

export function readExpected(): Map<string, ExpectedCounter> {
  const text = gunzipSync(readFileSync(join(folder, "26.06.expect.json.gz"))).toString();
  const parsed: Record<string, ExpectedCounter> = JSON.parse(text);
  return new Map(Object.entries(parsed));
}
