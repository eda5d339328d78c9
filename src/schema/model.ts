/**
 * The model of an API: messages and the types that their fields are made of, with every name resolved.
 *
 * @module
 */

/** A primitive on the wire. Integers are big-endian; `f64` is in VPP's host order (little-endian). */
export type Scalar =
  | "u8"
  | "i8"
  | "u16"
  | "i16"
  | "u32"
  | "i32"
  | "u64"
  | "i64"
  | "f64"
  | "bool";

export interface ScalarType {
  readonly kind: "scalar";
  readonly scalar: Scalar;
}

/** Text: `length` bytes padded with NUL, or, where `length` is 0, a u32 length and the bytes. */
export interface StringType {
  readonly kind: "string";
  readonly length: number;
}

/** A fixed number of elements. */
export interface ArrayType {
  readonly kind: "array";
  readonly element: Type;
  readonly length: number;
}

/** As many elements as the sibling field `countField` says. */
export interface VlaType {
  readonly kind: "vla";
  readonly element: Type;
  readonly countField: string;
}

export interface StructType {
  readonly kind: "struct";
  readonly name: string;
  readonly fields: readonly Field[];
  readonly comment: string;
}

/** As long as its largest arm; which arm counts is not on the wire. */
export interface UnionType {
  readonly kind: "union";
  readonly name: string;
  readonly arms: readonly UnionArm[];
  /** Bytes on the wire. */
  readonly size: number;
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly base: Scalar;
  /** True for an enumflag: members are bits and may be combined. */
  readonly flags: boolean;
  readonly members: readonly (readonly [name: string, value: number])[];
}

/** Another name for a type, kept because the name has a meaning (`mac_address`). */
export interface AliasType {
  readonly kind: "alias";
  readonly name: string;
  readonly target: Type;
}

export type Type =
  | ScalarType
  | StringType
  | ArrayType
  | VlaType
  | StructType
  | UnionType
  | EnumType
  | AliasType;

export interface Field {
  /** VPP's own name: `sw_if_index`. */
  readonly name: string;
  readonly type: Type;
  /** The definition's default, where it has one. */
  readonly default?: number | boolean | string;
  /** For a union: the sibling field that says which arm counts (26.06 and later). */
  readonly discriminator?: string;
}

export interface UnionArm extends Field {
  /** The discriminator's member for which this arm counts (26.06 and later). */
  readonly case?: string;
}

/** What part a message plays. */
export type MessageKind = "request" | "reply" | "details" | "event";

export interface Message {
  readonly name: string;
  /** Eight lowercase hexadecimal digits. */
  readonly crc: string;
  /** The name in VPP's message table: `show_version_51077d14`. */
  readonly nameCrc: string;
  readonly module: string;
  readonly kind: MessageKind;
  readonly fields: readonly Field[];
  /** For example `deprecated`, `in_progress`, `status`, `replaced_by`, `vat_help`. */
  readonly options: Readonly<Record<string, string>>;
  readonly comment: string;
  /** Set for a request that a service names. */
  readonly service?: Service;
}

/** How a request is answered. */
export interface Service {
  readonly request: string;
  /** The last or only answer: for a dump undefined, for a cursor request its `_get_reply`. */
  readonly reply: string | undefined;
  /** The repeated answer of a dump or a cursor request. */
  readonly details: string | undefined;
  /** The events that this request turns on. */
  readonly events: readonly string[];
}

/** One API module. */
export interface Module {
  readonly name: string;
  readonly version: string;
  readonly fileCrc: string;
  /** Names of the modules whose types it has inlined. */
  readonly imports: readonly string[];
  readonly messages: readonly Message[];
  readonly services: readonly Service[];
  /** Structs, unions, enums and aliases that the module defines or has inlined, by bare name. */
  readonly types: ReadonlyMap<string, NamedType>;
}

export type NamedType = StructType | UnionType | EnumType | AliasType;

/** Follows aliases to the type that stands on the wire. */
export function resolveAlias(type: Type): Exclude<Type, AliasType> {
  let current = type;
  while (current.kind === "alias") current = current.target;
  return current;
}

/** Bytes of a scalar on the wire and in a record. */
export function scalarSize(scalar: Scalar): 1 | 2 | 4 | 8 {
  switch (scalar) {
    case "u8":
    case "i8":
    case "bool":
      return 1;
    case "u16":
    case "i16":
      return 2;
    case "u32":
    case "i32":
      return 4;
    case "u64":
    case "i64":
    case "f64":
      return 8;
  }
}
