/**
 * The columns of a dump's answers: which fields they are made of, and all of them while they grow.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import type { Slot, StructLayout } from "../schema/layout.ts";
import { type ColumnBuilder, type Records, scalarBuilder } from "./column_builders.ts";
import type { MessageColumns } from "./column_types.ts";
import { camelCase, isHeaderField } from "./names.ts";
import { AddressBuilder, StringBuilder } from "./text_column_builders.ts";
import { textTypeOf } from "./text_types.ts";

/** Columns that grow. */
export class ColumnsBuilder {
  #length = 0;
  readonly #builders: ReadonlyMap<string, ColumnBuilder>;

  /**
   * @param fields of the messages that are to come
   * @param paths camelCase names of fields, those of structs with dots: `route.tableId`
   * @throws VppError code COLUMN where there is no such field, or it is a list or a union
   */
  constructor(fields: ColumnFields, paths: readonly string[]) {
    this.#builders = new Map(paths.map((path) => [path, fields.builder(path)]));
  }

  /** Rows so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a row for each record. */
  add(records: Records): void {
    for (const builder of this.#builders.values()) builder.add(records);
    this.#length += records.count;
  }

  /** The columns; nothing may be added any more. */
  finish(): MessageColumns {
    const columns = [...this.#builders].map(([path, builder]) => [path, builder.finish()] as const);
    return { length: this.#length, columns: Object.fromEntries(columns) };
  }
}

/** A field that can be a column, or what it is instead. */
type ColumnField = (() => ColumnBuilder) | string;

/** The fields of a message of which columns can be made. */
export class ColumnFields {
  readonly #message: string;
  readonly #fields: ReadonlyMap<string, ColumnField>;

  constructor(layout: StructLayout) {
    this.#message = layout.name;
    this.#fields = new Map(fieldsOf(layout, "", 0));
  }

  /** @throws VppError code COLUMN where there is no such field, or it is a list or a union */
  builder(path: string): ColumnBuilder {
    const field = this.#fields.get(path) ?? "no field of this message";
    if (typeof field === "function") return field();
    const possible = [...this.#fields].filter(([, field]) => typeof field === "function");
    throw new VppError(
      "COLUMN",
      `Cannot make a column of ${this.#message}, ${path}: it is ${field}; the columns of this message are ${
        possible.map(([path]) => path).join(", ")
      }`,
    );
  }
}

/** The fields of a struct at byte `start` of the record, at all depths, by their paths. */
function* fieldsOf(
  layout: StructLayout,
  prefix: string,
  start: number,
): Generator<[path: string, field: ColumnField]> {
  for (const { name, offset, slot, field } of layout.fields) {
    if (prefix === "" && isHeaderField(name)) continue;
    const path = prefix + camelCase(name);
    const at = start + offset;
    const text = textTypeOf(field.type);
    if (text !== undefined) {
      yield [path, () => new AddressBuilder(text, at)];
    } else if (slot.kind === "struct") {
      yield [path, "a struct, of which each field is a column of its own"];
      yield* fieldsOf(slot.layout, `${path}.`, at);
    } else {
      yield [path, columnField(slot, at)];
    }
  }
}

function columnField(slot: Exclude<Slot, { kind: "struct" }>, at: number): ColumnField {
  switch (slot.kind) {
    case "scalar":
      return () => scalarBuilder(slot.scalar, at);
    case "string":
      return () => new StringBuilder(at);
    case "union":
      return "a union";
    case "array":
    case "vla":
      return "a list";
  }
}
