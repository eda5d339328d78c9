/**
 * Which messages a connection can speak, and how each request is answered.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { REQUEST_CURSOR, REQUEST_DUMP, REQUEST_SINGLE } from "../schema/constants.generated.ts";
import type { Message } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { BootstrapMessages } from "./bootstrap.ts";
import type { MessageTable } from "./message_table.ts";
import type { CallPlan, Session } from "./session.ts";

export class Catalog {
  readonly bootstrap: BootstrapMessages;
  /** The definitions by which messages are found by name. */
  schema: Schema | undefined;

  constructor(bootstrap: BootstrapMessages, schema: Schema | undefined) {
    this.bootstrap = bootstrap;
    this.schema = schema;
  }

  find(name: string): Message | undefined {
    return this.schema?.message(name) ?? this.bootstrap.schema.message(name);
  }

  /** @throws VppError code UNKNOWN_MESSAGE where no definition has this name */
  message(name: string): Message {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw new VppError(
      "UNKNOWN_MESSAGE",
      this.schema === undefined
        ? `Cannot send ${name} by name: the connection has no definitions; pass { schema } to connect, or schema: "vpp" to ask VPP for them`
        : `Cannot find message ${name}: the definitions in use have no such name${
          suggestion(name, this.schema)
        }`,
    );
  }

  /**
   * The messages of a request that is given by name.
   *
   * @throws VppError code UNKNOWN_MESSAGE where a definition is missing or the message is no request
   */
  exchange(name: string): Exchange {
    const request = this.message(name);
    const { service } = request;
    if (service === undefined) {
      throw new VppError(
        "UNKNOWN_MESSAGE",
        `Cannot send ${name}: it is no request; the definitions have it as ${request.kind}`,
      );
    }
    return {
      request,
      reply: service.reply === undefined ? undefined : this.message(service.reply),
      details: service.details === undefined ? undefined : this.message(service.details),
    };
  }

  /**
   * The messages of a request of the mux itself: as every release has them, or where this VPP has others,
   * as the definitions in use say.
   *
   * @throws VppError code UNKNOWN_MESSAGE where neither knows it
   */
  ownExchange(name: string, table: MessageTable): Exchange {
    const { schema } = this.bootstrap;
    const request = schema.message(name);
    const reply = schema.message(request?.service?.reply ?? "");
    const known = request !== undefined && reply !== undefined &&
      table.compatibility(request) === "same" && table.compatibility(reply) === "same";
    return known ? { request, reply, details: undefined } : this.exchange(name);
  }

  /**
   * How a request is sent and answered in a session.
   *
   * @throws VppError code INCOMPATIBLE where this VPP lacks one of the messages
   */
  plan({ request, reply, details }: Exchange, session: Session): CallPlan {
    // A table that cannot be listed learns what it is asked for: the error can tell changed from missing.
    const own = this.find(request.name);
    if (own !== undefined) session.table.id(own.nameCrc);
    const isDump = details !== undefined && reply === undefined;
    const end = isDump ? this.bootstrap.controlPingReply : reply;
    return {
      request: session.message(request),
      kind: details === undefined ? REQUEST_SINGLE : isDump ? REQUEST_DUMP : REQUEST_CURSOR,
      reply: end === undefined ? undefined : session.message(end),
      details: details === undefined ? undefined : session.message(details),
      ping: isDump ? session.message(this.bootstrap.controlPing) : undefined,
    };
  }
}

/** A request and what VPP answers: one reply, or details and maybe a reply, or nothing. */
export interface Exchange {
  readonly request: Message;
  readonly reply: Message | undefined;
  readonly details: Message | undefined;
}

/** A name that differs by a few letters, for the error. */
function suggestion(name: string, schema: Schema): string {
  const stem = name.replace(/_(dump|details|reply|get)$/, "");
  const near = [...schema.messages()].map((m) => m.name).filter((n) => n.includes(stem)).slice(
    0,
    3,
  );
  return near.length === 0 ? "" : `; there is ${near.join(", ")}`;
}
