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
const DIGIT_0 = 0x30;

/**
 * Four decimal numbers without leading zeros, which some read as octal.
 *
 * @param end the index behind the address in `text`
 */
export function parseIp4(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  let part = 0;
  let value = 0;
  let digits = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    const digit = code - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (value > 255 || (digits !== 0 && value < 10)) return false;
      digits++;
    } else {
      if (code !== DOT || digits === 0 || part === 3) return false;
      to[at + part++] = value;
      value = 0;
      digits = 0;
    }
  }
  to[at + 3] = value;
  return part === 3 && digits !== 0;
}

/** @param end the index behind the address in `text` */
export function parseIp6(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  const halves = text.slice(0, end).split("::");
  if (halves.length > 2) return false;
  const head = groups(halves[0] ?? "", halves.length === 1);
  const tail = groups(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return false;
  const missing = 8 - head.length - tail.length;
  // "::" stands for at least one group; without it all eight must be there.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return false;
  [...head, ...new Array<number>(missing).fill(0), ...tail].forEach((group, i) => {
    to[at + 2 * i] = group >> 8;
    to[at + 2 * i + 1] = group & 255;
  });
  return true;
}

/** The 16-bit groups between colons; the last of an address may be an IPv4 address. */
function groups(text: string, atEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const values: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (atEnd && i === parts.length - 1 && part.includes(".")) {
      const bytes = new Uint8Array(4);
      if (!parseIp4(part, bytes, 0)) return undefined;
      values.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      values.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return values;
}

/**
 * u8 family (0 IPv4, 1 IPv6), then 16 bytes: as VPP's ip_types.api defines it.
 *
 * @param end the index behind the address in `text`
 */
export function parseAddress(text: string, to: Uint8Array, at: number, end = text.length): boolean {
  // No text is both, and what is no IPv4 address mostly shows that in its first characters.
  if (parseIp4(text, to, at + 1, end)) {
    to[at] = 0;
    for (let i = at + 5; i < at + 17; i++) to[i] = 0;
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
  const slash = slashOf(text);
  const length = lengthAfter(text, slash);
  if (length > maximum) return false;
  to[at + size] = length;
  return parse(text, to, at, slash);
}

/** As `parsePrefix`, for a prefix of either family; the address is that of `parseAddress`. */
export function parseAnyPrefix(text: string, to: Uint8Array, at: number): boolean {
  const slash = slashOf(text);
  const length = lengthAfter(text, slash);
  if (length > 128 || !parseAddress(text, to, at, slash)) return false;
  to[at + 17] = length;
  return to[at] === 1 || length <= 32;
}

/** The index of the slash before the last one to three characters, or -1. */
function slashOf(text: string): number {
  const last = text.length - 2;
  for (let i = last; i > last - 3; i--) {
    if (text.charCodeAt(i) === SLASH) return i;
  }
  return -1;
}

/** The number in the digits behind `slash`; Infinity where there are none. */
function lengthAfter(text: string, slash: number): number {
  if (slash < 0) return Number.POSITIVE_INFINITY;
  let length = 0;
  for (let i = slash + 1; i < text.length; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (digit < 0 || digit > 9) return Number.POSITIVE_INFINITY;
    length = length * 10 + digit;
  }
  return length;
}
