/**
 * Text → bytes of addresses, prefixes and MAC addresses. Each function writes to `to[at…]` and returns
 * false where the text is not of its type; what it has written until then is without meaning.
 *
 * @module
 */

/** The value of each hexadecimal digit by its character code; 0xff for other ASCII characters. */
const hexValues = Uint8Array.from(
  { length: 128 },
  (_, code) => {
    const value = Number.parseInt(String.fromCharCode(code), 16);
    return Number.isNaN(value) ? 0xff : value;
  },
);

/** The byte that two hexadecimal digits at `index` say; above 255 where they are something else. */
function hexByte(text: string, index: number): number {
  const high = hexValues[text.charCodeAt(index)] ?? 0xff;
  const low = hexValues[text.charCodeAt(index + 1)] ?? 0xff;
  return low === 0xff ? 0xfff : (high << 4) | low;
}

/** Reads exactly `length` bytes of hexadecimal digits. */
export function parseHex(text: string, length: number, to: Uint8Array, at: number): boolean {
  if (text.length !== 2 * length) return false;
  for (let i = 0; i < length; i++) {
    const byte = hexByte(text, 2 * i);
    if (byte > 0xff) return false;
    to[at + i] = byte;
  }
  return true;
}

const macOfGroups = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i;

/** `02:fe:00:00:00:01`, `02-fe-00-00-00-01` or `02fe.0000.0001`. */
export function parseMac(text: string, to: Uint8Array, at: number): boolean {
  if (text.length !== 17) {
    return macOfGroups.test(text) && parseHex(text.replaceAll(".", ""), 6, to, at);
  }
  const separator = text[2];
  if (separator !== ":" && separator !== "-") return false;
  for (let i = 0; i < 6; i++) {
    const byte = hexByte(text, 3 * i);
    if (byte > 0xff || (i < 5 && text[3 * i + 2] !== separator)) return false;
    to[at + i] = byte;
  }
  return true;
}

const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const DIGIT_0 = 0x30;

/**
 * Four decimal numbers without leading zeros, which some read as octal.
 *
 * @param end the index behind the address in `text`
 */
export function parseIp4(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  return endOfIp4(text, 0, end, to, at) === end;
}

/** The index behind the IPv4 address that begins at `start`; -1 where none does. */
function endOfIp4(text: string, start: number, end: number, to: Uint8Array, at: number): number {
  let i = start;
  for (let part = 0;; part++) {
    const first = i;
    let value = 0;
    let code = 0;
    for (; i < end; i++) {
      code = text.charCodeAt(i);
      const digit = code - DIGIT_0;
      // What is less than a digit is a large number without sign.
      if (digit >>> 0 > 9) break;
      // Of 32 bits at most, which engines need not check; more than three digits are refused below.
      value = (Math.imul(value, 10) + digit) | 0;
    }
    if (!isByte(value, i - first)) return -1;
    to[at + part] = value;
    if (part === 3) return i;
    if (code !== DOT) return -1;
    i++;
  }
}

/** Whether so many decimal digits say a byte, the first of several not being zero. */
function isByte(value: number, digits: number): boolean {
  if (digits === 3) return value >= 100 && value <= 255;
  return digits === 1 || (digits === 2 && value >= 10);
}

/**
 * Groups of 16 bits between colons; `::` stands for at least one that is zero, and the last two may be
 * an IPv4 address.
 *
 * @param end the index behind the address in `text`
 */
export function parseIp6(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  /** Bytes so far, and how many of them stand before the `::`. */
  let n = 0;
  let gap = -1;
  let i = 0;
  if (end > 1 && text.charCodeAt(0) === COLON && text.charCodeAt(1) === COLON) {
    gap = 0;
    i = 2;
  }
  while (i < end) {
    const start = i;
    let value = 0;
    let code = 0;
    for (; i < end; i++) {
      code = text.charCodeAt(i);
      const digit = hexValues[code] ?? 0xff;
      if (digit === 0xff) break;
      value = (value << 4) | digit;
    }
    if (i < end && code === DOT) {
      if (n > 12 || endOfIp4(text, start, end, to, at + n) !== end) return false;
      n += 4;
      break;
    }
    if (i === start || i > start + 4 || n === 16) return false;
    to[at + n++] = value >> 8;
    to[at + n++] = value & 0xff;
    if (i === end) break;
    // A colon is followed by another or by a group.
    if (code !== COLON || ++i === end) return false;
    if (text.charCodeAt(i) !== COLON) continue;
    if (gap >= 0) return false;
    gap = n;
    i++;
  }
  return gap < 0 ? n === 16 : n < 16 && spread(to, at, gap, n);
}

/** Moves what stands behind the first `gap` of `n` bytes to the end of sixteen, and zeroes the gap. */
function spread(to: Uint8Array, at: number, gap: number, n: number): true {
  let end = at + 16;
  for (let i = at + n; i > at + gap;) to[--end] = to[--i]!;
  while (end > at + gap) to[--end] = 0;
  return true;
}

/**
 * u8 family (0 IPv4, 1 IPv6), then 16 bytes: as VPP's ip_types.api defines it.
 *
 * @param end the index behind the address in `text`
 */
export function parseAddress(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  if (parseIp4(text, to, at + 1, end)) {
    ip4Family(to, at);
    return true;
  }
  to[at] = 1;
  return parseIp6(text, to, at + 1, end);
}

/** An IPv4 address, a slash, and a length of up to 32; u8 after the address. */
export function parseIp4Prefix(text: string, to: Uint8Array, at: number): boolean {
  return parsePrefix(text, to, at, 4, parseIp4, 32);
}

/** An IPv6 address, a slash, and a length of up to 128; u8 after the address. */
export function parseIp6Prefix(text: string, to: Uint8Array, at: number): boolean {
  return parsePrefix(text, to, at, 16, parseIp6, 128);
}

/** An address of `size` bytes by `parse`, a slash, and a length of up to `maximum`. */
function parsePrefix(
  text: string,
  to: Uint8Array,
  at: number,
  size: number,
  parse: (text: string, to: Uint8Array, at: number, end: number) => boolean,
  maximum: number,
): boolean {
  const slash = text.lastIndexOf("/");
  const length = lengthAfter(text, slash);
  if (length > maximum) return false;
  to[at + size] = length;
  return parse(text, to, at, slash);
}

/** As `parsePrefix`, for a prefix of either family; the address is that of `parseAddress`. */
export function parseAnyPrefix(text: string, to: Uint8Array, at: number): boolean {
  // No text is both, and what is no IPv4 address mostly shows that in its first characters.
  const slash = endOfIp4(text, 0, text.length, to, at + 1);
  if (slash < 0) return parseAnyIp6Prefix(text, to, at);
  const length = lengthAfter(text, slash);
  if (length > 32) return false;
  ip4Family(to, at);
  to[at + 17] = length;
  return true;
}

function parseAnyIp6Prefix(text: string, to: Uint8Array, at: number): boolean {
  to[at] = 1;
  return parseIp6Prefix(text, to, at + 1);
}

/** Makes four bytes of an address an IPv4 address: the family, and zeros behind. */
function ip4Family(to: Uint8Array, at: number): void {
  to[at] = 0;
  for (let i = at + 5; i < at + 17; i++) to[i] = 0;
}

/** The number in the one to three digits behind a slash; Infinity where they are something else. */
function lengthAfter(text: string, slash: number): number {
  const digits = text.length - slash - 1;
  if (slash < 0 || digits < 1 || digits > 3 || text.charCodeAt(slash) !== SLASH) return Infinity;
  let length = 0;
  for (let i = slash + 1; i < text.length; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (digit < 0 || digit > 9) return Infinity;
    length = length * 10 + digit;
  }
  return length;
}
