/**
 * Opens a session: the transport, then `sockclnt_create` and the message table (FACTS: section 1 of
 * VPP's socket API), unless the transport brings both.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { Codec } from "../codec/codec.ts";
import { kindOf } from "../codec/delivery.ts";
import { VppError } from "../errors.ts";
import { DELIVERY_HEADER, KIND_REPLY, REQUEST_SINGLE } from "../schema/constants.generated.ts";
import type { Transport, TransportFactory, TransportSink } from "../transport/transport.ts";
import { abortError, onAbort } from "./abort.ts";
import type { BootstrapMessages } from "./bootstrap.ts";
import { SOCKCLNT_CREATE_ID, SOCKCLNT_CREATE_REPLY_ID } from "../schema/handshake_layout.ts";
import type { Clock } from "./clock.ts";
import type { SessionCounters } from "./deliveries.ts";
import { messageOf } from "./error_text.ts";
import { MessageTable } from "./message_table.ts";
import { Session } from "./session.ts";

export interface HandshakeOptions {
  readonly factory: TransportFactory;
  readonly codec: Codec;
  readonly bootstrap: BootstrapMessages;
  readonly clock: Clock;
  /** The name under which VPP lists this client; up to 63 bytes. */
  readonly clientName: string;
  /** Milliseconds for the whole attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly counters: SessionCounters;
  /** Bytes that may wait in the transport before the session is congested. */
  readonly sendBufferBytes: number;
  readonly heard: () => void;
  /** The session has ended by itself; all who waited have been told. Called at most once. */
  readonly ended: (session: Session, reason: string) => void;
}

/** No message has this id where one must be given; ids are u16. */
const NO_ID = 0xffff;

/**
 * One attempt to connect.
 *
 * @throws VppError code CONNECT, HANDSHAKE or ABORTED; nothing is left open then
 */
export async function openSession(options: HandshakeOptions): Promise<Session> {
  const { factory, codec, clock, signal, timeoutMs } = options;
  const start = clock.now();
  codec.core.reset();
  const opening = new Opening(options);
  const transport = await factory.open(opening, { timeoutMs, signal });
  try {
    return await opening.shakeHands(transport, timeoutMs - (clock.now() - start));
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Passes what the transport brings to the handshake first, then to the session. */
class Opening implements TransportSink {
  readonly #options: HandshakeOptions;
  #session: Session | undefined;
  #transport: Transport | undefined;
  /** Who waits for the handshake. */
  #waiting: { resolve(session: Session): void; reject(error: Error): void } | undefined;
  /** Set once the attempt is lost: what still comes is not for us. */
  #failure: Error | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  chunk(bytes: Uint8Array): void {
    const session = this.#session;
    if (session === undefined) return this.#hear(bytes);
    if (!session.open) return;
    const error = session.receive(bytes);
    if (error === undefined) return;
    this.#end(session, error);
    void session.transport.close();
  }

  ended(error: Error | undefined): void {
    if (this.#session !== undefined) this.#end(this.#session, error);
    else this.#fail(`it closed the connection${error === undefined ? "" : `: ${error.message}`}`);
  }

  refused(context: number, error: VppError): void {
    this.#session?.refuse(context, error);
  }

  /** @throws VppError code HANDSHAKE or ABORTED */
  shakeHands(transport: Transport, timeoutMs: number): Promise<Session> {
    this.#transport = transport;
    const { signal } = this.#options;
    if (signal.aborted) return Promise.reject(this.#aborted());
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { session } = transport;
    if (session === undefined) return this.#ask(transport, timeoutMs);
    const table = MessageTable.through((nameCrc) => session.messageId(nameCrc));
    return Promise.resolve(this.#begin(session.clientIndex, table));
  }

  #ask(transport: Transport, timeoutMs: number): Promise<Session> {
    const { clock, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(
        () => this.#fail("no answer to the handshake in time; is it VPP that listens there?"),
        Math.max(1, timeoutMs),
      );
      const unlisten = onAbort(signal, () => this.#giveUp(this.#aborted()));
      const settle = (): void => {
        clock.clearTimeout(timer);
        unlisten();
        this.#waiting = undefined;
      };
      this.#waiting = {
        resolve: (session) => {
          settle();
          resolve(session);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#sendCreate(transport);
    });
  }

  #sendCreate(transport: Transport): void {
    const { codec, bootstrap, clientName } = this.#options;
    const reply = codec.compile(bootstrap.sockclntCreateReply);
    codec.core.setMessage(SOCKCLNT_CREATE_REPLY_ID, reply.wireContext, reply.program);
    const context = codec.core.openRequest(REQUEST_SINGLE, SOCKCLNT_CREATE_REPLY_ID, NO_ID) ?? 0;
    const request = codec.compile(bootstrap.sockclntCreate);
    codec.encode(request, SOCKCLNT_CREATE_ID, 0, context, { name: clientName });
    transport.send(codec.core.takeSend());
  }

  #hear(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    try {
      this.#options.codec.core.receive(bytes, (batch, start) => this.#answer(batch, start));
    } catch (error) {
      this.#fail(`it does not speak VPP's binary API: ${messageOf(error)}`);
    }
  }

  /** @param start word of the batch at which the first delivery begins */
  #answer(batch: Batch, start: number): void {
    if (this.#session !== undefined || this.#failure !== undefined) return;
    if (kindOf(batch.u32, start) !== KIND_REPLY) {
      return this.#fail("it answered with something else than sockclnt_create_reply");
    }
    const { codec, bootstrap } = this.#options;
    const { View } = codec.compile(bootstrap.sockclntCreateReply);
    const view = new View(batch, (start << 2) + DELIVERY_HEADER);
    if (view["response"] !== 0) {
      return this.#fail(`VPP refused the client: response ${String(view["response"])}`);
    }
    const entries = view["messageTable"] as readonly TableEntry[];
    const table = MessageTable.of(entries.map((entry) => [entry.name, entry.index]));
    // At once, so that nothing that follows in the stream is lost.
    this.#waiting?.resolve(this.#begin(Number(view["index"]), table));
  }

  #begin(clientIndex: number, table: MessageTable): Session {
    const transport = this.#transport;
    if (transport === undefined) throw new VppError("HANDSHAKE", "VPP spoke before it was asked");
    this.#options.heard();
    this.#session = new Session({ ...this.#options, transport, clientIndex, table });
    return this.#session;
  }

  #fail(message: string): void {
    const { name } = this.#transport ?? this.#options.factory;
    this.#giveUp(new VppError("HANDSHAKE", `Cannot connect to ${name}: ${message}`));
  }

  #giveUp(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(error);
  }

  #aborted(): Error {
    return abortError("connecting", this.#options.signal);
  }

  #end(session: Session, cause: Error | undefined): void {
    if (!session.open) return;
    const { name } = session.transport;
    const reason = `the connection to VPP (${name}) ended${
      cause === undefined ? "" : `: ${cause.message}`
    }`;
    session.end(reason, cause);
    this.#options.ended(session, reason);
  }
}

/** An entry of `sockclnt_create_reply`. */
interface TableEntry {
  readonly index: number;
  /** The name with its CRC. */
  readonly name: string;
}
