/**
 * Columns of texts: strings by number, addresses by their bytes. A JavaScript string is made once for
 * each distinct string, and for an address when somebody reads it.
 *
 * @module
 */
import type { TextType } from "./text_types.ts";

/** A column of texts: a `StringColumn` or an `AddressColumn`. */
export abstract class TextColumn implements Iterable<string> {
  /** How many messages there were. */
  abstract readonly length: number;

  /** The text of a row that there is. */
  protected abstract text(row: number): string;

  /**
   * The text of a row.
   *
   * @throws RangeError where there is no such row
   */
  at(row: number): string {
    if (Number.isInteger(row) && row >= 0 && row < this.length) return this.text(row);
    throw new RangeError(`There is no row ${row} in a column of ${this.length} rows`);
  }

  /** The texts of all rows. */
  toArray(): string[] {
    return Array.from({ length: this.length }, (_, row) => this.text(row));
  }

  *[Symbol.iterator](): IterableIterator<string> {
    for (let row = 0; row < this.length; row++) yield this.text(row);
  }
}

/** Strings: each distinct one once, and its number for each row. */
export class StringColumn extends TextColumn {
  /** For each row, where its text stands in `strings`. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /**
   * Each distinct text, in the order in which they came. Bytes that are no UTF-8 may differ and give the
   * same text; then it stands here more than once.
   */
  readonly strings: readonly string[];

  constructor(ids: Uint32Array<ArrayBuffer>, strings: readonly string[]) {
    super();
    this.ids = ids;
    this.strings = strings;
  }

  override get length(): number {
    return this.ids.length;
  }

  protected override text(row: number): string {
    return this.strings[this.ids[row]!]!;
  }
}

/** Addresses, prefixes or MAC addresses, by their bytes as on the wire. */
export class AddressColumn extends TextColumn {
  /** `width` bytes a row. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * Bytes of a row: 6 of a MAC address, 4 or 16 of an IPv4 or IPv6 address. An address of either family is
   * a byte that says which (0: IPv4, 1: IPv6) and 16 bytes of which IPv4 uses the first four; a prefix is
   * an address and a byte with its length.
   */
  readonly width: number;
  readonly #format: TextType["format"];

  constructor(bytes: Uint8Array<ArrayBuffer>, { size, format }: TextType) {
    super();
    this.bytes = bytes;
    this.width = size;
    this.#format = format;
  }

  override get length(): number {
    return this.bytes.length / this.width;
  }

  protected override text(row: number): string {
    return this.#format(this.bytes, row * this.width);
  }
}
