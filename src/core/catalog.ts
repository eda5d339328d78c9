/**
 * Which messages a connection can speak, and how each request is answered.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import {
  REQUEST_CURSOR,
  REQUEST_DUMP,
  REQUEST_SINGLE,
} from "../schema/constants.generated.ts";
import type { Message } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { BootstrapMessages } from "./bootstrap.ts";
import type { CallPlan, Session, SessionMessage } from "./session.ts";

export class Catalog {
  readonly bootstrap: BootstrapMessages;
  #schema: Schema | undefined;

  constructor(bootstrap: BootstrapMessages, schema: Schema | undefined) {
    this.bootstrap = bootstrap;
    this.#schema = schema;
  }

  /** The definitions by which messages are found by name. */
  get schema(): Schema | undefined {
    return this.#schema;
  }

  set schema(schema: Schema | undefined) {
    this.#schema = schema;
  }

  /** @throws VppError code UNKNOWN_MESSAGE where no definition has this name */
  message(name: string): Message {
    const found = this.#schema?.message(name) ?? this.bootstrap.schema.message(name);
    if (found !== undefined) return found;
    throw new VppError(
      "UNKNOWN_MESSAGE",
      this.#schema === undefined
        ? `Cannot send ${name} by name: the connection has no definitions; pass { schema } to connect, or schema: "vpp" to ask VPP for them`
        : `Cannot find message ${name}: the definitions in use have no such name${
          suggestion(name, this.#schema)
        }`,
    );
  }

  /**
   * How a request is sent and answered in this session.
   *
   * @throws VppError code INCOMPATIBLE where this VPP lacks one of the messages
   */
  plan(request: Message, session: Session): CallPlan {
    const { service } = request;
    if (service === undefined) {
      throw new VppError(
        "UNKNOWN_MESSAGE",
        `Cannot send ${request.name}: it is no request, the definitions have it as ${request.kind}`,
      );
    }
    const reply = this.#answer(service.reply, session);
    const details = this.#answer(service.details, session);
    const isDump = details !== undefined && reply === undefined;
    const ping = isDump ? session.message(this.bootstrap.controlPing) : undefined;
    return {
      request: session.message(request),
      kind: details === undefined ? REQUEST_SINGLE : isDump ? REQUEST_DUMP : REQUEST_CURSOR,
      reply: isDump ? session.message(this.bootstrap.controlPingReply) : reply,
      details,
      ping,
    };
  }

  #answer(name: string | undefined, session: Session): SessionMessage | undefined {
    return name === undefined ? undefined : session.message(this.message(name));
  }
}

/** A name that differs by a few letters, for the error. */
function suggestion(name: string, schema: Schema): string {
  const stem = name.replace(/_(dump|details|reply|get)$/, "");
  const near = [...schema.messages()].map((m) => m.name).filter((n) => n.includes(stem)).slice(0, 3);
  return near.length === 0 ? "" : `; there is ${near.join(", ")}`;
}
