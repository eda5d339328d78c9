/**
 * One remote client: its own client index, its own contexts, its own limits, over the one connection to
 * VPP that all share.
 *
 * @module
 */
import { SOCKCLNT_CREATE_ID } from "../core/bootstrap.ts";
import type { Clock } from "../core/clock.ts";
import { type Deadlines, Expiring } from "../core/deadlines.ts";
import type { Logger } from "../core/logger.ts";
import { FrameSplitter } from "../transport/frame_splitter.ts";
import {
  CLOSE_FRAME_TOO_LONG,
  CLOSE_LIMIT,
  CLOSE_NORMAL,
  CLOSE_PROTOCOL,
  CLOSE_TIMEOUT,
  type ControlMessage,
  type RefusalCode,
} from "../transport/websocket_protocol.ts";
import { getU32, putU32 } from "../transport/bytes.ts";
import type { Call } from "./calls.ts";
import { eachMessage, FrameBuffer, getU16, putU16 } from "./frame_buffer.ts";
import { type ProxyLimits, RateLimiter, type RateVerdict } from "./limits.ts";
import type { ProxyMessage } from "./message_map.ts";
import type { Policy } from "./policy.ts";
import type { RemoteLink } from "./remote_link.ts";
import type { Upstream } from "./upstream.ts";
import type { EventReader } from "./wants.ts";
import { addressWelcome, apiJsonMessage, retvalMessage } from "./welcome.ts";

export interface SessionOptions {
  /** For the audit. */
  readonly id: number;
  readonly clientIndex: number;
  readonly link: RemoteLink;
  readonly upstream: Upstream;
  readonly policy: Policy;
  readonly limits: ProxyLimits;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  /** The session has ended; called once. */
  readonly over: (session: RemoteSession) => void;
}

/** Offset of the client's name in sockclnt_create: u16 id, u32 context, name[64]. */
const NAME_AT = 6;
const NAME_BYTES = 64;
/** What `sockclnt_delete` answers on success. */
const DELETED = 1;

export class RemoteSession implements EventReader {
  readonly #options: SessionOptions;
  readonly #link: RemoteLink;
  readonly #upstream: Upstream;
  readonly #splitter: FrameSplitter;
  readonly #out = new FrameBuffer();
  readonly #rate: RateLimiter;
  readonly #calls = new Set<Call>();
  /** Dumps by the client's context, which the ping behind them has as well. */
  readonly #dumps = new Map<number, Call>();
  readonly #handshake: Timer;
  readonly #idle: Timer;
  #greeted = false;
  #closed = false;
  #flushing = false;

  constructor(options: SessionOptions) {
    const { limits, clock, deadlines } = options;
    this.#options = options;
    this.#link = options.link;
    this.#upstream = options.upstream;
    this.#splitter = new FrameSplitter(limits.frameBytes);
    this.#rate = new RateLimiter(limits.messagesPerSecond, clock.now());
    this.#handshake = new Timer(() =>
      this.close(CLOSE_TIMEOUT, `no handshake within ${limits.handshakeMs} ms`)
    );
    this.#idle = new Timer(() => this.close(CLOSE_TIMEOUT, `nothing came for ${limits.idleMs} ms`));
    deadlines.enter(this.#handshake, limits.handshakeMs);
    deadlines.enter(this.#idle, limits.idleMs);
  }

  /** Bytes of a binary message of the client; frames may be cut anywhere. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#options.deadlines.renew(this.#idle);
    let frames: Uint8Array;
    try {
      frames = this.#splitter.push(bytes);
    } catch (error) {
      return this.close(CLOSE_FRAME_TOO_LONG, error instanceof Error ? error.message : "");
    }
    const now = this.#options.clock.now();
    eachMessage(frames, (start, end) => {
      if (!this.#closed) this.#message(frames, start, end, now);
    });
  }

  /** A text message of the client: there are none. */
  receiveText(): void {
    this.close(CLOSE_PROTOCOL, "expected frames in binary messages, and got a text message");
  }

  /** The client is gone. */
  ended(reason: string): void {
    this.#end(reason);
  }

  /** Ends the session and tells the client why. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#flush();
    this.#end(reason);
    this.#link.close(code, reason);
  }

  /** Tells the client something beside VPP's messages. */
  tell(message: ControlMessage): void {
    if (this.#closed) return;
    // What was answered before comes before.
    this.#flush();
    this.#link.tell(JSON.stringify(message));
    this.#checkBuffer();
  }

  answered(
    call: Call,
    message: ProxyMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
    last: boolean,
  ): void {
    if (last) this.#forget(call);
    this.reply(call.clientContext, message, bytes, start, end);
  }

  unanswered(call: Call): void {
    this.#forget(call);
    this.refused(call.clientContext, call.request);
  }

  reply(
    context: number,
    message: ProxyMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const place = this.#write(message, bytes, start, end);
    if (message.contextAt !== undefined) {
      putU32(place.bytes, place.at + message.contextAt, context);
    }
  }

  event(message: ProxyMessage, bytes: Uint8Array, start: number, end: number, pid?: number): void {
    const place = this.#write(message, bytes, start, end);
    if (message.pidAt !== undefined && pid !== undefined) {
      putU32(place.bytes, place.at + message.pidAt, pid);
    }
  }

  refused(context: number, request: ProxyMessage): void {
    this.#refuse("NO_ANSWER", request, context, "VPP did not answer it");
  }

  #message(bytes: Uint8Array, start: number, end: number, now: number): void {
    const id = end - start < 2 ? 0 : getU16(bytes, start);
    if (!this.#greeted && id !== SOCKCLNT_CREATE_ID) {
      return this.close(CLOSE_PROTOCOL, `expected sockclnt_create first, and got message ${id}`);
    }
    const rate = this.#rate.take(now);
    if (rate === "close") {
      const { messagesPerSecond } = this.#options.limits;
      return this.close(CLOSE_LIMIT, `far more than ${messagesPerSecond} messages a second`);
    }
    const message = this.#upstream.messages.at(id);
    if (message === undefined) {
      return this.#deny("UNKNOWN", undefined, undefined, `no message has the id ${id}`);
    }
    const length = end - start;
    if (length < message.leastBytes) {
      const reason = `it has ${length} bytes, and its definition at least ${message.leastBytes}`;
      return this.#deny("MALFORMED", message, contextOf(message, bytes, start, end), reason);
    }
    if (!this.#answerHere(message, bytes, start)) {
      this.#pass(message, bytes, start, end, rate);
    }
  }

  /** Answers what the proxy answers by itself; false for the rest. */
  #answerHere(message: ProxyMessage, bytes: Uint8Array, start: number): boolean {
    const context = message.contextAt === undefined ? 0 : getU32(bytes, start + message.contextAt);
    switch (message.message.name) {
      case "sockclnt_create":
        this.#greet(context, bytes.subarray(start + NAME_AT, start + NAME_AT + NAME_BYTES));
        return true;
      case "sockclnt_delete":
        this.#replyHere("sockclnt_delete_reply", context);
        this.close(CLOSE_NORMAL, "sockclnt_delete");
        return true;
      case "get_api_json":
        this.#sendDefinitions(context);
        return true;
      default:
        return false;
    }
  }

  #greet(context: number, name: Uint8Array): void {
    const { deadlines, logger, id, clientIndex } = this.#options;
    const { welcome } = this.#upstream;
    if (!this.#greeted) {
      this.#greeted = true;
      deadlines.leave(this.#handshake);
      logger.info("Proxy: a client has introduced itself", { session: id, name: readName(name) });
    }
    const place = this.#out.append(welcome, 0, welcome.length);
    addressWelcome(place.bytes, place.at, context, clientIndex);
    this.#scheduleFlush();
  }

  #replyHere(name: string, context: number): void {
    const message = this.#upstream.messages.named(name);
    if (message === undefined) return;
    const bytes = retvalMessage(message, 0);
    const place = this.#write(message, bytes, 0, bytes.length);
    const at = message.contextAt ?? 0;
    putU32(place.bytes, place.at + at, context);
    // The field behind the context is `response`.
    putU32(place.bytes, place.at + at + 4, DELETED);
  }

  #sendDefinitions(context: number): void {
    const { messages, json } = this.#upstream;
    const message = messages.named("get_api_json_reply");
    if (message === undefined) return;
    const reply = apiJsonMessage(message.id, context, json);
    this.#out.append(reply, 0, reply.length);
    this.#scheduleFlush();
  }

  /** Passes a request on to VPP, where nothing stands against it. */
  #pass(
    request: ProxyMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
    rate: RateVerdict,
  ): void {
    const context = contextOf(request, bytes, start, end);
    const objection = this.#options.policy.objection(request.message);
    if (objection !== undefined) return this.#deny("DENIED", request, context, objection);
    if (!this.#isOurs(request, bytes, start)) {
      const reason = "its client index is not this session's";
      return this.#deny("FORGED", request, context, reason);
    }
    const excess = this.#excess(rate);
    if (excess !== undefined) return this.#refuse("LIMIT", request, context, excess);
    if (request.vppId === undefined) {
      return this.#deny("UNKNOWN", request, context, "this VPP does not have it");
    }
    this.#send(request, context ?? 0, bytes, start, end);
  }

  #isOurs({ clientIndexAt }: ProxyMessage, bytes: Uint8Array, start: number): boolean {
    if (clientIndexAt === undefined) return true;
    return getU32(bytes, start + clientIndexAt) === this.#options.clientIndex;
  }

  /** The limit that a further request would be over. */
  #excess(rate: RateVerdict): string | undefined {
    const { limits } = this.#options;
    if (rate === "refuse") return `more than ${limits.messagesPerSecond} messages a second`;
    if (this.#calls.size >= limits.outstanding) {
      return `${limits.outstanding} requests wait for an answer already`;
    }
    if (this.#upstream.congested) return "VPP does not keep up with the requests";
    return undefined;
  }

  #send(
    request: ProxyMessage,
    context: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const upstream = this.#upstream;
    const { name, service } = request.message;
    const dump = name === "control_ping" ? this.#dumps.get(context) : undefined;
    if (dump !== undefined) {
      this.#dumps.delete(context);
      return upstream.send(request, dump.context, bytes, start, end);
    }
    if (upstream.wants.request(this, request, context, bytes, start, end)) return;
    if (service?.reply === undefined && service?.details === undefined) {
      return upstream.send(request, 0, bytes, start, end);
    }
    const call = upstream.ask(this, request, context, bytes, start, end);
    if (call === undefined) {
      return this.#refuse("LIMIT", request, context, "too many requests of all clients wait");
    }
    this.#calls.add(call);
    if (call.isDump) this.#dumps.set(context, call);
  }

  #write(
    message: ProxyMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): { readonly bytes: Uint8Array; readonly at: number } {
    const place = this.#out.append(bytes, start, end);
    putU16(place.bytes, place.at, message.id);
    if (message.clientIndexAt !== undefined) {
      putU32(place.bytes, place.at + message.clientIndexAt, this.#options.clientIndex);
    }
    this.#scheduleFlush();
    return place;
  }

  #scheduleFlush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#closed || this.#out.length === 0) return;
    this.#link.send(this.#out.take());
    this.#checkBuffer();
  }

  /** A client that does not read costs its own connection, not the proxy's memory. */
  #checkBuffer(): void {
    const { bufferBytes } = this.#options.limits;
    if (this.#closed || this.#link.bufferedBytes <= bufferBytes) return;
    this.#end(`it does not read: more than ${bufferBytes} bytes wait for it`);
    this.#link.terminate();
  }

  #deny(
    code: RefusalCode,
    message: ProxyMessage | undefined,
    context: number | undefined,
    reason: string,
  ): void {
    const { logger, id } = this.#options;
    const { remote } = this.#link;
    const name = message?.message.name;
    logger.warn("Proxy: a message was denied", { session: id, remote, message: name, reason });
    this.#refuse(code, message, context, reason);
  }

  #refuse(
    code: RefusalCode,
    message: ProxyMessage | undefined,
    context: number | undefined,
    reason: string,
  ): void {
    this.tell({ type: "refused", code, reason, context, message: message?.message.name });
  }

  #forget(call: Call): void {
    this.#calls.delete(call);
    if (this.#dumps.get(call.clientContext) === call) this.#dumps.delete(call.clientContext);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    const { deadlines, over, logger, id } = this.#options;
    deadlines.leave(this.#handshake);
    deadlines.leave(this.#idle);
    for (const call of this.#calls) this.#upstream.forget(call);
    this.#calls.clear();
    this.#dumps.clear();
    this.#upstream.wants.leave(this);
    logger.info("Proxy: a session has ended", { session: id, remote: this.#link.remote, reason });
    over(this);
  }
}

/** Something to be done at a time. */
class Timer extends Expiring {
  readonly #act: () => void;

  constructor(act: () => void) {
    super();
    this.#act = act;
  }

  override expire(): void {
    this.#act();
  }
}

function contextOf(
  { contextAt }: ProxyMessage,
  bytes: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  return contextAt === undefined || start + contextAt + 4 > end
    ? undefined
    : getU32(bytes, start + contextAt);
}

function readName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
