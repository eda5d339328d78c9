/**
 * Requests of all clients that VPP has not answered yet, by the context that they have on the one
 * connection to VPP. A context is a slot and a generation, so that a late answer to a request that was
 * forgotten reaches nobody.
 *
 * @module
 */
import { Expiring } from "../core/deadlines.ts";
import type { ProxyMessage } from "./message_map.ts";

const SLOT_BITS = 17;
const MAX_CALLS = 1 << SLOT_BITS;
const GENERATIONS = 1 << (32 - SLOT_BITS);

/** Who has sent a request and gets the answers. */
export interface Caller {
  /**
   * Answers: one frame, or several of the same message; valid during the call.
   *
   * @param last whether no other will come
   */
  answered(call: Call, message: ProxyMessage, frames: Uint8Array, last: boolean): void;
  /** No answer came in time. */
  unanswered(call: Call): void;
}

export class Call extends Expiring {
  readonly caller: Caller;
  readonly request: ProxyMessage;
  /** The context that the client gave. */
  readonly clientContext: number;
  /** The context towards VPP; 0 where the call is over. */
  context = 0;
  /** The chunk in which an answer came last: its time is renewed once a chunk. */
  heardIn = 0;
  readonly #calls: CallTable;

  constructor(calls: CallTable, caller: Caller, request: ProxyMessage, clientContext: number) {
    super();
    this.#calls = calls;
    this.caller = caller;
    this.request = request;
    this.clientContext = clientContext;
  }

  /** A dump is over when the control_ping behind it is answered, and that has its context. */
  get isDump(): boolean {
    const { service } = this.request.message;
    return service?.details !== undefined && service.reply === undefined;
  }

  override expire(): void {
    this.#calls.close(this);
    this.caller.unanswered(this);
  }
}

export class CallTable {
  readonly #calls: (Call | undefined)[] = [];
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  #count = 0;

  /** Calls that wait. */
  get count(): number {
    return this.#count;
  }

  /** A new call, or undefined where 131,072 wait. */
  open(caller: Caller, request: ProxyMessage, clientContext: number): Call | undefined {
    const slot = this.#free.pop() ?? this.#calls.length;
    if (slot === MAX_CALLS) return undefined;
    const call = new Call(this, caller, request, clientContext);
    // Never 0: that is what messages without a context of ours have.
    const generation = ((this.#generations[slot] ?? 0) % (GENERATIONS - 1)) + 1;
    this.#generations[slot] = generation;
    this.#calls[slot] = call;
    call.context = ((generation << SLOT_BITS) | slot) >>> 0;
    this.#count++;
    return call;
  }

  find(context: number): Call | undefined {
    const call = this.#calls[context & (MAX_CALLS - 1)];
    return call?.context === context ? call : undefined;
  }

  /** Harmless where the call is over. */
  close(call: Call): void {
    if (call.context === 0) return;
    const slot = call.context & (MAX_CALLS - 1);
    call.context = 0;
    this.#calls[slot] = undefined;
    this.#free.push(slot);
    this.#count--;
  }
}
