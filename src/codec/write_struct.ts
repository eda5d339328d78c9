/**
 * Objects → structs of a record.
 *
 * @module
 */
import { below, describe, FieldFault, listNames } from "./field_fault.ts";
import type { RecordWriter } from "./record_writer.ts";
import { type Count, writeCount } from "./write_count.ts";
import type { SlotWriter } from "./write_slot.ts";

/** Fields by name, whatever their values. */
export type Values = Readonly<Record<string, unknown>>;

/** A field of a struct; its offset is that in the struct. */
export interface FieldWriter {
  readonly name: string;
  readonly offset: number;
  readonly slot: SlotWriter;
}

export class StructWriter {
  readonly #fields: readonly FieldWriter[];
  readonly #counts: readonly Count[];
  readonly #byName: ReadonlyMap<string, FieldWriter>;
  /**
   * The fields in the order in which the last object gave them. Most objects of a program give the
   * same fields in the same order, and then the field of a name is found by one comparison of two
   * pointers. What stands here is but a guess: a name that differs is looked up.
   */
  readonly #guess: FieldWriter[] = [];

  constructor(fields: readonly FieldWriter[], counts: readonly Count[]) {
    this.#fields = fields;
    this.#counts = counts;
    this.#byName = new Map(fields.map((field) => [field.name, field]));
  }

  /**
   * Writes the fields that `value` gives to the struct at `at`, which holds its defaults already.
   *
   * @throws FieldFault where the wire cannot hold a field, or where there is no such field
   */
  write(to: RecordWriter, value: unknown, at: number): void {
    if (!isObject(value)) {
      throw new FieldFault(`${describe(value)} is no object with fields; ${this.#expected}`);
    }
    if (isPlain(value)) this.#plain(to, value, at);
    else this.#instance(to, value, at);
    for (const count of this.#counts) writeCount(to, value, at, count);
  }

  #plain(to: RecordWriter, value: Values, at: number): void {
    const guess = this.#guess;
    let unknown: string | undefined;
    let n = 0;
    // Engines read `value[name]` of the loop's own name without looking it up.
    for (const name in value) {
      const given = value[name];
      if (!isGiven(given)) continue;
      let field = guess[n];
      if (field === undefined || field.name !== name) {
        field = this.#byName.get(name);
        if (field === undefined) {
          unknown ??= name;
          continue;
        }
        guess[n] = field;
      }
      n++;
      this.#field(to, field, given, at);
    }
    if (unknown !== undefined) throw this.#noSuchField(unknown);
  }

  /** An object of a class, whose getters a loop may not see. */
  #instance(to: RecordWriter, value: Values, at: number): void {
    for (const field of this.#fields) {
      const given = value[field.name];
      if (isGiven(given)) this.#field(to, field, given, at);
    }
    for (const name in value) {
      if (isGiven(value[name]) && !this.#byName.has(name)) throw this.#noSuchField(name);
    }
  }

  #field(to: RecordWriter, field: FieldWriter, given: unknown, at: number): void {
    // A getter of the object may have made the core decode something.
    to.follow();
    try {
      field.slot.write(to, given, at + field.offset);
    } catch (error) {
      throw below(field.name, error);
    }
  }

  #noSuchField(name: string): FieldFault {
    return new FieldFault(`there is no such field; ${this.#expected}`, name);
  }

  get #expected(): string {
    return `expected ${listNames(this.#fields.map(({ name }) => name))}`;
  }
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an object has no class: then its fields are what a loop over it sees. */
export function isPlain(value: Values): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** A field that is undefined is not given; a function is a method of an object that has fields. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && typeof value !== "function";
}
