/**
 * Resolves the type names of one module to types.
 *
 * A module's own definitions (imported ones are inlined in it) come before those of the other modules,
 * so that two modules that spell a type differently do not disturb each other.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import type { JsonField, JsonModule, JsonStruct } from "./json.ts";
import {
  type Field,
  type Message,
  type NamedType,
  resolveAlias,
  type Scalar,
  scalarSize,
  type Type,
  type UnionArm,
} from "./model.ts";

const scalars: ReadonlySet<string> = new Set<Scalar>(
  ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f64", "bool"],
);

function isScalar(name: string): name is Scalar {
  return scalars.has(name);
}

const enumBases: ReadonlySet<string> = new Set<Scalar>(["u8", "i8", "u16", "i16", "u32", "i32"]);
const countTypes: ReadonlySet<string> = new Set<Scalar>(["u8", "u16", "u32"]);

/** Bytes beyond which a definition is taken for wrong: VPP's message memory has 16 MiB. */
const MAX_SIZE = 1 << 24;

/** Looks a type up in the other modules. */
export type ForeignTypes = (name: string) => NamedType | undefined;

export class TypeResolver {
  readonly #module: JsonModule;
  readonly #foreign: ForeignTypes;
  readonly #builders = new Map<string, () => NamedType>();
  readonly #done = new Map<string, NamedType>();
  /** Names being resolved: a type that contains itself has no size on the wire. */
  readonly #open = new Set<string>();

  constructor(module: JsonModule, foreign: ForeignTypes) {
    this.#module = module;
    this.#foreign = foreign;
    for (const s of module.types) this.#builders.set(s.name, () => this.#struct(s));
    for (const u of module.unions) this.#builders.set(u.name, () => this.#union(u));
    for (const flags of [false, true]) {
      for (const e of flags ? module.enumflags : module.enums) {
        this.#builders.set(e.name, () => {
          if (!isScalar(e.base) || !enumBases.has(e.base)) {
            throw this.#error(
              `enum ${e.name} has the base ${e.base}; expected u8 to u32, i8 to i32`,
            );
          }
          return { kind: "enum", name: e.name, base: e.base, flags, members: e.members };
        });
      }
    }
    for (const a of module.aliases) {
      this.#builders.set(a.name, () => ({
        kind: "alias",
        name: a.name,
        target: a.length === undefined
          ? this.#byName(a.type)
          : { kind: "array", element: this.#byName(a.type), length: a.length },
      }));
    }
  }

  /** Every type that the module defines, by bare name. */
  all(): ReadonlyMap<string, NamedType> {
    return new Map([...this.#builders.keys()].map((name) => [name, this.#named(name)]));
  }

  fields(list: readonly JsonField[], owner: string): Field[] {
    const seen = new Map<string, Field>();
    let size = 0;
    for (const json of list) {
      if (seen.has(json.name)) throw this.#error(`${owner} has two fields ${json.name}`);
      const field = this.#field(json, owner);
      if (field.type.kind === "vla") {
        this.#checkCount(`${owner}.${json.name}`, field.type.countField, seen);
      }
      seen.set(json.name, field);
      size += fixedSize(field.type) ?? 0;
      if (size > MAX_SIZE) throw this.#error(`${owner}.${json.name} ends beyond ${MAX_SIZE} bytes`);
    }
    return [...seen.values()];
  }

  /** The module's own type, or undefined. */
  find(name: string): NamedType | undefined {
    return this.#builders.has(name) ? this.#named(name) : undefined;
  }

  #checkCount(path: string, name: string, before: ReadonlyMap<string, Field>): void {
    const count = before.get(name);
    if (count === undefined) {
      throw this.#error(`${path} is counted by ${name}, which does not stand before it`);
    }
    const type = resolveAlias(count.type);
    if (type.kind !== "scalar" || !countTypes.has(type.scalar)) {
      throw this.#error(`${path} is counted by ${name}, which is no u8, u16 or u32`);
    }
  }

  #field(json: JsonField, owner: string): Field {
    const value = json.options["default"];
    const discriminator = json.options["discriminator"];
    return {
      name: json.name,
      type: this.#fieldType(json, owner),
      ...(typeof value === "number" || typeof value === "boolean" || typeof value === "string"
        ? { default: value }
        : {}),
      ...(typeof discriminator === "string" ? { discriminator } : {}),
    };
  }

  #fieldType(json: JsonField, owner: string): Type {
    if (json.type === "string") {
      return { kind: "string", length: json.length ?? 0 };
    }
    const element = this.#byName(json.type, `${owner}.${json.name}`);
    if (json.countField !== undefined) {
      return { kind: "vla", element, countField: json.countField };
    }
    if (json.length === undefined) return element;
    return { kind: "array", element, length: json.length };
  }

  #byName(reference: string, user = "an alias"): Type {
    if (isScalar(reference)) return { kind: "scalar", scalar: reference };
    // References are written vl_api_X_t, definitions X.
    const name = /^vl_api_(.*)_t$/.exec(reference)?.[1] ?? reference;
    const type = this.#builders.has(name) ? this.#named(name) : this.#foreign(name);
    if (type === undefined) throw this.#error(`${user} has the unknown type ${reference}`);
    return type;
  }

  #named(name: string): NamedType {
    const done = this.#done.get(name);
    if (done !== undefined) return done;
    if (this.#open.has(name)) throw this.#error(`type ${name} contains itself`);
    this.#open.add(name);
    const build = this.#builders.get(name);
    if (build === undefined) throw this.#error(`no type ${name}`);
    const type = build();
    this.#open.delete(name);
    this.#done.set(name, type);
    return type;
  }

  #struct(s: JsonStruct): NamedType {
    return {
      kind: "struct",
      name: s.name,
      fields: this.fields(s.fields, s.name),
      comment: s.comment,
    };
  }

  #union(u: JsonStruct): NamedType {
    const fields = this.fields(u.fields, u.name);
    const arms = fields.map((field, i): UnionArm => {
      const arm = u.fields[i]?.options["case"];
      return typeof arm === "string" ? { ...field, case: arm } : field;
    });
    const sizes = arms.map((arm) => fixedSize(arm.type));
    if (sizes.includes(undefined)) {
      throw this.#error(`union ${u.name} has an arm of variable length`);
    }
    return { kind: "union", name: u.name, arms, size: Math.max(0, ...sizes.map((s) => s ?? 0)) };
  }

  #error(message: string): SchemaError {
    return new SchemaError(`API module ${this.#module.name}: ${message}`);
  }
}

/** Bytes on the wire of a type of fixed length; undefined where the length varies. */
export function fixedSize(type: Type): number | undefined {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
      return scalarSize(resolved.scalar);
    case "enum":
      return scalarSize(resolved.base);
    case "string":
      return resolved.length === 0 ? undefined : resolved.length;
    case "union":
      return resolved.size;
    case "vla":
      return undefined;
    case "array": {
      const size = fixedSize(resolved.element);
      return size === undefined ? undefined : size * resolved.length;
    }
    case "struct": {
      let total = 0;
      for (const field of resolved.fields) {
        const size = fixedSize(field.type);
        if (size === undefined) return undefined;
        total += size;
      }
      return total;
    }
  }
}

/**
 * Where a field stands on the wire, in bytes from the message id: definitions decide, no offset is the same
 * for all. Undefined where the message lacks it, or something of variable length comes before it.
 */
export function wireOffset(message: Message, name: string): number | undefined {
  let offset = 0;
  for (const field of message.fields) {
    if (field.name === name) return offset;
    const size = fixedSize(field.type);
    if (size === undefined) return undefined;
    offset += size;
  }
  return undefined;
}
