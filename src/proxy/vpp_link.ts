/**
 * The proxy's one connection to VPP: handshake, definitions, then frames in both directions.
 *
 * @module
 */
import type { BootstrapMessages } from "../core/bootstrap.ts";
import type { Clock } from "../core/clock.ts";
import { VppError } from "../errors.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import {
  API_JSON_REPLY,
  CREATE,
  CREATE_REPLY,
  SOCKCLNT_CREATE_ID,
  SOCKCLNT_CREATE_REPLY_ID,
} from "../schema/handshake_layout.ts";
import { Schema } from "../schema/schema.ts";
import { FrameSplitter } from "../transport/frame_splitter.ts";
import type { Transport, TransportFactory, TransportSink } from "../transport/transport.ts";
import { getU16, getU32, putU16, putU32 } from "../transport/bytes.ts";
import { BlockPool, FrameBuffer, frameEnd, frameOf } from "./frame_buffer.ts";

/** What goes to VPP at once when so many bytes wait, without waiting for the end of the tick. */
const FLUSH_AT = 1 << 16;
/** VPP's longest answers are its definitions and its message table. */
const MAX_ANSWER_BYTES = 64 << 20;
/** The context of what the link itself asks; nobody else's requests are under way then. */
const OWN_CONTEXT = 1;
/** u16 id, u32 client_index, u32 context. */
const REQUEST_BYTES = 10;

/** What VPP speaks. */
export interface Definitions {
  readonly schema: Schema;
  /** As `get_api_json` gives it, UTF-8. */
  readonly json: Uint8Array;
}

export interface VppLinkOptions {
  readonly transport: TransportFactory;
  readonly bootstrap: BootstrapMessages;
  readonly clock: Clock;
  /** Instead of VPP's own. */
  readonly definitions: Definitions | undefined;
  readonly clientName: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The link has ended; called once, where it was open. */
  readonly ended: (reason: string) => void;
}

/**
 * Connects.
 *
 * @throws VppError code CONNECT, HANDSHAKE, INCOMPATIBLE, SCHEMA or ABORTED; nothing is left open then
 */
export async function openVppLink(options: VppLinkOptions): Promise<VppLink> {
  const link = new VppLink(options);
  await link.open();
  return link;
}

export class VppLink implements TransportSink {
  clientIndex = 0;
  /** Gets whole frames from VPP, valid during the call, once the link is open. */
  receiver: (frames: Uint8Array) => void = () => {};
  readonly #options: VppLinkOptions;
  readonly #splitter = new FrameSplitter(MAX_ANSWER_BYTES);
  readonly #out = new FrameBuffer(new BlockPool());
  #transport: Transport | undefined;
  #ids: ReadonlyMap<string, number> | undefined;
  #definitions: Definitions | undefined;
  #question: Question | undefined;
  #open = false;
  #endedBecause: string | undefined;
  #flushing = false;

  constructor(options: VppLinkOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { transport, timeoutMs, signal } = this.#options;
    this.#transport = await transport.open(this, { timeoutMs, signal });
    try {
      if (this.#transport.session === undefined) await this.#shakeHands();
      else this.clientIndex = this.#transport.session.clientIndex;
      this.#definitions = this.#options.definitions ?? await this.#askDefinitions();
      if (this.#endedBecause !== undefined) throw this.#lost(this.#endedBecause);
      this.#open = true;
    } catch (error) {
      await this.#transport.close();
      throw error;
    }
  }

  /** @throws VppError code PROXY before the link is open */
  get definitions(): Definitions {
    if (this.#definitions === undefined) throw new VppError("PROXY", "The link is not open");
    return this.#definitions;
  }

  /** Bytes that VPP has not read yet. */
  get pendingBytes(): number {
    return this.#out.length + (this.#transport?.pendingBytes ?? 0);
  }

  /** The id of a message by `name_crc8`. */
  messageId(nameCrc: string): number | undefined {
    return this.#ids === undefined
      ? this.#transport?.session?.messageId(nameCrc)
      : this.#ids.get(nameCrc);
  }

  /**
   * Appends a copy of `frame` to what is sent; the frames of one tick leave together.
   *
   * @param rewrite gets the buffer and where the frame begins in it
   */
  send(frame: Uint8Array, rewrite: (bytes: Uint8Array, at: number) => void): void {
    const at = this.#out.append(frame);
    rewrite(this.#out.bytes, at);
    if (this.#out.length >= FLUSH_AT) {
      this.#transport?.send(this.#out.take());
    } else if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => this.#flush());
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#flush();
    await this.#transport?.close();
  }

  chunk(bytes: Uint8Array): void {
    try {
      for (const frames of this.#splitter.push(bytes)) {
        if (this.#open) this.receiver(frames);
        else this.#answers(frames);
      }
    } catch (error) {
      this.ended(error instanceof Error ? error : new Error(String(error)));
      void this.#transport?.close();
    }
  }

  ended(error: Error | undefined): void {
    if (this.#endedBecause !== undefined) return;
    const reason = error?.message ?? "VPP closed the connection";
    this.#endedBecause = reason;
    this.#question?.fail(this.#lost(reason));
    if (!this.#open) return;
    this.#open = false;
    this.#options.ended(reason);
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#out.length > 0) this.#transport?.send(this.#out.take());
  }

  async #shakeHands(): Promise<void> {
    const request = new Uint8Array(CREATE.bytes);
    putU16(request, 0, SOCKCLNT_CREATE_ID);
    putU32(request, CREATE.context, OWN_CONTEXT);
    const name = request.subarray(CREATE.name, CREATE.name + CREATE.nameBytes - 1);
    new TextEncoder().encodeInto(this.#options.clientName, name);
    const reply = await this.#ask("sockclnt_create", request, SOCKCLNT_CREATE_REPLY_ID);
    if (reply.length < CREATE_REPLY.entries || getU32(reply, CREATE_REPLY.response) !== 0) {
      throw new VppError("HANDSHAKE", `${this.#name} refused the proxy as a client`);
    }
    this.clientIndex = getU32(reply, CREATE_REPLY.index);
    this.#ids = readTable(reply);
  }

  async #askDefinitions(): Promise<Definitions> {
    const { schema } = this.#options.bootstrap;
    const idOf = (name: string): number | undefined => {
      const message = schema.message(name);
      return message === undefined ? undefined : this.messageId(message.nameCrc);
    };
    const id = idOf("get_api_json");
    const replyId = idOf("get_api_json_reply");
    if (id === undefined || replyId === undefined) {
      throw new VppError(
        "INCOMPATIBLE",
        `${this.#name} cannot give its API definitions (VPP before 24.06); give them to the proxy (--api DIR)`,
      );
    }
    const request = new Uint8Array(REQUEST_BYTES);
    putU16(request, 0, id);
    putU32(request, 2, this.clientIndex);
    putU32(request, 6, OWN_CONTEXT);
    const reply = await this.#ask("get_api_json", request, replyId);
    const json = reply.subarray(API_JSON_REPLY.text);
    return { schema: Schema.fromApiJson(new TextDecoder().decode(json)), json };
  }

  /** Sends a request of the link's own; resolves to a copy of the reply. */
  #ask(name: string, request: Uint8Array, replyId: number): Promise<Uint8Array> {
    const { clock, timeoutMs, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#question = undefined;
        clock.clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      };
      const fail = (error: VppError): void => {
        settle();
        reject(error);
      };
      const timer = clock.setTimeout(
        () =>
          fail(
            new VppError("HANDSHAKE", `${this.#name} did not answer ${name} in ${timeoutMs} ms`),
          ),
        timeoutMs,
      );
      const abort = (): void =>
        fail(new VppError("ABORTED", `Connecting to ${this.#name} was aborted`));
      signal.addEventListener("abort", abort, { once: true });
      this.#question = {
        replyId,
        answer: (reply) => {
          settle();
          resolve(reply);
        },
        fail,
      };
      if (this.#endedBecause !== undefined) return fail(this.#lost(this.#endedBecause));
      if (signal.aborted) return abort();
      this.send(frameOf(request), () => {});
    });
  }

  #answers(frames: Uint8Array): void {
    for (let at = 0, end = 0; at < frames.length; at = end) {
      end = frameEnd(frames, at);
      this.#answer(frames.subarray(at + FRAME_HEADER, end));
    }
  }

  #answer(message: Uint8Array): void {
    const question = this.#question;
    if (question === undefined || message.length < 2 || getU16(message, 0) !== question.replyId) {
      return;
    }
    question.answer(message.slice());
  }

  get #name(): string {
    return this.#options.transport.name;
  }

  #lost(reason: string): VppError {
    return new VppError("HANDSHAKE", `The connection to ${this.#name} ended: ${reason}`);
  }
}

/** What the link waits for while it opens. */
interface Question {
  readonly replyId: number;
  readonly answer: (reply: Uint8Array) => void;
  readonly fail: (error: VppError) => void;
}

function readTable(reply: Uint8Array): ReadonlyMap<string, number> {
  const count = getU16(reply, CREATE_REPLY.count);
  if (reply.length < CREATE_REPLY.entries + count * CREATE_REPLY.entryBytes) {
    throw new VppError("HANDSHAKE", `VPP's message table of ${count} entries is cut off`);
  }
  const decoder = new TextDecoder();
  const ids = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const at = CREATE_REPLY.entries + i * CREATE_REPLY.entryBytes;
    const name = decoder.decode(reply.subarray(at + 2, at + CREATE_REPLY.entryBytes));
    ids.set(name.slice(0, name.indexOf("\0")), getU16(reply, at));
  }
  return ids;
}
