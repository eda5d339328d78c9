/**
 * Functions that read records, written out with the offsets of their layout.
 *
 * @module
 */
import {
  formatAddress,
  formatIp4,
  formatIp4Prefix,
  formatIp6,
  formatIp6Prefix,
  formatMac,
  formatPrefix,
} from "../codec/address_format.ts";
import { bodyFields, camelCase } from "../codec/names.ts";
import { textTypeOf } from "../codec/text_types.ts";
import { valueFields } from "../codec/zero_value.ts";
import { type Discriminator, discriminatorOf, type Surroundings } from "../schema/discriminator.ts";
import {
  type ArraySlot,
  type FieldLayout,
  layoutOf,
  type Slot,
  type StructLayout,
  type VlaSlot,
} from "../schema/layout.ts";
import {
  resolveAlias,
  type Scalar,
  type StructType,
  type Type,
  type UnionType,
} from "../schema/model.ts";
import { literal } from "./literal.ts";
import { pascalCase } from "./names.ts";
import { type Place, placeText, plus, readScalar, withArrays } from "./place.ts";
import { isFlags, typeText } from "./types.ts";
import type { FileScope } from "./scope.ts";
import { elementOf, isByteSlot, isShareable } from "./slots.ts";

const formatters: ReadonlyMap<unknown, string> = new Map([
  [formatAddress, "formatAddress"],
  [formatIp4, "formatIp4"],
  [formatIp4Prefix, "formatIp4Prefix"],
  [formatIp6, "formatIp6"],
  [formatIp6Prefix, "formatIp6Prefix"],
  [formatMac, "formatMac"],
  [formatPrefix, "formatPrefix"],
]);

/** Arrays of up to so many scalars are written out. */
const UNROLL_UP_TO = 4;

/** Writes the reading functions of one file. */
export class DecodeWriter {
  readonly #scope: FileScope;
  /** Functions that read elements of arrays, by the struct's name. */
  readonly #structs = new Map<string, string[]>();
  /** Names of the constants that read unions and arrays of structs, by how they are made. */
  readonly #constants = new Map<string, string>();

  constructor(scope: FileScope) {
    this.#scope = scope;
  }

  /** An object literal that reads a message from the record `r` of the batch `b`. */
  message(layout: StructLayout, indent: string): string {
    const body = { ...layout, fields: bodyFields(layout.fields) };
    return this.#object(body, { base: "r", offset: 0 }, indent);
  }

  /** What the messages written so far need: constants, then functions. */
  helpers(): { readonly constants: readonly string[]; readonly functions: readonly string[] } {
    return {
      constants: [...this.#constants].map(([making, name]) => `const ${name} =\n  ${making};`),
      functions: [...this.#structs.values()].flat(),
    };
  }

  #object(
    layout: StructLayout,
    at: Place,
    indent: string,
    around?: Surroundings,
  ): string {
    const visible = new Set(valueFields(layout.fields.map((f) => f.field)));
    const lines = layout.fields.filter((f) => visible.has(f.field)).map((field) =>
      `${indent}  ${camelCase(field.name)}: ${
        this.#field(field, layout, at, `${indent}  `, around)
      },`
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }

  #field(
    field: FieldLayout,
    owner: StructLayout,
    at: Place,
    indent: string,
    around: Surroundings | undefined,
  ): string {
    const { slot, offset } = field;
    const place = plus(at, offset);
    if (slot.kind === "union") {
      return this.#union(slot.type, place, discriminatorOf(field, owner, around));
    }
    return this.#value(field.field.type, slot, place, indent, { layout: owner, offset });
  }

  #value(type: Type, slot: Slot, at: Place, indent: string, around?: Surroundings): string {
    const textType = textTypeOf(type);
    if (textType !== undefined) {
      const formatter = this.#scope.use(formatters.get(textType.format) ?? "formatHex");
      return `${formatter}(b.u8, ${placeText(at)})`;
    }
    switch (slot.kind) {
      case "scalar":
        return this.#scalar(type, slot.scalar, at);
      case "string":
        return `b.text(${placeText(at)}, r)`;
      case "union":
        return this.#union(slot.type, at, undefined);
      case "struct":
        return this.#object(slot.layout, at, indent, around);
      case "array":
        return this.#array(elementOf(type), slot, at);
      case "vla":
        return this.#vla(elementOf(type), slot, at);
    }
  }

  #scalar(type: Type, scalar: Scalar, at: Place): string {
    const read = readScalar(scalar, at);
    const resolved = resolveAlias(type);
    if (resolved.kind !== "enum" || isFlags(resolved)) return read;
    return `${read} as ${typeText(resolved, "value", this.#scope)}`;
  }

  #array(element: Type, slot: ArraySlot, at: Place): string {
    const place = placeText(at);
    if (isByteSlot(slot.element)) return `b.bytes(${place}, ${slot.count})`;
    if (slot.element.kind === "scalar" && slot.count <= UNROLL_UP_TO) {
      const { scalar } = slot.element;
      const values = Array.from(
        { length: slot.count },
        (_, i) => this.#scalar(element, scalar, plus(at, i * slot.stride)),
      );
      return `[${values.join(", ")}]`;
    }
    const read = this.#elementReader(element, slot.element);
    if (isShareable(slot)) return `${this.#fixedList(slot, read)}(b, ${place}, r)`;
    return `${this.#scope.use("list")}(b, ${place}, r, ${slot.count}, ${slot.stride}, ${read})`;
  }

  /** One constant for an array of structs of this length, which `read` reads. */
  #fixedList({ count, stride }: ArraySlot, read: string): string {
    const making = `/* @__PURE__ */ ${this.#scope.use("fixedList")}(${count}, ${stride}, ${read})`;
    return this.#constant(making, `${read}List${count}`);
  }

  #vla(element: Type, slot: VlaSlot, at: Place): string {
    const place = placeText(at);
    if (isByteSlot(slot.element)) return `${this.#scope.use("countedBytes")}(b, ${place}, r)`;
    const read = this.#elementReader(element, slot.element);
    return `${this.#scope.use("countedList")}(b, ${place}, r, ${slot.stride}, ${read})`;
  }

  /** A function of the batch, the element's place and the record. */
  #elementReader(type: Type, slot: Slot): string {
    const resolved = resolveAlias(type);
    if (resolved.kind === "struct" && textTypeOf(type) === undefined) {
      return this.#structReader(resolved);
    }
    const value = this.#value(type, slot, { base: "at", offset: 0 }, "");
    // By another name: what is read from `b` may be read through variables of the function around.
    const own = value.replaceAll(/\bb\b/g, "batch");
    return slot.kind === "string" ? `(batch, at, r) => ${own}` : `(batch, at) => ${own}`;
  }

  #structReader(type: StructType): string {
    const name = `read${pascalCase(type.name)}`;
    if (!this.#structs.has(type.name)) {
      this.#structs.set(type.name, this.#structFunction(name, type));
    }
    return name;
  }

  #structFunction(name: string, type: StructType): string[] {
    const object = this.#object(layoutOf(type), { base: "at", offset: 0 }, "  ");
    const { body, arrays } = withArrays(object);
    const record = /\br\b/.test(body) ? ", r: number" : "";
    return [
      `function ${name}(b: ${this.#scope.useType("Batch")}, at: number${record}): ${
        this.#scope.type(type, "value")
      } {`,
      ...(arrays.length > 0 ? [`  const { ${arrays.join(", ")} } = b;`] : []),
      `  return ${body};`,
      "}",
    ];
  }

  #union(type: UnionType, at: Place, discriminator: Discriminator | undefined): string {
    const read = this.#unionReader(type, discriminator);
    if (discriminator === undefined) return `${read}(b, ${placeText(at)})`;
    const told = readScalar(discriminator.scalar, plus(at, discriminator.distance));
    return `${read}(b, ${placeText(at)}, ${told})`;
  }

  /** One constant for a union and what each value of its discriminator means. */
  #unionReader(type: UnionType, discriminator: Discriminator | undefined): string {
    const cases = discriminator === undefined ? "" : `, ${literal([...discriminator.arms])}`;
    const arms = this.#scope.type(type, "arms");
    const making = `/* @__PURE__ */ api.union<${arms}>(${JSON.stringify(type.name)}${cases})`;
    const others =
      [...this.#constants.keys()].filter((m) => m.includes(`<${arms}>`) && m !== making).length;
    return this.#constant(making, `read${pascalCase(type.name)}${others === 0 ? "" : others + 1}`);
  }

  /** The name of a constant that is made so: that which it has, or this one. */
  #constant(making: string, name: string): string {
    const known = this.#constants.get(making);
    if (known === undefined) this.#constants.set(making, name);
    return known ?? name;
  }
}
