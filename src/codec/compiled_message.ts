/**
 * A message that is compiled into the core, and what the host must know of it.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { CONTEXT_NONE } from "../schema/constants.generated.ts";
import type { StructLayout } from "../schema/layout.ts";
import type { Message } from "../schema/model.ts";
import { wireOffset } from "../schema/resolve.ts";
import { ColumnFields } from "./columns.ts";
import type { BoundMessage } from "./descriptor.ts";
import { type RecordTemplate, templateOf } from "./template.ts";
import type { ViewClass } from "./view.ts";

/** Where the fields that every message has lie in its record; undefined where it lacks one. */
export interface HeaderOffsets {
  readonly messageId: number;
  readonly clientIndex: number | undefined;
  readonly context: number | undefined;
  readonly retval: number | undefined;
}

/** Makes the class of a message's lazy views. */
export type ViewMaker = (message: Message, layout: StructLayout) => ViewClass;

/**
 * What not every message needs is made when it is first asked for. A class, since V8 makes a dictionary
 * of an object literal with getters, and looks up each of its properties for every request.
 */
export class CompiledMessage {
  readonly message: BoundMessage;
  readonly layout: StructLayout;
  /** The program's id in the core. */
  readonly program: number;
  readonly header: HeaderOffsets;
  /** Where the context stands in the message on the wire, or CONTEXT_NONE. */
  readonly wireContext: number;
  readonly #makeView: ViewMaker;
  #view: ViewClass | undefined;
  #columnFields: ColumnFields | undefined;
  #template: RecordTemplate | undefined;

  constructor(message: BoundMessage, layout: StructLayout, program: number, makeView: ViewMaker) {
    this.message = message;
    this.layout = layout;
    this.program = program;
    this.header = headerOffsets(message, layout);
    this.wireContext = wireOffset(message, "context") ?? CONTEXT_NONE;
    this.#makeView = makeView;
  }

  /** Typed messages have a decoder of their own and never ask for a view. */
  get View(): ViewClass {
    return this.#view ??= this.#makeView(this.message, this.layout);
  }

  get columnFields(): ColumnFields {
    return this.#columnFields ??= new ColumnFields(this.layout);
  }

  /** A record with the definition's defaults. */
  get template(): RecordTemplate {
    return this.#template ??= templateOf(this.layout);
  }
}

function headerOffsets(message: Message, layout: StructLayout): HeaderOffsets {
  const offset = (name: string) => layout.fields.find((f) => f.name === name)?.offset;
  const messageId = offset("_vl_msg_id");
  if (messageId === undefined) {
    throw new VppError("SCHEMA", `Message ${message.name} has no field _vl_msg_id`);
  }
  return {
    messageId,
    clientIndex: offset("client_index"),
    context: offset("context"),
    retval: offset("retval"),
  };
}
