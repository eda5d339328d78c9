/**
 * One remote client: its own client index, its own contexts, its own limits, over the one connection to
 * VPP that all share.
 *
 * @module
 */
import { CREATE, SOCKCLNT_CREATE_ID } from "../schema/handshake_layout.ts";
import type { Clock } from "../core/clock.ts";
import { type Deadlines, Expiring } from "../core/deadlines.ts";
import type { Logger } from "../core/logger.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { wireOffset } from "../schema/resolve.ts";
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
import { getU16, getU32, putU16, putU32 } from "../transport/bytes.ts";
import type { Call } from "./calls.ts";
import { type BlockPool, cleanHeader, FrameBuffer, frameEnd } from "./frame_buffer.ts";
import { type ProxyLimits, RateLimiter, type RateVerdict } from "./limits.ts";
import type { ProxyMessage } from "./message_map.ts";
import type { Policy } from "./policy.ts";
import type { RemoteLink } from "./remote_link.ts";
import type { Upstream } from "./upstream.ts";
import { type EventReader, NO_ANSWER } from "./wants.ts";
import { addressWelcome, apiJsonFrame, retvalFrame } from "./welcome.ts";

export interface SessionOptions {
  /** For the audit. */
  readonly id: number;
  readonly clientIndex: number;
  readonly link: RemoteLink;
  readonly upstream: Upstream;
  /** Shared by all sessions. */
  readonly pool: BlockPool;
  readonly policy: Policy;
  readonly limits: ProxyLimits;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  /** The session has ended; called once. */
  readonly over: (session: RemoteSession) => void;
}

/** Offset of the client's name in the frame of sockclnt_create. */
const NAME_AT = FRAME_HEADER + CREATE.name;
/** What `sockclnt_delete` answers on success. */
const DELETED = 1;

export class RemoteSession implements EventReader {
  readonly #options: SessionOptions;
  readonly #link: RemoteLink;
  readonly #upstream: Upstream;
  readonly #splitter: FrameSplitter;
  readonly #out: FrameBuffer;
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
    this.#out = new FrameBuffer(options.pool);
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
    this.#idle.renew();
    const now = this.#options.clock.now();
    for (const frames of this.#wholeFrames(bytes)) this.#frames(frames, now);
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

  answered(call: Call, message: ProxyMessage, frames: Uint8Array, last: boolean): void {
    if (last) this.#forget(call);
    this.reply(call.clientContext, message, frames);
  }

  unanswered(call: Call): void {
    this.#forget(call);
    this.refused("NO_ANSWER", call.clientContext, call.request, NO_ANSWER);
  }

  reply(context: number, message: ProxyMessage, frames: Uint8Array): void {
    this.#write(message, frames, message.contextAt, context);
  }

  event(message: ProxyMessage, frame: Uint8Array, pid: number | undefined): void {
    if (pid === undefined) this.#write(message, frame, undefined, 0);
    else this.#write(message, frame, message.pidAt, pid);
  }

  refused(code: RefusalCode, context: number, request: ProxyMessage, reason: string): void {
    this.#refuse(code, request, context, reason);
  }

  #wholeFrames(bytes: Uint8Array): readonly Uint8Array[] {
    try {
      return this.#splitter.push(bytes);
    } catch (error) {
      this.close(CLOSE_FRAME_TOO_LONG, error instanceof Error ? error.message : "");
      return [];
    }
  }

  #frames(frames: Uint8Array, now: number): void {
    for (let at = 0, end = 0; at < frames.length && !this.#closed; at = end) {
      end = frameEnd(frames, at);
      this.#frame(frames.subarray(at, end), now);
    }
  }

  #frame(frame: Uint8Array, now: number): void {
    const length = frame.length - FRAME_HEADER;
    const id = length < 2 ? 0 : getU16(frame, FRAME_HEADER);
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
    const context = contextOf(message, frame);
    if (length < message.leastBytes) {
      const reason = `it has ${length} bytes, and its definition at least ${message.leastBytes}`;
      return this.#deny("MALFORMED", message, context, reason);
    }
    if (!this.#answerHere(message, frame, context ?? 0)) this.#pass(message, frame, context, rate);
  }

  /** Answers what the proxy answers by itself; false for the rest. */
  #answerHere({ message }: ProxyMessage, frame: Uint8Array, context: number): boolean {
    switch (message.name) {
      case "sockclnt_create":
        this.#greet(context, frame.subarray(NAME_AT, NAME_AT + CREATE.nameBytes));
        return true;
      case "sockclnt_delete":
        this.#sayGoodbye(context);
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
    const at = this.#out.append(welcome);
    addressWelcome(this.#out.bytes, at, context, clientIndex);
    // At once: asked for often enough, such large answers would fill the memory before the tick ends.
    this.#flush();
  }

  #sayGoodbye(context: number): void {
    const reply = this.#upstream.messages.named("sockclnt_delete_reply");
    const responseAt = reply && wireOffset(reply.message, "response");
    if (reply !== undefined && responseAt !== undefined) {
      const frame = retvalFrame(reply, 0);
      putU32(frame, FRAME_HEADER + responseAt, DELETED);
      this.reply(context, reply, frame);
    }
    this.close(CLOSE_NORMAL, "sockclnt_delete");
  }

  #sendDefinitions(context: number): void {
    const { messages, json } = this.#upstream;
    const reply = messages.named("get_api_json_reply");
    if (reply === undefined) return;
    this.#out.append(apiJsonFrame(reply.id, context, json));
    this.#flush();
  }

  /** Passes a request on to VPP, where nothing stands against it. */
  #pass(
    request: ProxyMessage,
    frame: Uint8Array,
    context: number | undefined,
    rate: RateVerdict,
  ): void {
    const objection = this.#options.policy.objection(request.message);
    if (objection !== undefined) return this.#deny("DENIED", request, context, objection);
    if (!this.#isOurs(request, frame)) {
      const reason = "its client index is not this session's";
      return this.#deny("FORGED", request, context, reason);
    }
    const excess = this.#excess(rate);
    if (excess !== undefined) return this.#refuse("LIMIT", request, context, excess);
    if (request.vppId === undefined) {
      return this.#deny("UNKNOWN", request, context, "this VPP does not have it");
    }
    this.#send(request, context ?? 0, frame);
  }

  #isOurs({ clientIndexAt }: ProxyMessage, frame: Uint8Array): boolean {
    if (clientIndexAt === undefined) return true;
    return getU32(frame, FRAME_HEADER + clientIndexAt) === this.#options.clientIndex;
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

  #send(request: ProxyMessage, context: number, frame: Uint8Array): void {
    const upstream = this.#upstream;
    const { name, service } = request.message;
    const dump = name === "control_ping" ? this.#dumps.get(context) : undefined;
    if (dump !== undefined) {
      this.#dumps.delete(context);
      return upstream.send(request, dump.context, frame);
    }
    if (upstream.wants.request(this, request, context, frame)) return;
    if (service?.reply === undefined && service?.details === undefined) {
      return upstream.send(request, 0, frame);
    }
    const call = upstream.ask(this, request, context, frame);
    if (call === undefined) {
      return this.#refuse("LIMIT", request, context, "too many requests of all clients wait");
    }
    this.#calls.add(call);
    if (call.isDump) this.#dumps.set(context, call);
  }

  /** Sends frames of one message as this session's, with a value of its own in one field. */
  #write(
    { id, clientIndexAt }: ProxyMessage,
    frames: Uint8Array,
    fieldAt: number | undefined,
    value: number,
  ): void {
    const start = this.#out.append(frames);
    const { bytes } = this.#out;
    const { clientIndex } = this.#options;
    const stop = start + frames.length;
    for (let frame = start; frame < stop; frame = frameEnd(bytes, frame)) {
      cleanHeader(bytes, frame);
      const at = frame + FRAME_HEADER;
      putU16(bytes, at, id);
      if (clientIndexAt !== undefined) putU32(bytes, at + clientIndexAt, clientIndex);
      if (fieldAt !== undefined) putU32(bytes, at + fieldAt, value);
    }
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#closed || this.#out.length === 0) return;
    const frames = this.#out.take();
    this.#link.send(frames, () => this.#options.pool.give(frames));
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
    const request = message?.message.name;
    logger.warn("Proxy: a message was denied", { session: id, remote, request, reason });
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

function contextOf({ contextAt }: ProxyMessage, frame: Uint8Array): number | undefined {
  if (contextAt === undefined || FRAME_HEADER + contextAt + 4 > frame.length) return undefined;
  return getU32(frame, FRAME_HEADER + contextAt);
}

function readName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
