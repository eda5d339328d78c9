/**
 * The kinds of value that a key can have: how each is read from text, checked and written. A value
 * is taken as it is written, so that a file and an environment variable mean the same.
 *
 * @module
 */
import { formatDuration, readDuration } from "./duration.ts";
import { formatSize, readSize } from "./size.ts";

/** How the values of a key are read, checked and written. */
export interface ValueKind<T> {
  /** For documentation: `duration`. */
  readonly name: string;
  /** For errors: `a duration from 1ms to 576h, such as 250ms, 1s or 1m30s`. */
  readonly expected: string;
  /** What a number of this kind counts in code: `milliseconds`. */
  readonly unit?: string;
  /** The value that `text` spells, in or out of range; undefined where it spells none. */
  read(text: string): unknown;
  /** Whether a value, whoever made it, is of this kind and in range. */
  accepts(value: unknown): value is T;
  /** The text that `read` takes for a value. */
  write(value: T): string;
  /** What the writer of a refused text may have meant. */
  hint?(text: string): string | undefined;
}

/** Limits, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** 24 days: the timers of JavaScript run out at once beyond 2^31 - 1 ms. */
const LONGEST_MS = 576 * 3_600_000;
const EXAMPLES = "such as 250ms, 1s or 1m30s";

/** `true` or `false`. */
export const flag: ValueKind<boolean> = {
  name: "`true` or `false`",
  expected: "true or false",
  read: (text) => /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined,
  accepts: (value) => typeof value === "boolean",
  write: String,
};

/** The path of a socket. */
export const path: ValueKind<string> = {
  name: "path",
  expected: "the path of a socket",
  read: (text) => text,
  accepts: (value): value is string =>
    typeof value === "string" && value !== "" && !value.includes("\0"),
  write: String,
};

/** A name that becomes the beginning of a file name in `/dev/shm`; empty: none. */
export const prefix: ValueKind<string> = {
  name: "name, or empty",
  expected: 'a name without "/" of at most 64 characters, or "" for none',
  read: (text) => text,
  accepts: (value): value is string =>
    typeof value === "string" && value.length <= 64 && !/[/\0]/.test(value),
  write: String,
};

/** A time of at least a millisecond. */
export const duration: ValueKind<number> = {
  name: "duration",
  expected: `a duration from 1ms to ${formatDuration(LONGEST_MS)}, ${EXAMPLES}`,
  unit: "milliseconds",
  read: readDuration,
  accepts: (value): value is number => inRange(value, { min: 1, max: LONGEST_MS }),
  write: formatDuration,
  hint: nanosecondHint,
};

/** A time of at least a millisecond, or `off`, which is 0. */
export const durationOrOff: ValueKind<number> = {
  ...duration,
  name: "duration, or `off`",
  expected: `${duration.expected}, or off`,
  read: (text) => text === "off" ? 0 : readDuration(text),
  accepts: (value): value is number => value === 0 || duration.accepts(value),
  write: (ms) => ms === 0 ? "off" : formatDuration(ms),
};

/** Microseconds or a few milliseconds, or `off`, which is 0. */
export const shortDurationOrOff: ValueKind<number> = {
  ...durationOrOff,
  expected: "a duration from 1us to 100ms, such as 200us or 1ms, or off",
  accepts: (value): value is number => value === 0 || inRange(value, { min: 0.001, max: 100 }),
};

/** A whole number of `unit`. */
export function count(unit: string, range: Range): ValueKind<number> {
  return {
    name: "whole number",
    expected: `a whole number from ${range.min} to ${range.max}`,
    unit,
    read: (text) => /^\d+$/.test(text) ? Number(text) : undefined,
    accepts: (value): value is number => Number.isInteger(value) && inRange(value, range),
    write: String,
  };
}

/** A number of bytes. */
export function size(range: Range): ValueKind<number> {
  const limits = `from ${formatSize(range.min)} to ${formatSize(range.max)}`;
  return {
    name: "size",
    expected: `a size ${limits}, such as 64MB or 64MiB`,
    unit: "bytes",
    read: readSize,
    accepts: (value): value is number => Number.isInteger(value) && inRange(value, range),
    write: formatSize,
  };
}

/** One of a few words. */
export function choice<const T extends string>(...words: readonly T[]): ValueKind<T> {
  return {
    name: words.map((word) => `\`${word}\``).join(" or "),
    expected: words.join(" or "),
    read: (text) => text,
    accepts: (value): value is T => words.some((word) => word === value),
    write: String,
  };
}

function inRange(value: unknown, { min, max }: Range): boolean {
  return typeof value === "number" && value >= min && value <= max;
}

/** A bare integer too small to be meant in nanoseconds was meant in milliseconds. */
function nanosecondHint(text: string): string | undefined {
  if (!/^[1-9]\d{0,5}$/.test(text)) return undefined;
  return `an integer without a unit is nanoseconds; did you mean ${text}ms?`;
}
