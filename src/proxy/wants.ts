/**
 * Which sessions asked for which events. VPP knows one client, the proxy, so there is one `want_…` request
 * to VPP for all sessions that ask for the same, and it is taken back when the last of them leaves. VPP
 * repeats the request's pid in its events: the proxy gives each want a pid of its own and so knows whose
 * an event is, also where two sessions want the same event of different interfaces.
 *
 * @module
 */
import { resolveAlias } from "../schema/model.ts";
import { fixedSize, wireOffset } from "../schema/resolve.ts";
import { FRAME_HEADER } from "../schema/constants.generated.ts";
import { getU32, putU32 } from "../transport/bytes.ts";
import type { RefusalCode } from "../transport/websocket_protocol.ts";
import type { Call, Caller } from "./calls.ts";
import type { ProxyMessage } from "./message_map.ts";
import type { Upstream } from "./upstream.ts";
import { retvalFrame } from "./welcome.ts";

/** What VPP answers to who takes back what he does not have (`vnet/error.h`). */
const INVALID_REGISTRATION = -31;
/** Where the pids of wants begin. */
const FIRST_PID = 0x70000000;
/** The fields that turn events on or off, in the definitions of VPP. */
const SWITCHES = ["enable_disable", "enable"];

/** Wants of one session; far more than there are kinds of events. */
const MAX_WANTS = 256;
/** Requests that wait for the answer to one want. */
const MAX_WAITING = 4096;

/** The reason of a refusal with the code NO_ANSWER. */
export const NO_ANSWER = "VPP did not answer it";

/** Who asks for events. */
export interface EventReader extends Caller {
  /** An event, valid during the call; `pid` is what the session itself gave, where it is known. */
  event(message: ProxyMessage, frame: Uint8Array, pid: number | undefined): void;
  /** An answer to a request of its own, valid during the call. */
  reply(context: number, message: ProxyMessage, frame: Uint8Array): void;
  /** Its request will not be answered. */
  refused(code: RefusalCode, context: number, request: ProxyMessage, reason: string): void;
}

/** Events that are turned on at VPP, or will be when it has answered. */
class Want {
  readonly key: string;
  /** What VPP repeats in the events. */
  readonly pid: number;
  readonly request: ProxyMessage;
  /** The request that turns it on. */
  readonly frame: Uint8Array;
  /** The sessions, each with the pid that it gave. */
  readonly members = new Map<EventReader, number>();
  /** Who waits for VPP's answer. */
  readonly waiting: { readonly reader: EventReader; readonly context: number }[] = [];
  asking = true;

  constructor(key: string, pid: number, request: ProxyMessage, frame: Uint8Array) {
    this.key = key;
    this.pid = pid;
    this.request = request;
    this.frame = frame;
  }

  tells(event: string): boolean {
    return this.request.message.service?.events.includes(event) === true;
  }
}

/** Where the frame of a request says whether to turn events on. */
interface Switch {
  readonly at: number;
  readonly size: number;
}

export class WantTable {
  readonly #upstream: Upstream;
  readonly #byKey = new Map<string, Want>();
  readonly #byPid = new Map<number, Want>();
  readonly #ofReader = new Map<EventReader, Set<Want>>();
  readonly #switches = new Map<ProxyMessage, Switch | undefined>();
  /** By the event's name: sessions whose requests turn it on without a way to turn it off. */
  readonly #listeners = new Map<string, Set<EventReader>>();
  #nextPid = FIRST_PID;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** Wants that VPP has. */
  get size(): number {
    return this.#byKey.size;
  }

  /**
   * Takes over a request that turns events on or off.
   *
   * @returns false where the request is to be sent to VPP like all others
   */
  request(
    reader: EventReader,
    request: ProxyMessage,
    context: number,
    received: Uint8Array,
  ): boolean {
    const events = request.message.service?.events ?? [];
    if (events.length === 0) return false;
    const enabling = this.#switchOf(request);
    if (enabling === undefined) {
      for (const event of events) this.#listen(event, reader);
      return false;
    }
    const frame = received.slice();
    const pid = pidOf(request, frame) ?? 0;
    const key = keyOf(request, frame, enabling);
    if (isOn(frame, enabling)) this.#enable(reader, request, context, frame, key, pid);
    else this.#disable(reader, request, context, frame, key);
    return true;
  }

  /** Passes an event to those who want it. */
  event(message: ProxyMessage, frame: Uint8Array): void {
    const { name } = message.message;
    const pid = pidOf(message, frame);
    const want = pid === undefined ? undefined : this.#byPid.get(pid);
    const readers = want?.tells(name) === true ? want.members : this.#allReaders(name);
    for (const [reader, ownPid] of readers) reader.event(message, frame, ownPid);
  }

  /** Forgets a session, and turns off what only it wanted. */
  leave(reader: EventReader): void {
    for (const readers of this.#listeners.values()) readers.delete(reader);
    for (const want of this.#ofReader.get(reader) ?? []) {
      want.members.delete(reader);
      this.#turnOffUnused(want);
    }
    this.#ofReader.delete(reader);
  }

  #enable(
    reader: EventReader,
    request: ProxyMessage,
    context: number,
    frame: Uint8Array,
    key: string,
    pid: number,
  ): void {
    const excess = this.#excess(reader, key);
    if (excess !== undefined) return reader.refused("LIMIT", context, request, excess);
    let want = this.#byKey.get(key);
    if (want === undefined) {
      want = new Want(key, this.#nextPid++, request, frame);
      if (this.#send(this.#answerTo(want), want) === undefined) {
        return reader.refused("LIMIT", context, request, "too many requests of all clients wait");
      }
      this.#byKey.set(key, want);
      this.#byPid.set(want.pid, want);
    }
    this.#join(reader, want, pid);
    if (want.asking) want.waiting.push({ reader, context });
    else this.#replyFrom(reader, request, context, 0);
  }

  /** The limit that a further request of a session would be over. */
  #excess(reader: EventReader, key: string): string | undefined {
    const want = this.#byKey.get(key);
    if (want !== undefined && want.waiting.length >= MAX_WAITING) {
      return `${MAX_WAITING} requests for these events wait for an answer already`;
    }
    const count = this.#ofReader.get(reader)?.size ?? 0;
    if (want?.members.has(reader) !== true && count >= MAX_WANTS) {
      return `the session wants ${MAX_WANTS} kinds of events already`;
    }
    return undefined;
  }

  #join(reader: EventReader, want: Want, pid: number): void {
    want.members.set(reader, pid);
    const wants = this.#ofReader.get(reader) ?? new Set();
    wants.add(want);
    this.#ofReader.set(reader, wants);
  }

  #disable(
    reader: EventReader,
    request: ProxyMessage,
    context: number,
    frame: Uint8Array,
    key: string,
  ): void {
    const want = this.#byKey.get(key);
    if (want === undefined || !want.members.delete(reader)) {
      return this.#replyFrom(reader, request, context, INVALID_REGISTRATION);
    }
    this.#ofReader.get(reader)?.delete(want);
    if (want.members.size > 0) return this.#replyFrom(reader, request, context, 0);
    this.#remove(want);
    const call = this.#upstream.ask(
      {
        answered: (_, message, answer) => reader.reply(context, message, answer),
        unanswered: () => reader.refused("NO_ANSWER", context, request, NO_ANSWER),
      },
      request,
      context,
      frame,
      want.pid,
    );
    if (call === undefined) {
      reader.refused("LIMIT", context, request, "too many requests of all clients wait");
    }
  }

  #answerTo(want: Want): Caller {
    return {
      answered: (_, message, answer) => {
        want.asking = false;
        for (const { reader, context } of want.waiting.splice(0)) {
          reader.reply(context, message, answer);
        }
        const { retvalAt } = message;
        if (retvalAt !== undefined && getU32(answer, FRAME_HEADER + retvalAt) !== 0) {
          this.#remove(want);
        } else this.#turnOffUnused(want);
      },
      unanswered: () => {
        want.asking = false;
        this.#remove(want);
        for (const { reader, context } of want.waiting.splice(0)) {
          reader.refused("NO_ANSWER", context, want.request, NO_ANSWER);
        }
      },
    };
  }

  /** Nobody waits for the answer: the session that would is gone. */
  #turnOffUnused(want: Want): void {
    if (want.asking || want.members.size > 0 || this.#byKey.get(want.key) !== want) return;
    this.#remove(want);
    const enabling = this.#switchOf(want.request);
    if (enabling === undefined) return;
    want.frame.fill(0, enabling.at, enabling.at + enabling.size);
    this.#send({ answered: () => {}, unanswered: () => {} }, want);
  }

  #send(caller: Caller, want: Want): Call | undefined {
    const { frame, request, pid } = want;
    return this.#upstream.ask(caller, request, 0, frame, pid);
  }

  #remove(want: Want): void {
    if (this.#byKey.get(want.key) === want) this.#byKey.delete(want.key);
    this.#byPid.delete(want.pid);
    for (const reader of want.members.keys()) this.#ofReader.get(reader)?.delete(want);
  }

  #replyFrom(reader: EventReader, request: ProxyMessage, context: number, retval: number): void {
    const name = request.message.service?.reply;
    const message = name === undefined ? undefined : this.#upstream.messages.named(name);
    if (message !== undefined) reader.reply(context, message, retvalFrame(message, retval));
  }

  #listen(event: string, reader: EventReader): void {
    const readers = this.#listeners.get(event) ?? new Set();
    readers.add(reader);
    this.#listeners.set(event, readers);
  }

  /** For events whose pid says nothing: everybody who asked for any of them. */
  #allReaders(event: string): Map<EventReader, number | undefined> {
    const readers = new Map<EventReader, number | undefined>();
    for (const reader of this.#listeners.get(event) ?? []) readers.set(reader, undefined);
    for (const want of this.#byKey.values()) {
      if (!want.tells(event)) continue;
      for (const [reader, pid] of want.members) readers.set(reader, pid);
    }
    return readers;
  }

  #switchOf(request: ProxyMessage): Switch | undefined {
    if (!this.#switches.has(request)) this.#switches.set(request, findSwitch(request));
    return this.#switches.get(request);
  }
}

function findSwitch({ message }: ProxyMessage): Switch | undefined {
  const field = message.fields.find(({ name }) => SWITCHES.includes(name));
  if (field === undefined || resolveAlias(field.type).kind !== "scalar") return undefined;
  const at = wireOffset(message, field.name);
  const size = fixedSize(field.type);
  return at === undefined || size === undefined ? undefined : { at: FRAME_HEADER + at, size };
}

function isOn(frame: Uint8Array, { at, size }: Switch): boolean {
  return frame.subarray(at, at + size).some((byte) => byte !== 0);
}

function pidOf({ pidAt }: ProxyMessage, frame: Uint8Array): number | undefined {
  return pidAt === undefined ? undefined : getU32(frame, FRAME_HEADER + pidAt);
}

/** The same for requests that ask for the same events. */
function keyOf(request: ProxyMessage, frame: Uint8Array, { at, size }: Switch): string {
  const same = frame.slice();
  same.fill(0, 0, FRAME_HEADER);
  same.fill(0, at, at + size);
  for (const field of [request.contextAt, request.clientIndexAt, request.pidAt]) {
    if (field !== undefined) putU32(same, FRAME_HEADER + field, 0);
  }
  return same.join();
}
