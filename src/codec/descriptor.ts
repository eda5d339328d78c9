/**
 * Descriptors: what generated bindings say about a message. A descriptor carries the message's
 * definition, the function that reads its record, and the TypeScript types of both directions, so that
 * the type of an answer follows from its request.
 *
 * Types of requests are the fields that a caller gives; types of replies, details and events are the
 * plain objects that a caller gets.
 *
 * @module
 */
import type { Message, MessageKind } from "../schema/model.ts";
import type { Batch } from "./batch.ts";
import type { RequestWriter } from "./request_writer.ts";

/** A message of generated bindings. */
export interface BoundMessage extends Message {
  /** Writes a request's fields into its record; absent where that is left to the general writer. */
  encode?(to: RequestWriter, at: number, fields: object): number;
}

/**
 * A message. `Value` is what decoding gives, `Fields` what can be encoded.
 *
 * Made by generated code; importing it does nothing but keep the definition for later.
 */
export interface MessageDescriptor<
  Value extends object = object,
  Fields extends object = Partial<Value>,
> {
  /** VPP's own name: `sw_interface_details`. */
  readonly name: string;
  /** Eight lowercase hexadecimal digits. */
  readonly crc: string;
  /** The name in VPP's message table: `show_version_51077d14`. */
  readonly nameCrc: string;
  /** The API module: `interface`. */
  readonly module: string;
  readonly kind: MessageKind;
  /**
   * The definition, resolved when first asked for, and the same object ever after. Messages of one
   * module share their types.
   *
   * @throws SchemaError where the generated code does not fit this version of govppmux
   */
  readonly message: BoundMessage;
  /** Reads the record that begins at byte `record`; the value keeps nothing of the batch. */
  decode(batch: Batch, record: number): Value;
  /** For types only: never set. */
  readonly fieldsType?: Fields;
}

/** How a request is answered. */
export type RequestStyle = "unary" | "dump" | "cursor" | "oneway";

/** A request. What VPP answers is said by the interfaces that follow. */
export interface RequestDescriptor<Fields extends object = object>
  extends MessageDescriptor<Required<Fields>, Fields> {
  readonly kind: "request";
  readonly style: RequestStyle;
}

/** One request, one reply. */
export interface UnaryDescriptor<Fields extends object = object, Reply extends object = object>
  extends RequestDescriptor<Fields> {
  readonly style: "unary";
  /** A function, because messages of a module refer to each other. */
  readonly reply: () => MessageDescriptor<Reply>;
  /** The events that this request turns on (`want_…`). */
  readonly events: () => readonly MessageDescriptor[];
}

/** Details until the reply to a control_ping that is sent behind the request. */
export interface DumpDescriptor<Fields extends object = object, Details extends object = object>
  extends RequestDescriptor<Fields> {
  readonly style: "dump";
  readonly details: () => MessageDescriptor<Details>;
}

/** Details until the request's own reply; repeated from its cursor while VPP says EAGAIN. */
export interface CursorDescriptor<
  Fields extends object = object,
  Details extends object = object,
  Reply extends object = object,
> extends RequestDescriptor<Fields> {
  readonly style: "cursor";
  readonly details: () => MessageDescriptor<Details>;
  readonly reply: () => MessageDescriptor<Reply>;
}

/** Nothing comes back. */
export interface OnewayDescriptor<Fields extends object = object>
  extends RequestDescriptor<Fields> {
  readonly style: "oneway";
}

/** Any request; `style` tells which. */
export type AnyRequest<Fields extends object = object> =
  | UnaryDescriptor<Fields>
  | DumpDescriptor<Fields>
  | CursorDescriptor<Fields>
  | OnewayDescriptor<Fields>;

/** The plain object that decoding a message gives: `Decoded<typeof SwInterfaceDetails>`. */
export type Decoded<D extends MessageDescriptor> = ReturnType<D["decode"]>;

/**
 * A union as it is given: one arm, or all bytes as they stand on the wire. `Arms` maps the name of
 * each arm to its type.
 */
export type OneArm<Arms extends object> =
  | {
    [Arm in keyof Arms]:
      & { readonly [Name in Arm]: Arms[Name] }
      & { readonly [Name in Exclude<keyof Arms, Arm>]?: undefined }
      & { readonly $union?: undefined };
  }[keyof Arms]
  | ({ readonly [Name in keyof Arms]?: undefined } & { readonly $union: Uint8Array });

/**
 * A union as it is got: the arm that counts or, where that is not known, `$union` with the bytes.
 * Every arm can be read from `$arms`, which loops, spreads and clones do not see.
 */
export type UnionValue<Arms extends object> = OneArm<Arms> & {
  readonly $arms: Readonly<Arms> & { readonly $union: Uint8Array };
};
