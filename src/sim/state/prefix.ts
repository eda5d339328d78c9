/**
 * IP prefixes and their arithmetic.
 *
 * @module
 */
import { type TextType, textTypeOf } from "../../codec/text_types.ts";
import type { Type } from "../../schema/model.ts";

/** A prefix on the wire: u8 family (0: IPv4, 1: IPv6), 16 bytes of address, u8 length. */
const SIZE = 18;
const ADDRESS_AT = 1;
const LENGTH_AT = 17;
const IP4 = 0;
const IP6 = 1;
const IP4_BYTES = 4;
const IP6_BYTES = 16;

/** What tells networks apart: of IPv4 the address and the length as one number, of IPv6 its text. */
export type NetworkKey = number | string;

export class Prefix {
  readonly #bytes: Uint8Array;
  #text: string | undefined;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A prefix from its text; undefined where it has none, as on a length that cannot be. */
  static parse(text: unknown): Prefix | undefined {
    const bytes = new Uint8Array(SIZE);
    return typeof text === "string" && prefixText.parse(text, bytes, 0)
      ? new Prefix(bytes)
      : undefined;
  }

  /** The prefix that stands at `from[at…]` as on the wire; undefined where it has no text form. */
  static read(from: Uint8Array, at: number): Prefix | undefined {
    const family = from[at];
    const length = from[at + LENGTH_AT] ?? 0;
    if (family === IP4 ? length > 8 * IP4_BYTES : family !== IP6 || length > 8 * IP6_BYTES) {
      return undefined;
    }
    const bytes = from.slice(at, at + SIZE);
    // The rest of the union is anything.
    if (family === IP4) bytes.fill(0, ADDRESS_AT + IP4_BYTES, LENGTH_AT);
    return new Prefix(bytes);
  }

  /** For example `10.0.0.1/24`. */
  get text(): string {
    return this.#text ??= prefixText.format(this.#bytes, 0);
  }

  /** The key of the network of this length in which the address lies. */
  networkKey(length: number = this.length): NetworkKey {
    if (this.isIp6) return this.network(length).text;
    const bytes = this.#bytes;
    let address = 0;
    for (let i = 0; i < IP4_BYTES; i++) {
      address = address * 256 + (bytes[ADDRESS_AT + i]! & maskByte(length, i));
    }
    return address * 64 + length;
  }

  get isIp6(): boolean {
    return this.#bytes[0] === IP6;
  }

  /** Bits that count. */
  get length(): number {
    return this.#bytes[LENGTH_AT] ?? 0;
  }

  /** Bits of an address of this family: 32 or 128. */
  get addressBits(): number {
    return 8 * (this.isIp6 ? IP6_BYTES : IP4_BYTES);
  }

  /** The address without the length, for example `10.0.0.1`. */
  get address(): string {
    return this.text.slice(0, this.text.lastIndexOf("/"));
  }

  /** The prefix of this length with the bits beyond it cleared. */
  network(length: number = this.length): Prefix {
    return this.#with(length, (byte, mask) => byte & mask);
  }

  /** The prefix's last address, as a prefix of one address. */
  broadcast(): Prefix {
    const last = this.#with(this.length, (byte, mask) => byte | (~mask & 255));
    return last.host();
  }

  /** The address as a prefix of one address. */
  host(): Prefix {
    return this.network(this.addressBits);
  }

  /** The other address of a prefix of length 31. */
  neighbour(): Prefix {
    const bytes = this.host().#bytes.slice();
    const last = ADDRESS_AT + this.addressBits / 8 - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    return new Prefix(bytes);
  }

  /** Whether one of the two prefixes contains the other. */
  overlaps(other: Prefix): boolean {
    if (this.isIp6 !== other.isIp6) return false;
    const length = Math.min(this.length, other.length);
    for (let i = 0; 8 * i < length; i++) {
      const difference = (this.#bytes[ADDRESS_AT + i] ?? 0) ^ (other.#bytes[ADDRESS_AT + i] ?? 0);
      if ((difference & maskByte(length, i)) !== 0) return false;
    }
    return true;
  }

  #with(length: number, change: (byte: number, mask: number) => number): Prefix {
    const bytes = this.#bytes.slice();
    for (let i = 0; i < this.addressBits / 8; i++) {
      bytes[ADDRESS_AT + i] = change(bytes[ADDRESS_AT + i] ?? 0, maskByte(length, i));
    }
    bytes[LENGTH_AT] = length;
    return new Prefix(bytes);
  }
}

/** Byte `i` of the mask of a prefix of this length. */
function maskByte(length: number, i: number): number {
  return (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))) & 255;
}

const prefixText = prefixTextType();

/** The codec's own text form of VPP's type `prefix`. */
function prefixTextType(): TextType {
  const byte: Type = { kind: "scalar", scalar: "u8" };
  const text = textTypeOf({
    kind: "struct",
    name: "prefix",
    fields: [
      { name: "address", type: { kind: "array", element: byte, length: LENGTH_AT } },
      { name: "len", type: byte },
    ],
    comment: "",
  });
  if (text === undefined) throw new TypeError("The codec has no text form of prefixes");
  return text;
}
