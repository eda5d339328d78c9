/**
 * Types that people write as text: addresses, prefixes, MAC addresses. In a record they are plain bytes
 * without gaps, the same as on the wire.
 *
 * @module
 */
import { resolveAlias, type Type } from "../schema/model.ts";
import { fixedSize } from "../schema/resolve.ts";

/** A type with a text form. */
export interface TextType {
  /** Bytes on the wire and in a record. */
  readonly size: number;
  /** What is expected, for errors: for example `an IPv4 address like "10.0.0.1"`. */
  readonly expected: string;
  /** Writes the text's bytes to `to[at…]`; false where the text is not of this type. */
  parse(text: string, to: Uint8Array, at: number): boolean;
  /** The text of the bytes at `from[at…]`, or undefined where they have none. */
  format(from: Uint8Array, at: number): string | undefined;
}

const IP4 = 0;
const IP6 = 1;

const mac: TextType = {
  size: 6,
  expected: 'a MAC address like "02:fe:00:00:00:01"',
  parse(text, to, at) {
    const digits = text.replace(/[:.-]/g, "");
    if (
      !/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text) &&
      !/^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text)
    ) return false;
    return parseHex(digits, 6, to, at);
  },
  format: (from, at) => {
    let text = hexByte(from, at);
    for (let i = 1; i < 6; i++) text += ":" + hexByte(from, at + i);
    return text;
  },
};

const ip4: TextType = {
  size: 4,
  expected: 'an IPv4 address like "10.0.0.1"',
  parse: parseIp4,
  format: formatIp4,
};

const ip6: TextType = {
  size: 16,
  expected: 'an IPv6 address like "2001:db8::1"',
  parse: parseIp6,
  format: formatIp6,
};

/** u8 family, then 16 bytes: as VPP's ip_types.api defines it. */
const address: TextType = {
  size: 17,
  expected: 'an address like "10.0.0.1" or "2001:db8::1"',
  parse(text, to, at) {
    const six = text.includes(":");
    to[at] = six ? IP6 : IP4;
    to.fill(0, at + 1, at + 17);
    return (six ? parseIp6 : parseIp4)(text, to, at + 1);
  },
  format(from, at) {
    const family = from[at];
    if (family === IP4) return formatIp4(from, at + 1);
    return family === IP6 ? formatIp6(from, at + 1) : undefined;
  },
};

function prefixOf(
  of: TextType,
  example: string,
  maximum: (from: Uint8Array, at: number) => number,
): TextType {
  return {
    size: of.size + 1,
    expected: `a prefix like "${example}"`,
    parse(text, to, at) {
      const slash = text.lastIndexOf("/");
      const digits = text.slice(slash + 1);
      if (slash < 0 || !/^\d{1,3}$/.test(digits)) return false;
      if (!of.parse(text.slice(0, slash), to, at) || Number(digits) > maximum(to, at)) return false;
      to[at + of.size] = Number(digits);
      return true;
    },
    format(from, at) {
      const text = of.format(from, at);
      const length = from[at + of.size] ?? 0;
      // A length that no text can say again is left to the structural form.
      return text === undefined || length > maximum(from, at) ? undefined : `${text}/${length}`;
    },
  };
}

const prefix = prefixOf(address, "10.0.0.0/24", (from, at) => from[at] === IP6 ? 128 : 32);
const ip4Prefix = prefixOf(ip4, "10.0.0.0/24", () => 32);
const ip6Prefix = prefixOf(ip6, "2001:db8::/32", () => 128);

const textTypes: ReadonlyMap<string, TextType> = new Map([
  ["mac_address", mac],
  ["ip4_address", ip4],
  ["ip6_address", ip6],
  ["address", address],
  ["prefix", prefix],
  ["address_with_prefix", prefix],
  ["ip4_prefix", ip4Prefix],
  ["ip4_address_with_prefix", ip4Prefix],
  ["ip6_prefix", ip6Prefix],
  ["ip6_address_with_prefix", ip6Prefix],
]);

/** The text form of a type, where its name and its size say that it has one. */
export function textTypeOf(type: Type): TextType | undefined {
  for (let t = type;; t = t.target) {
    if (t.kind === "alias" || t.kind === "struct") {
      const found = textTypes.get(t.name);
      if (found !== undefined && found.size === fixedSize(resolveAlias(t))) return found;
    }
    if (t.kind !== "alias") return undefined;
  }
}

const hexDigits = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Two lowercase hexadecimal digits. */
export function hexByte(from: Uint8Array, at: number): string {
  return hexDigits[from[at] ?? 0] ?? "";
}

/** Lowercase hexadecimal digits of `length` bytes. */
export function formatHex(from: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < at + length; i++) text += hexByte(from, i);
  return text;
}

/** Reads exactly `length` bytes of hexadecimal digits; false where the text is something else. */
export function parseHex(text: string, length: number, to: Uint8Array, at: number): boolean {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/i.test(text)) return false;
  for (let i = 0; i < length; i++) to[at + i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return true;
}

function parseIp4(text: string, to: Uint8Array, at: number): boolean {
  const parts = text.split(".");
  if (parts.length !== 4) return false;
  for (const [i, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return false;
    to[at + i] = Number(part);
  }
  return true;
}

function formatIp4(from: Uint8Array, at: number): string {
  return `${from[at]}.${from[at + 1]}.${from[at + 2]}.${from[at + 3]}`;
}

function parseIp6(text: string, to: Uint8Array, at: number): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const head = groups(halves[0] ?? "");
  const tail = halves.length === 2 ? groups(halves[1] ?? "") : [];
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

/** The 16-bit groups between colons; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const values: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes(".")) {
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

/** As RFC 5952 has it: lowercase, the longest run of two or more zero groups shortened. */
function formatIp6(from: Uint8Array, at: number): string {
  const values: number[] = [];
  for (let i = 0; i < 16; i += 2) values.push((from[at + i]! << 8) | from[at + i + 1]!);
  let best = 0;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && values[i + n] === 0) n++;
    if (n > bestLength) [best, bestLength] = [i, n];
  }
  const text = (list: readonly number[]) => list.map((v) => v.toString(16)).join(":");
  if (bestLength < 2) return text(values);
  return `${text(values.slice(0, best))}::${text(values.slice(best + bestLength))}`;
}
