/**
 * Bytes → text of addresses, prefixes and MAC addresses. On the path of every dump, hence the tables.
 *
 * Every value has a text: what is no address (an unknown family, a prefix longer than the address) is
 * given as the hexadecimal digits of its bytes, which can be sent again as they are.
 *
 * @module
 */
const IP4 = 0;
const IP6 = 1;

const hexDigits = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
const hexShort = Array.from({ length: 256 }, (_, i) => i.toString(16));
const hexColon = hexDigits.map((digits) => `${digits}:`);
const decimal = Array.from({ length: 256 }, (_, i) => String(i));
const decimalDot = decimal.map((digits) => `${digits}.`);
const prefixLength = Array.from({ length: 129 }, (_, i) => `/${i}`);

/** The texts of two bytes one behind the other: one that was made before costs less than to join two. */
class Pairs {
  readonly #first: readonly string[];
  readonly #second: readonly string[];
  /** By the first byte, then by the second. */
  readonly #made: string[][] = [];

  constructor(first: readonly string[], second: readonly string[]) {
    this.#first = first;
    this.#second = second;
  }

  get(first: number, second: number): string {
    const row = this.#made[first] ??= [];
    return row[second] ??= this.#first[first]! + this.#second[second]!;
  }
}

const hexPairs = new Pairs(hexColon, hexColon);
const lastHexPairs = new Pairs(hexColon, hexDigits);
const decimalPairs = new Pairs(decimalDot, decimalDot);
const lastDecimalPairs = new Pairs(decimalDot, decimal);

/** Lowercase hexadecimal digits of `length` bytes. */
export function formatHex(from: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < at + length; i++) text += hexDigits[from[i]!]!;
  return text;
}

const noMac = "00:00:00:00:00:00";

/** 6 bytes: `02:fe:00:00:00:01`. */
export function formatMac(from: Uint8Array, at: number): string {
  const a = from[at]!;
  const b = from[at + 1]!;
  const c = from[at + 2]!;
  const d = from[at + 3]!;
  const e = from[at + 4]!;
  const f = from[at + 5]!;
  // Most messages with several have most of them unset.
  if ((a | b | c | d | e | f) === 0) return noMac;
  return hexPairs.get(a, b) + hexPairs.get(c, d) + lastHexPairs.get(e, f);
}

/** 4 bytes: `10.0.0.1`. */
export function formatIp4(from: Uint8Array, at: number): string {
  return decimalPairs.get(from[at]!, from[at + 1]!) +
    lastDecimalPairs.get(from[at + 2]!, from[at + 3]!);
}

/** 16 bytes, as RFC 5952 has it: lowercase, the first longest run of zero groups shortened. */
export function formatIp6(from: Uint8Array, at: number): string {
  let best = 16;
  let bestEnd = 16;
  let start = 0;
  for (let i = 0; i <= 16; i += 2) {
    if (i < 16 && from[at + i] === 0 && from[at + i + 1] === 0) continue;
    // One group alone is not shortened.
    if (i - start > 2 && i - start > bestEnd - best) [best, bestEnd] = [start, i];
    start = i + 2;
  }
  const head = groups(from, at, 0, best);
  return best === 16 ? head : `${head}::${groups(from, at, bestEnd, 16)}`;
}

function groups(from: Uint8Array, at: number, start: number, end: number): string {
  let text = "";
  for (let i = at + start; i < at + end; i += 2) {
    if (i > at + start) text += ":";
    const high = from[i]!;
    const low = from[i + 1]!;
    text += high === 0 ? hexShort[low]! : hexShort[high]! + hexDigits[low]!;
  }
  return text;
}

/** u8 family, then 16 bytes of an `address_union`: as VPP's ip_types.api defines it. */
export function formatAddress(from: Uint8Array, at: number): string {
  const family = from[at];
  if (family === IP4) return formatIp4(from, at + 1);
  return family === IP6 ? formatIp6(from, at + 1) : formatHex(from, at, 17);
}

/** An address, then u8 length: `10.0.0.0/24`. */
export function formatPrefix(from: Uint8Array, at: number): string {
  const family = from[at];
  const length = from[at + 17]!;
  if (family === IP4 && length <= 32) return formatIp4(from, at + 1) + prefixLength[length]!;
  if (family === IP6 && length <= 128) return formatIp6(from, at + 1) + prefixLength[length]!;
  return formatHex(from, at, 18);
}

/** 4 bytes, then u8 length. */
export function formatIp4Prefix(from: Uint8Array, at: number): string {
  const length = from[at + 4]!;
  return length <= 32 ? formatIp4(from, at) + prefixLength[length]! : formatHex(from, at, 5);
}

/** 16 bytes, then u8 length. */
export function formatIp6Prefix(from: Uint8Array, at: number): string {
  const length = from[at + 16]!;
  return length <= 128 ? formatIp6(from, at) + prefixLength[length]! : formatHex(from, at, 17);
}
