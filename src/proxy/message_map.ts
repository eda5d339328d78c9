/**
 * The proxy's own message ids, and where a message has the fields that the proxy rewrites. The ids stay
 * the same while the proxy lives: a restart of VPP, which hands out others, changes nothing for clients.
 *
 * @module
 */
import type { BootstrapMessages } from "../core/bootstrap.ts";
import { SOCKCLNT_CREATE_ID, SOCKCLNT_CREATE_REPLY_ID } from "../schema/handshake_layout.ts";
import { VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import { fixedSize, wireOffset } from "../schema/resolve.ts";
import type { Schema } from "../schema/schema.ts";

/** VPP's table holds names of up to 63 characters. */
const NAME_LENGTH = 63;
const MAX_ID = 0xfffe;

/** A message that clients can name. */
export interface ProxyMessage {
  readonly message: Message;
  /** `name_crc8`, as the message table has it. */
  readonly nameCrc: string;
  /** The id that clients use. */
  readonly id: number;
  /** VPP's id; undefined for what only the proxy itself speaks. */
  readonly vppId: number | undefined;
  /** Bytes from the id to each of these fields; undefined where the message lacks it. */
  readonly contextAt: number | undefined;
  readonly clientIndexAt: number | undefined;
  readonly pidAt: number | undefined;
  readonly retvalAt: number | undefined;
  /** Bytes of the message with all its variable parts empty. */
  readonly leastBytes: number;
}

/** Hands out ids to names, the same id to the same name for ever. */
export class StableIds {
  readonly #ids = new Map<string, number>();
  #next = 1;

  constructor(bootstrap: BootstrapMessages) {
    this.#ids.set(nameOf(bootstrap.sockclntCreate), SOCKCLNT_CREATE_ID);
    this.#ids.set(nameOf(bootstrap.sockclntCreateReply), SOCKCLNT_CREATE_REPLY_ID);
  }

  /** @throws VppError code PROXY where the ids are used up */
  assign(names: Iterable<string>): void {
    for (const name of [...names].sort()) {
      if (!this.#ids.has(name)) this.#ids.set(name, this.#free());
    }
  }

  get(name: string): number | undefined {
    return this.#ids.get(name);
  }

  #free(): number {
    while (this.#next === SOCKCLNT_CREATE_ID || this.#next === SOCKCLNT_CREATE_REPLY_ID) {
      this.#next++;
    }
    if (this.#next > MAX_ID) {
      throw new VppError("PROXY", `The proxy has given out all ${MAX_ID} message ids; restart it`);
    }
    return this.#next++;
  }
}

/** The messages that one VPP and the proxy's definitions both have, and those of the proxy itself. */
export class MessageMap {
  readonly #byId: (ProxyMessage | undefined)[] = [];
  readonly #byVppId: (ProxyMessage | undefined)[] = [];
  readonly #byName = new Map<string, ProxyMessage>();

  /** @param vppId the id of a message in VPP's table, by `name_crc8` */
  constructor(
    ids: StableIds,
    bootstrap: BootstrapMessages,
    schema: Schema,
    vppId: (nameCrc: string) => number | undefined,
  ) {
    const messages = new Map([
      ...namesOf(bootstrap.schema.messages()),
      ...[...namesOf(schema.messages())].filter(([name]) => vppId(name) !== undefined),
    ]);
    ids.assign(messages.keys());
    for (const [nameCrc, message] of messages) {
      const id = ids.get(nameCrc);
      if (id !== undefined) this.#add(proxyMessage(message, nameCrc, id, vppId(nameCrc)));
    }
  }

  /** By the id that clients use. */
  at(id: number): ProxyMessage | undefined {
    return this.#byId[id];
  }

  /** By VPP's id. */
  ofVpp(id: number): ProxyMessage | undefined {
    return this.#byVppId[id];
  }

  /** By the name without CRC. */
  named(name: string): ProxyMessage | undefined {
    return this.#byName.get(name);
  }

  all(): Iterable<ProxyMessage> {
    return this.#byName.values();
  }

  #add(message: ProxyMessage): void {
    this.#byId[message.id] = message;
    if (message.vppId !== undefined) this.#byVppId[message.vppId] = message;
    this.#byName.set(message.message.name, message);
  }
}

function* namesOf(messages: Iterable<Message>): Iterable<readonly [string, Message]> {
  for (const message of messages) yield [nameOf(message), message];
}

function nameOf(message: Message): string {
  return message.nameCrc.slice(0, NAME_LENGTH);
}

function proxyMessage(
  message: Message,
  nameCrc: string,
  id: number,
  vppId: number | undefined,
): ProxyMessage {
  return {
    message,
    nameCrc,
    id,
    vppId,
    contextAt: wireOffset(message, "context"),
    clientIndexAt: wireOffset(message, "client_index"),
    pidAt: wireOffset(message, "pid"),
    retvalAt: wireOffset(message, "retval"),
    leastBytes: leastBytes(message),
  };
}

/** A field of variable length is the last one; where it is in a struct, its own fixed part counts as 0. */
function leastBytes(message: Message): number {
  return message.fields.reduce((sum, { type }) => sum + (fixedSize(type) ?? 0), 0);
}
