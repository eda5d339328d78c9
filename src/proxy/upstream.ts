/**
 * One life of VPP, as the sessions see it: they send requests to it and get answers and events. Ends
 * with the connection to VPP, and every session with it.
 *
 * @module
 */
import type { Deadlines } from "../core/deadlines.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { getU16, getU32, putU16, putU32 } from "../transport/bytes.ts";
import { type Call, type Caller, CallTable } from "./calls.ts";
import { cleanHeader, frameEnd } from "./frame_buffer.ts";
import { MessageMap, type ProxyMessage, type StableIds } from "./message_map.ts";
import { openVppLink, type VppLink, type VppLinkOptions } from "./vpp_link.ts";
import { WantTable } from "./wants.ts";
import { welcomeFrame } from "./welcome.ts";

export interface UpstreamOptions extends VppLinkOptions {
  readonly ids: StableIds;
  readonly deadlines: Deadlines;
  /** Milliseconds without an answer after which a request is forgotten. */
  readonly answerMs: number;
}

/** Bytes that VPP has not read, above which it gets no further request. */
const CONGESTED_AT = 16 << 20;

/** Counts of what came from VPP and reached nobody. */
export interface UpstreamCounters {
  /** Messages that are in neither table. */
  unknown: number;
  /** Answers to requests that are over. */
  stale: number;
}

export class Upstream {
  readonly messages: MessageMap;
  readonly wants: WantTable;
  /** The frame of the proxy's `sockclnt_create_reply`, to be completed for each client. */
  readonly welcome: Uint8Array;
  /** The definitions, as `get_api_json` gives them. */
  readonly json: Uint8Array;
  readonly counters: UpstreamCounters = { unknown: 0, stale: 0 };
  readonly #link: VppLink;
  readonly #calls = new CallTable();
  readonly #deadlines: Deadlines;
  readonly #answerMs: number;
  /** Counts what came from VPP. */
  #chunk = 0;

  private constructor(options: UpstreamOptions, link: VppLink) {
    this.#link = link;
    this.#deadlines = options.deadlines;
    this.#answerMs = options.answerMs;
    const { schema, json } = link.definitions;
    this.json = json;
    this.messages = new MessageMap(
      options.ids,
      options.bootstrap,
      schema,
      (nameCrc) => link.messageId(nameCrc),
    );
    this.welcome = welcomeFrame(this.messages.all());
    this.wants = new WantTable(this);
    link.receiver = (frames) => this.#receive(frames);
  }

  /** Connects. @throws VppError as `openVppLink` */
  static async open(options: UpstreamOptions): Promise<Upstream> {
    return new Upstream(options, await openVppLink(options));
  }

  /** Whether VPP does not keep up with the requests. */
  get congested(): boolean {
    return this.#link.pendingBytes > CONGESTED_AT;
  }

  /** Requests of all clients that wait. */
  get outstanding(): number {
    return this.#calls.count;
  }

  /**
   * Sends a request whose answers go to `caller`.
   *
   * @param pid in place of the one in the message
   * @returns undefined where 131,072 requests wait
   */
  ask(
    caller: Caller,
    request: ProxyMessage,
    clientContext: number,
    frame: Uint8Array,
    pid?: number,
  ): Call | undefined {
    const call = this.#calls.open(caller, request, clientContext);
    if (call === undefined) return undefined;
    this.#deadlines.enter(call, this.#answerMs);
    this.send(request, call.context, frame, pid);
    return call;
  }

  /** Sends a request with a context towards VPP. */
  send(request: ProxyMessage, context: number, frame: Uint8Array, pid?: number): void {
    const { vppId, contextAt, clientIndexAt, pidAt } = request;
    if (vppId === undefined) return;
    this.#link.send(frame, (bytes, start) => {
      cleanHeader(bytes, start);
      const at = start + FRAME_HEADER;
      putU16(bytes, at, vppId);
      if (clientIndexAt !== undefined) putU32(bytes, at + clientIndexAt, this.#link.clientIndex);
      if (contextAt !== undefined) putU32(bytes, at + contextAt, context);
      if (pidAt !== undefined && pid !== undefined) putU32(bytes, at + pidAt, pid);
    });
  }

  /** Forgets a request; what VPP still answers reaches nobody. */
  forget(call: Call): void {
    this.#deadlines.leave(call);
    this.#calls.close(call);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Takes in whole frames from VPP. */
  #receive(frames: Uint8Array): void {
    this.#chunk++;
    for (let at = 0; at < frames.length;) at = this.#frame(frames, at);
  }

  /** Works off the frame at `start`, and those behind it that go the same way; returns their end. */
  #frame(frames: Uint8Array, start: number): number {
    const end = frameEnd(frames, start);
    const at = start + FRAME_HEADER;
    const message = end - at < 2 ? undefined : this.messages.ofVpp(getU16(frames, at));
    if (message === undefined || end - at < message.leastBytes) {
      this.counters.unknown++;
      return end;
    }
    // Some definitions name an answer among the events: what has a context of ours is an answer.
    if (message.contextAt !== undefined) return this.#answer(message, frames, start, end);
    if (message.message.kind === "event") this.wants.event(message, frames.subarray(start, end));
    else this.counters.unknown++;
    return end;
  }

  #answer(message: ProxyMessage, frames: Uint8Array, start: number, end: number): number {
    const contextAt = FRAME_HEADER + (message.contextAt ?? 0);
    const context = getU32(frames, start + contextAt);
    const call = this.#calls.find(context);
    if (call === undefined) {
      this.counters.stale++;
      return end;
    }
    const last = call.request.message.service?.details === undefined ||
      message.message.kind === "reply";
    const runEnd = last ? end : this.#runEnd(message, context, frames, end);
    if (last) this.forget(call);
    else if (call.heardIn !== this.#chunk) call.renew();
    call.heardIn = this.#chunk;
    call.caller.answered(call, message, frames.subarray(start, runEnd), last);
    return runEnd;
  }

  /** Where the frames end that, from `at` on, are parts of the same answer: they are copied at once. */
  #runEnd(message: ProxyMessage, context: number, frames: Uint8Array, at: number): number {
    const contextAt = FRAME_HEADER + (message.contextAt ?? 0);
    const least = FRAME_HEADER + message.leastBytes;
    while (at < frames.length) {
      const end = frameEnd(frames, at);
      if (end - at < least || getU16(frames, at + FRAME_HEADER) !== message.vppId) break;
      if (getU32(frames, at + contextAt) !== context) break;
      at = end;
    }
    return at;
  }
}
