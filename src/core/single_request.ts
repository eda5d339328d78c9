/**
 * One request, one reply.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { toError } from "./error_text.ts";
import { PendingRequest, type RequestOwner } from "./pending.ts";

/** Turns a record into the value that the caller gets; throws the error that a bad retval means. */
export type Decode<T> = (batch: Batch, record: number) => T;

/** What `sendRequest` gives. */
export interface RequestContext<Reply> {
  /**
   * The reply; the same however often it is asked for.
   *
   * @throws ReplyTimeoutError where none comes within the reply timeout
   * @throws VppApiError where its retval is not 0
   * @throws DisconnectedError where the connection ends before it
   */
  receiveReply(): Promise<Reply>;
}

export class SingleRequest<Reply> extends PendingRequest implements RequestContext<Reply> {
  readonly #decode: Decode<Reply>;
  #over = false;
  /** What it failed with, or else what came. */
  #error: Error | undefined;
  #reply: Reply | undefined;
  #resolve: ((reply: Reply) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #promise: Promise<Reply> | undefined;

  constructor(name: string, decode: Decode<Reply>, owner: RequestOwner) {
    super(name, owner);
    this.#decode = decode;
  }

  receiveReply(): Promise<Reply> {
    return this.#promise ??= this.#makePromise();
  }

  override deliver(_kind: number, batch: Batch, record: number): void {
    if (this.#over) return;
    let reply: Reply;
    try {
      reply = this.#decode(batch, record);
    } catch (error) {
      return this.fail(toError(error));
    }
    this.succeed(reply);
  }

  /** The request is over, with this reply; harmless where it is over already. */
  succeed(reply: Reply): void {
    if (this.#over) return;
    this.#over = true;
    this.owner.over(this, undefined);
    // The promise keeps the reply where there is one.
    if (this.#resolve === undefined) this.#reply = reply;
    else this.#resolve(reply);
  }

  override fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.owner.over(this, error);
    this.#reject?.(error);
  }

  /** Made only when somebody asks, so that a failure that nobody waits for is no unhandled rejection. */
  #makePromise(): Promise<Reply> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    // It is over without an error, so what was kept is the reply.
    if (this.#over) return Promise.resolve(this.#reply as Reply);
    const promise = new Promise<unknown>(takeEnds) as Promise<Reply>;
    this.#resolve = ends.resolve;
    this.#reject = ends.reject;
    // Otherwise the last reply would be held for as long as the program runs.
    takeEnds(nothing, nothing);
    return promise;
  }
}

function nothing(): void {}

/** Of the promise that is being made. */
const ends: Ends = { resolve: nothing, reject: nothing };

interface Ends {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** The same for all promises: engines look up the code of a new closure when it is first called. */
function takeEnds(resolve: Ends["resolve"], reject: Ends["reject"]): void {
  ends.resolve = resolve;
  ends.reject = reject;
}
