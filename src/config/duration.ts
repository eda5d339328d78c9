/**
 * Durations as Go writes them, because users bring their `govpp.conf` along: `250ms`, `1s`,
 * `1m30s`, `1.5s`, or a bare integer of nanoseconds (old files have `500000000`). In code a
 * duration is a number of milliseconds.
 *
 * @module
 */
import { VppError } from "../errors.ts";

const NS_PER_MS = 1e6;

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ns", 1e-6],
]);

const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/;

/** Milliseconds, exact to the nanosecond, or undefined where `text` is no duration. */
export function readDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) / NS_PER_MS;
  if (!WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit = ""] of text.matchAll(PART)) {
    ms += Number(amount) * (MS_PER_UNIT.get(unit) ?? NaN);
  }
  return roundToNanoseconds(ms);
}

/**
 * Parses a duration.
 *
 * @returns milliseconds, exact to the nanosecond
 * @throws {VppError} `CONFIG`, where `text` is no duration
 */
export function parseDuration(text: string): number {
  const ms = readDuration(text);
  if (ms !== undefined) return ms;
  throw new VppError(
    "CONFIG",
    `Cannot parse duration ${JSON.stringify(text)}: expected for example 250ms, 1s or 1m30s, ` +
      `or a bare integer of nanoseconds`,
  );
}

/** Writes milliseconds the way `parseDuration` reads them: `1m30s`, `250ms`, `0.5ms`, `0s`. */
export function formatDuration(ms: number): string {
  let rest = roundToNanoseconds(ms);
  let text = "";
  for (const [unit, size] of [["h", 3_600_000], ["m", 60_000], ["s", 1000]] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest = roundToNanoseconds(rest - count * size);
  }
  if (rest > 0) text += `${rest}ms`;
  return text === "" ? "0s" : text;
}

/** Takes the error of binary fractions out: 1.005 s is 1005 ms, not 1004.9999999999999. */
function roundToNanoseconds(ms: number): number {
  return Math.round(ms * NS_PER_MS) / NS_PER_MS;
}
