/**
 * What goes wrong, on demand: for tests of clients.
 *
 * @module
 */
import type { Clock, TimerHandle } from "../core/clock.ts";
import type { Call } from "./call.ts";
import { alterFrames } from "./alter_frames.ts";

/** What happens instead of the proper answer to a request. */
export type Fault =
  /** The answer leaves `ms` milliseconds late; what is asked later is not held up. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The request is neither executed nor answered. */
  | { readonly kind: "drop" }
  /** The request is executed and not answered. */
  | { readonly kind: "loseReply" }
  /** The connection ends; the request is not executed. */
  | { readonly kind: "close" }
  /** The first `bytes` bytes of the answer leave, then the connection ends. */
  | { readonly kind: "cut"; readonly bytes: number }
  /** The connection stays, and nothing on it is answered any more. */
  | { readonly kind: "silence" }
  /** The client's bytes are not read any more. */
  | { readonly kind: "stopReading" }
  /** The request is not executed; its reply has this `retval`. */
  | { readonly kind: "retval"; readonly retval: number }
  /** These bytes leave in place of the answer. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array }
  /** Another message, all fields 0, leaves in place of the answer, with the request's context. */
  | { readonly kind: "wrongMessage"; readonly message: string }
  /** The answer's messages leave with this id, 0xfffe by default. */
  | { readonly kind: "wrongId"; readonly id?: number }
  /** The answer's messages leave with this context; the request's with all bits flipped by default. */
  | { readonly kind: "wrongContext"; readonly context?: number }
  /** The answer's messages leave without their last `bytes` bytes, in frames as long as they are. */
  | { readonly kind: "shorten"; readonly bytes: number };

/** To which requests a fault happens. */
export interface FaultRule {
  /** A request's name; any request by default. */
  readonly message?: string;
  /** So many matching requests go well first; 0 by default. */
  readonly skip?: number;
  /** So many requests meet the fault; 1 by default, Infinity until the rule is removed. */
  readonly times?: number;
}

interface ActiveRule {
  readonly fault: Fault;
  readonly message: string | undefined;
  skip: number;
  times: number;
}

export class FaultPlan {
  readonly #clock: Clock;
  readonly #rules = new Set<ActiveRule>();
  readonly #delayed = new Set<TimerHandle>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  /** Adds a fault; where several match a request, the one added first happens. Returns its removal. */
  add(fault: Fault, rule: FaultRule = {}): () => void {
    const { message, skip = 0, times = 1 } = rule;
    const active: ActiveRule = { fault, message, skip, times };
    if (times > 0) this.#rules.add(active);
    return () => void this.#rules.delete(active);
  }

  /** From now on everything goes well; answers that are late already still come. */
  clear(): void {
    this.#rules.clear();
  }

  /** Gives up the answers that are still to come late. */
  cancelDelayed(): void {
    for (const handle of this.#delayed) this.#clock.clearTimeout(handle);
    this.#delayed.clear();
  }

  /** Answers the request, with the fault that it meets; `answer` is the proper way. */
  apply(call: Call, answer: () => void): void {
    const fault = this.#next(call.request.name);
    if (fault === undefined) answer();
    else this.#happen(fault, call, answer);
  }

  #next(message: string): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.message !== undefined && rule.message !== message) continue;
      if (rule.skip > 0) {
        rule.skip--;
        continue;
      }
      if (--rule.times <= 0) this.#rules.delete(rule);
      return rule.fault;
    }
    return undefined;
  }

  #happen(fault: Fault, call: Call, answer: () => void): void {
    const { connection } = call;
    const client = call.client ?? connection;
    switch (fault.kind) {
      case "drop":
        return;
      case "close":
        return connection.end();
      case "silence":
        return connection.silence();
      case "stopReading":
        answer();
        return connection.link.pause();
      case "retval":
        return call.replyRetval(fault.retval);
      case "raw":
        return client.sendBytes(fault.bytes);
      case "wrongMessage":
        return call.sendMessage(fault.message, {});
      case "loseReply":
        client.capture(answer);
        return;
      case "delay":
        return this.#later(call, client.capture(answer), fault.ms);
      case "cut":
        client.sendBytes(client.capture(answer).subarray(0, fault.bytes));
        return client.end();
      case "wrongId":
      case "wrongContext":
      case "shorten":
        return client.sendBytes(alterFrames(client.capture(answer), fault, call.vpp));
    }
  }

  #later(call: Call, frames: Uint8Array, ms: number): void {
    const handle = this.#clock.setTimeout(() => {
      this.#delayed.delete(handle);
      call.client?.sendBytes(frames);
      call.vpp.flush();
    }, ms);
    this.#delayed.add(handle);
  }
}
