/**
 * Functions that write requests into records, written out with the offsets of their layout.
 *
 * @module
 */
import {
  parseAddress,
  parseAnyPrefix,
  parseIp4,
  parseIp4Prefix,
  parseIp6,
  parseIp6Prefix,
  parseMac,
} from "../codec/address_parse.ts";
import { bodyFields, camelCase } from "../codec/names.ts";
import { type TextType, textTypeOf } from "../codec/text_types.ts";
import { valueFields } from "../codec/zero_value.ts";
import { layoutOf, type Slot, type StructLayout } from "../schema/layout.ts";
import {
  type Field,
  resolveAlias,
  type StructType,
  type Type,
  type UnionType,
} from "../schema/model.ts";
import { WIDTH } from "./literal.ts";
import { pascalCase } from "./names.ts";
import { isOptionalInType } from "./optional.ts";
import { type Place, placeText, plus } from "./place.ts";
import type { FileScope } from "./scope.ts";
import { elementOf, isByteSlot } from "./slots.ts";
import { isWritable, writableArms } from "./writable.ts";

const parsers: ReadonlyMap<unknown, string> = new Map([
  [parseAddress, "parseAddress"],
  [parseAnyPrefix, "parseAnyPrefix"],
  [parseIp4, "parseIp4"],
  [parseIp4Prefix, "parseIp4Prefix"],
  [parseIp6, "parseIp6"],
  [parseIp6Prefix, "parseIp6Prefix"],
  [parseMac, "parseMac"],
]);

/** Writes the writing functions of one file. */
export class EncodeWriter {
  readonly #scope: FileScope;
  /** Functions that write structs and unions, by the type's name. */
  readonly #functions = new Map<string, readonly string[]>();

  constructor(scope: FileScope) {
    this.#scope = scope;
  }

  /**
   * The function for a request, as lines; none where that is left to the general writer.
   *
   * @param isOptional whether a field of the request may be left out
   */
  message(layout: StructLayout, isOptional: (field: Field) => boolean, indent: string): string[] {
    if (!isWritable(layout)) return [];
    const terms = this.#terms({ ...layout, fields: bodyFields(layout.fields) }, isOptional);
    return sumLines(`${indent}encode: (w, at, f) => `, terms, indent, ",");
  }

  /** What the messages written so far need. */
  functions(): string[] {
    return [...this.#functions.values()].flat();
  }

  /**
   * A call for each field of the object `f`. For one that may be left out, that is asked before: engines
   * then write out the calls of those that programs give, and have nothing at all for the others.
   */
  #terms(
    { fields }: Pick<StructLayout, "fields">,
    isOptional: (field: Field) => boolean,
  ): string[] {
    const visible = new Set(valueFields(fields.map(({ field }) => field)));
    const struct = { base: "at", offset: 0 };
    return fields.filter(({ field }) => visible.has(field)).map(({ field, slot, offset }) => {
      const v = `f.${camelCase(field.name)}`;
      const call = this.#value(field.type, slot, { base: "at", offset }, v, struct);
      return isOptional(field) ? `(${v} === undefined ? 0 : ${call})` : call;
    });
  }

  /** A call that writes the value `v`; `struct` is where the offsets of its struct count from. */
  #value(type: Type, slot: Slot, at: Place, v: string, struct: Place): string {
    const place = placeText(at);
    const text = textTypeOf(type);
    if (text !== undefined) return this.#text(type, text, place, v);
    switch (slot.kind) {
      case "scalar":
        return `w.${slot.scalar}(${place}, ${v})`;
      case "string":
        return `w.text(${place}, ${v}, ${slot.wireLength === 0 ? "Infinity" : slot.wireLength})`;
      case "struct":
      case "union":
        return `${this.#function(type)}(w, ${place}, ${v})`;
      case "array":
        if (isByteSlot(slot.element)) return `w.bytes(${place}, ${v}, ${slot.count})`;
        return `w.list(${place}, ${v}, ${slot.count}, ${slot.stride}, ${
          this.#element(type, slot.element)
        })`;
      case "vla": {
        const count = `${placeText(plus(struct, slot.countOffset))}, ${slot.countWidth}`;
        if (isByteSlot(slot.element)) return `w.countedBytes(${place}, ${v}, ${count})`;
        return `w.countedList(${place}, ${v}, ${count}, ${slot.stride}, ${
          this.#element(type, slot.element)
        })`;
      }
    }
  }

  /** A call for an address and the like, as text or by its parts. */
  #text(type: Type, text: TextType, place: string, v: string): string {
    const parser = parsers.get(text.parse);
    if (parser === undefined) throw new TypeError(`No parser for ${text.expected}`);
    const parse = this.#scope.use(parser);
    return resolveAlias(type).kind === "struct"
      ? `w.textOrParts(${place}, ${v}, ${parse}, ${this.#function(type)})`
      : `w.textOrBytes(${place}, ${v}, ${parse}, ${text.size})`;
  }

  /** A function that writes an element of an array. */
  #element(array: Type, slot: Slot): string {
    const type = elementOf(array);
    const isText = textTypeOf(type) !== undefined;
    if (!isText && (slot.kind === "struct" || slot.kind === "union")) return this.#function(type);
    const at = { base: "at", offset: 0 };
    return `(w, at, v) => ${this.#value(type, slot, at, "v", at)}`;
  }

  /** The name of the function that writes the fields of a struct or the arms of a union. */
  #function(type: Type): string {
    const resolved = resolveAlias(type);
    if (resolved.kind !== "struct" && resolved.kind !== "union") {
      throw new TypeError(`A type of kind ${resolved.kind} has no writing function`);
    }
    const name = `write${pascalCase(resolved.name)}`;
    if (!this.#functions.has(resolved.name)) {
      // Set first: the functions that it needs come behind it.
      this.#functions.set(resolved.name, []);
      this.#functions.set(resolved.name, this.#declaration(name, resolved));
    }
    return name;
  }

  /**
   * Whether the value is an object is asked here, in each function: engines know the answer of a place
   * that sees objects of one shape.
   */
  #declaration(name: string, type: StructType | UnionType): string[] {
    const isOptional = (field: Field) => isOptionalInType(type.name, field);
    const terms = type.kind === "struct"
      ? this.#terms(layoutOf(type), isOptional)
      : this.#arms(type);
    const input = this.#scope.type(type, "input");
    const value = textTypeOf(type) === undefined ? input : `Exclude<${input}, string>`;
    const at = terms.length === 0 ? "_at" : "at";
    const head = `const ${name}: ${this.#scope.useType("WriteValue")}<${value}> = (w, ${at}, f) =>`;
    const test = `f?.constructor !== Object ? w.absent(f) : w.${type.kind}(f, `;
    return [head, ...sumLines(`  ${test}`, terms.length === 0 ? ["0"] : terms, "  ", ");")];
  }

  #arms(union: UnionType): string[] {
    return writableArms(union).flatMap((arm) =>
      this.#terms(layoutOf({ name: union.name, fields: [arm] }), () => true)
    );
  }
}

/** The sum of `terms` between `head` and `end`, which fills lines. */
function sumLines(head: string, terms: readonly string[], indent: string, end: string): string[] {
  const short = `${head}${terms.join(" + ")}${end}`;
  if (short.length <= WIDTH) return [short];
  const lines: string[] = [];
  let line = "";
  terms.forEach((term, i) => {
    const text = term + (i === terms.length - 1 ? end : " +");
    if (line !== "" && indent.length + 2 + line.length + 1 + text.length > WIDTH) {
      lines.push(line);
      line = text;
    } else line = line === "" ? text : `${line} ${text}`;
  });
  return [head.trimEnd(), ...[...lines, line].map((text) => `${indent}  ${text}`)];
}
