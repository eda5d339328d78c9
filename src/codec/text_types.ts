/**
 * Types that people write as text: addresses, prefixes, MAC addresses. In a record they are plain bytes
 * without gaps, the same as on the wire.
 *
 * @module
 */
import { resolveAlias, type Type } from "../schema/model.ts";
import { fixedSize } from "../schema/resolve.ts";
import {
  formatAddress,
  formatIp4,
  formatIp4Prefix,
  formatIp6,
  formatIp6Prefix,
  formatMac,
  formatPrefix,
} from "./address_format.ts";
import {
  parseAddress,
  parseAnyPrefix,
  parseIp4,
  parseIp4Prefix,
  parseIp6,
  parseIp6Prefix,
  parseMac,
} from "./address_parse.ts";

/** A type with a text form. */
export interface TextType {
  /** Bytes on the wire and in a record. */
  readonly size: number;
  /** What is expected, for errors: for example `an IPv4 address like "10.0.0.1"`. */
  readonly expected: string;
  /** Writes the text's bytes to `to[at…]`; false where the text is not of this type. */
  parse(text: string, to: Uint8Array, at: number): boolean;
  /** The text of the bytes at `from[at…]`; hexadecimal digits where they are no address. */
  format(from: Uint8Array, at: number): string;
}

const mac: TextType = {
  size: 6,
  expected: 'a MAC address like "02:fe:00:00:00:01"',
  parse: parseMac,
  format: formatMac,
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

const address: TextType = {
  size: 17,
  expected: 'an address like "10.0.0.1" or "2001:db8::1"',
  parse: parseAddress,
  format: formatAddress,
};

const prefix: TextType = {
  size: 18,
  expected: 'a prefix like "10.0.0.0/24"',
  parse: parseAnyPrefix,
  format: formatPrefix,
};

const ip4Prefix: TextType = {
  size: 5,
  expected: 'a prefix like "10.0.0.0/24"',
  parse: parseIp4Prefix,
  format: formatIp4Prefix,
};

const ip6Prefix: TextType = {
  size: 17,
  expected: 'a prefix like "2001:db8::/32"',
  parse: parseIp6Prefix,
  format: formatIp6Prefix,
};

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
