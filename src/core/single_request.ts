/**
 * One request, one reply.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { PendingRequest } from "./pending.ts";

/** Turns a record into the value that the caller gets; throws the error that a bad retval means. */
export type Decode<T> = (batch: Batch, record: number) => T;

export class SingleRequest<Reply> extends PendingRequest {
  readonly #decode: Decode<Reply>;
  readonly #over: (request: SingleRequest<Reply>) => void;
  readonly #timedOut: (timeoutMs: number) => Error;
  #outcome: { readonly value: Reply } | { readonly error: Error } | undefined;
  #resolve: ((reply: Reply) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #promise: Promise<Reply> | undefined;

  /**
   * @param over called once, when the request has its answer or failed
   * @param timedOut makes the error of a request that expired
   */
  constructor(
    decode: Decode<Reply>,
    over: (request: SingleRequest<Reply>) => void,
    timedOut: (timeoutMs: number) => Error,
  ) {
    super();
    this.#decode = decode;
    this.#over = over;
    this.#timedOut = timedOut;
  }

  /** The reply; the same promise however often it is asked for. */
  reply(): Promise<Reply> {
    return this.#promise ??= this.#makePromise();
  }

  override deliver(_kind: number, batch: Batch, record: number): void {
    try {
      this.#settle({ value: this.#decode(batch, record) });
    } catch (error) {
      this.#settle({ error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  override fail(error: Error): void {
    this.#settle({ error });
  }

  override expire(timeoutMs: number): void {
    this.#settle({ error: this.#timedOut(timeoutMs) });
  }

  #settle(outcome: { readonly value: Reply } | { readonly error: Error }): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#over(this);
    if ("error" in outcome) this.#reject?.(outcome.error);
    else this.#resolve?.(outcome.value);
  }

  /** Made only when somebody asks, so that a failure that nobody waits for is no unhandled rejection. */
  #makePromise(): Promise<Reply> {
    const outcome = this.#outcome;
    if (outcome !== undefined) {
      return "error" in outcome ? Promise.reject(outcome.error) : Promise.resolve(outcome.value);
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
}
