/**
 * Opens a session: the transport, then `sockclnt_create` and the message table (FACTS: section 1 of
 * VPP's socket API), unless the transport brings both.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { Codec } from "../codec/codec.ts";
import { DisconnectedError, VppError } from "../errors.ts";
import {
  DELIVERY_HEADER,
  DELIVERY_KIND,
  KIND_REPLY,
  REQUEST_SINGLE,
} from "../schema/constants.generated.ts";
import type {
  OpenOptions,
  Transport,
  TransportFactory,
  TransportSession,
  TransportSink,
} from "../transport/transport.ts";
import { abortError, onAbort } from "./abort.ts";
import {
  type BootstrapMessages,
  SOCKCLNT_CREATE_ID,
  SOCKCLNT_CREATE_REPLY_ID,
} from "./bootstrap.ts";
import type { Clock } from "./clock.ts";
import { MessageTable } from "./message_table.ts";
import { Session, type SessionCounters } from "./session.ts";

export interface HandshakeOptions {
  readonly factory: TransportFactory;
  readonly codec: Codec;
  readonly bootstrap: BootstrapMessages;
  readonly clock: Clock;
  /** The name under which VPP lists this client; up to 63 bytes. */
  readonly clientName: string;
  /** Milliseconds for the whole attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly counters: SessionCounters;
  readonly heard: () => void;
  /** The session has ended, with the error that all who waited got. */
  readonly ended: (session: Session, error: DisconnectedError) => void;
}

/** What VPP gave us: who we are and what it speaks. */
interface Welcome {
  readonly clientIndex: number;
  readonly table: MessageTable;
}

/**
 * One attempt to connect.
 *
 * @throws VppError code CONNECT, HANDSHAKE or ABORTED; nothing is left open then
 */
export async function openSession(options: HandshakeOptions): Promise<Session> {
  const sink = new SessionSink(options);
  const open: OpenOptions = {
    timeoutMs: options.timeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  options.codec.core.reset();
  const transport = await options.factory.open(sink, open);
  try {
    const welcome = transport.session === undefined
      ? await shakeHands(transport, sink, options)
      : brought(transport.session);
    const session = new Session({ ...options, ...welcome, transport });
    sink.start(session);
    return session;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Where the transport knows the ids, the table is asked through it. */
function brought(session: TransportSession): Welcome {
  return {
    clientIndex: session.clientIndex,
    table: MessageTable.through((nameCrc) => session.messageId(nameCrc)),
  };
}

/** Passes chunks to the handshake first, then to the session. */
class SessionSink implements TransportSink {
  readonly #options: HandshakeOptions;
  #session: Session | undefined;
  /** During the handshake: what to do with bytes and with the end. */
  receiving: ((bytes: Uint8Array) => void) | undefined;
  ending: ((error: Error | undefined) => void) | undefined;
  #endedBefore: { readonly error: Error | undefined } | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  start(session: Session): void {
    this.#session = session;
    this.receiving = undefined;
    this.ending = undefined;
    if (this.#endedBefore !== undefined) this.#end(session, this.#endedBefore.error);
  }

  chunk(bytes: Uint8Array): void {
    const session = this.#session;
    if (session === undefined) return this.receiving?.(bytes);
    if (!session.open) return;
    const error = session.receive(bytes);
    if (error === undefined) return;
    this.#end(session, error);
    void session.transport.close();
  }

  ended(error: Error | undefined): void {
    if (this.#session !== undefined) return this.#end(this.#session, error);
    this.#endedBefore = { error };
    this.ending?.(error);
  }

  #end(session: Session, cause: Error | undefined): void {
    if (!session.open) return;
    const error = new DisconnectedError(
      `The connection to VPP (${session.transport.name}) ended${
        cause === undefined ? "" : `: ${cause.message}`
      }`,
      true,
      { cause },
    );
    session.end(error);
    this.#options.ended(session, error);
  }
}

function shakeHands(
  transport: Transport,
  sink: SessionSink,
  options: HandshakeOptions,
): Promise<Welcome> {
  const { codec, bootstrap, clock, signal } = options;
  const reply = codec.compile(bootstrap.sockclntCreateReply);
  const { core } = codec;
  core.setMessage(SOCKCLNT_CREATE_REPLY_ID, reply.wireContext, reply.program);
  const context = core.openRequest(REQUEST_SINGLE, SOCKCLNT_CREATE_REPLY_ID, 0xffff) ?? 0;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clock.clearTimeout(timer);
      unlisten();
      sink.receiving = undefined;
      sink.ending = undefined;
      act();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const timer = clock.setTimeout(
      () =>
        fail(
          handshakeError(
            transport,
            `no answer within ${options.timeoutMs} ms; is it VPP that listens there?`,
          ),
        ),
      options.timeoutMs,
    );
    const unlisten = onAbort(signal, () => {
      if (signal !== undefined) fail(abortError("connecting", signal));
    });
    sink.ending = (error) =>
      fail(
        handshakeError(
          transport,
          `it closed the connection${error === undefined ? "" : `: ${error.message}`}`,
        ),
      );
    sink.receiving = (bytes) => {
      try {
        core.receive(bytes, (batch) => {
          if (batch.u32[DELIVERY_KIND] !== KIND_REPLY) {
            return fail(
              handshakeError(
                transport,
                "it answered with something else than sockclnt_create_reply",
              ),
            );
          }
          const welcome = readWelcome(codec, bootstrap, batch);
          settle(() => welcome instanceof VppError ? reject(welcome) : resolve(welcome));
        });
      } catch (error) {
        fail(handshakeError(transport, `it does not speak VPP's binary API: ${String(error)}`));
      }
    };
    codec.encode(codec.compile(bootstrap.sockclntCreate), SOCKCLNT_CREATE_ID, 0, context, {
      name: options.clientName,
    });
    transport.send(core.takeSend());
  });
}

function readWelcome(codec: Codec, bootstrap: BootstrapMessages, batch: Batch): Welcome | VppError {
  const view = new (codec.compile(bootstrap.sockclntCreateReply).View)(batch, DELIVERY_HEADER);
  if (view["response"] !== 0) {
    return new VppError(
      "HANDSHAKE",
      `VPP refused the client: response ${String(view["response"])}`,
    );
  }
  const entries = view["messageTable"] as readonly {
    readonly index: number;
    readonly name: string;
  }[];
  return {
    clientIndex: Number(view["index"]),
    table: MessageTable.of(entries.map((entry) => [entry.name, entry.index])),
  };
}

function handshakeError(transport: Transport, message: string): VppError {
  return new VppError("HANDSHAKE", `Cannot connect to ${transport.name}: ${message}`);
}
