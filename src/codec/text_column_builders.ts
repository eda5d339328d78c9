/**
 * Records → columns of texts.
 *
 * @module
 */
import { STRING_INLINE } from "../schema/constants.generated.ts";
import type { Batch } from "./batch.ts";
import { type ColumnBuilder, GrowingRows, type Records } from "./column_builders.ts";
import type { StringTable } from "./strings.ts";
import { AddressColumn, StringColumn } from "./text_columns.ts";
import type { TextType } from "./text_types.ts";

/**
 * Builds the column of the string at byte `offset` of each record. The core has given each distinct
 * string an id, so that a row costs one look into an array; the text itself is looked at once for each id.
 */
export class StringBuilder implements ColumnBuilder {
  readonly #offset: number;
  readonly #rows = new GrowingRows(4, (buffer) => new Uint32Array(buffer));
  readonly #strings: string[] = [];
  /**
   * The place of each text in `#strings`, plus 1. Made when the core's ids no longer tell texts apart:
   * with a second table, or with a text that has none. To enter a text costs more than to make it.
   */
  #places: Map<string, number> | undefined;
  /** The same by the core's id, which is valid with its table only; 0: not looked at yet. */
  #placeOfId = new Uint32Array(0);
  #table: StringTable | undefined;

  constructor(offset: number) {
    this.#offset = offset;
  }

  add({ batch, starts, count }: Records): void {
    const { u32, strings } = batch;
    if (strings !== this.#table) this.#enter(strings);
    const first = this.#rows.append(count);
    const { rows } = this.#rows;
    for (let i = 0; i < count; i++) {
      const slot = starts[i]! + this.#offset;
      const id = u32[slot >> 2]!;
      const known = id < this.#placeOfId.length ? this.#placeOfId[id]! : 0;
      rows[first + i] = (known === 0 ? this.#look(batch, slot, starts[i]!, id) : known) - 1;
    }
  }

  finish(): StringColumn {
    return new StringColumn(this.#rows.finish(), this.#strings);
  }

  /** The core has begun to count anew. */
  #enter(table: StringTable): void {
    if (this.#table !== undefined) this.#enterTexts();
    this.#table = table;
    this.#placeOfId.fill(0);
  }

  #enterTexts(): Map<string, number> {
    return this.#places ??= new Map(this.#strings.map((text, n) => [text, n + 1]));
  }

  /** The place of a text whose id has not been looked at. */
  #look(batch: Batch, slot: number, record: number, id: number): number {
    const text = batch.text(slot, record);
    if (id >= STRING_INLINE) return this.#placeOf(text, this.#enterTexts());
    // Within the first table, another id is another text.
    const place = this.#places === undefined
      ? this.#strings.push(text)
      : this.#placeOf(text, this.#places);
    this.#remember(id, place);
    return place;
  }

  #placeOf(text: string, places: Map<string, number>): number {
    let place = places.get(text);
    if (place === undefined) {
      place = this.#strings.push(text);
      places.set(text, place);
    }
    return place;
  }

  #remember(id: number, place: number): void {
    if (id >= this.#placeOfId.length) {
      const larger = new Uint32Array(Math.max(id + 1, this.#placeOfId.length * 2));
      larger.set(this.#placeOfId);
      this.#placeOfId = larger;
    }
    this.#placeOfId[id] = place;
  }
}

/** Builds the column of the address, prefix or MAC address at byte `offset` of each record. */
export class AddressBuilder implements ColumnBuilder {
  readonly #type: TextType;
  readonly #offset: number;
  readonly #rows: GrowingRows<Uint8Array<ArrayBuffer>>;

  constructor(type: TextType, offset: number) {
    this.#type = type;
    this.#offset = offset;
    this.#rows = new GrowingRows(type.size, (buffer) => new Uint8Array(buffer));
  }

  add({ batch: { u8 }, starts, count }: Records): void {
    const { size } = this.#type;
    let to = this.#rows.append(count) * size;
    const { rows } = this.#rows;
    for (let i = 0; i < count; i++) {
      let from = starts[i]! + this.#offset;
      // A row is shorter than what a call of the engine's own copying costs.
      for (const end = to + size; to < end; to++) rows[to] = u8[from++]!;
    }
  }

  finish(): AddressColumn {
    return new AddressColumn(this.#rows.finish(), this.#type);
  }
}
