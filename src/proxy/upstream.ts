/**
 * One life of VPP, as the sessions see it: they send requests to it and get answers and events. Ends
 * with the connection to VPP, and every session with it.
 *
 * @module
 */
import type { Deadlines } from "../core/deadlines.ts";
import { getU32, putU32 } from "../transport/bytes.ts";
import { type Call, type Caller, CallTable } from "./calls.ts";
import { eachMessage, getU16, putU16 } from "./frame_buffer.ts";
import { MessageMap, type ProxyMessage, type StableIds } from "./message_map.ts";
import { openVppLink, type VppLink, type VppLinkOptions } from "./vpp_link.ts";
import { WantTable } from "./wants.ts";
import { welcomeMessage } from "./welcome.ts";

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
  /** The proxy's `sockclnt_create_reply`, to be completed for each client. */
  readonly welcome: Uint8Array;
  /** The definitions, as `get_api_json` gives them. */
  readonly json: Uint8Array;
  readonly counters: UpstreamCounters = { unknown: 0, stale: 0 };
  readonly #link: VppLink;
  readonly #calls = new CallTable();
  readonly #deadlines: Deadlines;
  readonly #answerMs: number;

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
    this.welcome = welcomeMessage(this.messages.all());
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
   * Sends a request, `bytes[start…end)`, whose answers go to `caller`.
   *
   * @param pid in place of the one in the message
   * @returns undefined where 131,072 requests wait
   */
  ask(
    caller: Caller,
    request: ProxyMessage,
    clientContext: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    pid?: number,
  ): Call | undefined {
    const call = this.#calls.open(caller, request, clientContext);
    if (call === undefined) return undefined;
    this.#deadlines.enter(call, this.#answerMs);
    this.send(request, call.context, bytes, start, end, pid);
    return call;
  }

  /** Sends a request with a context towards VPP. */
  send(
    request: ProxyMessage,
    context: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    pid?: number,
  ): void {
    if (request.vppId === undefined) return;
    const place = this.#link.send(bytes, start, end);
    const { contextAt, clientIndexAt, pidAt } = request;
    putU16(place.bytes, place.at, request.vppId);
    if (clientIndexAt !== undefined) {
      putU32(place.bytes, place.at + clientIndexAt, this.#link.clientIndex);
    }
    if (contextAt !== undefined) putU32(place.bytes, place.at + contextAt, context);
    if (pidAt !== undefined && pid !== undefined) putU32(place.bytes, place.at + pidAt, pid);
    this.#link.sent();
  }

  /** Forgets a request; what VPP still answers reaches nobody. */
  forget(call: Call): void {
    this.#deadlines.leave(call);
    this.#calls.close(call);
  }

  /** Takes in whole frames from VPP. */
  #receive(frames: Uint8Array): void {
    eachMessage(frames, (start, end) => this.#message(frames, start, end));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #message(bytes: Uint8Array, start: number, end: number): void {
    const message = end - start < 2 ? undefined : this.messages.ofVpp(getU16(bytes, start));
    if (message === undefined || end - start < message.leastBytes) {
      this.counters.unknown++;
      return;
    }
    // Some definitions name an answer among the events: what has a context of ours is an answer.
    if (message.contextAt !== undefined) {
      this.#answer(message, getU32(bytes, start + message.contextAt), bytes, start, end);
    } else if (message.message.kind === "event") {
      this.wants.event(message, bytes, start, end);
    } else {
      this.counters.unknown++;
    }
  }

  #answer(
    message: ProxyMessage,
    context: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const call = this.#calls.find(context);
    if (call === undefined) {
      this.counters.stale++;
      return;
    }
    const last = call.request.message.service?.details === undefined ||
      message.message.kind === "reply";
    if (last) this.forget(call);
    else this.#deadlines.renew(call);
    call.caller.answered(call, message, bytes, start, end, last);
  }
}
