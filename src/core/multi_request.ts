/**
 * One request, many answers: a dump or a cursor request.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { VppError } from "../errors.ts";
import { KIND_PART } from "../schema/constants.generated.ts";
import { PendingRequest } from "./pending.ts";
import type { Decode } from "./single_request.ts";

/** What the end of a multi-part answer means: over, or (a cursor request) to be asked again. */
export type EndResult<End> = { readonly end: End } | "continue";

export interface MultiRequestHooks<Details, End> {
  readonly details: Decode<Details>;
  /** Reads the message that ends the answer. */
  readonly end: (batch: Batch, record: number) => EndResult<End>;
  /** Something came: the request has its whole time again. */
  readonly progress: () => void;
  /** Called once, when the last answer is here or the request failed. */
  readonly over: () => void;
  readonly timedOut: (timeoutMs: number) => Error;
}

/** What `next` gives. */
export type NextDetails<Details, End> =
  | { readonly message: Details; readonly stop: false }
  | { readonly message: End; readonly stop: true };

interface Waiter<Details, End> {
  readonly more: (details: Details) => void;
  readonly end: (end: End) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Holds what the reader has not taken yet, as records: values are made when they are taken. The end
 * never gets lost; what is held is bounded in bytes, and beyond the bound this request fails and no
 * other notices.
 */
export class MultiRequest<Details, End> extends PendingRequest {
  readonly #hooks: MultiRequestHooks<Details, End>;
  readonly #limit: number;
  readonly #name: string;
  #batches: (Batch | undefined)[] = [];
  #records: number[] = [];
  #sizes: number[] = [];
  #taken = 0;
  #bytes = 0;
  #finished: { readonly value: End } | { readonly error: Error } | undefined;
  readonly #waiters: Waiter<Details, End>[] = [];

  /** @param limit bytes of answers that may wait for the reader */
  constructor(name: string, limit: number, hooks: MultiRequestHooks<Details, End>) {
    super();
    this.#name = name;
    this.#limit = limit;
    this.#hooks = hooks;
  }

  override deliver(kind: number, batch: Batch, record: number, bytes: number): void {
    if (this.#finished !== undefined) return;
    if (kind !== KIND_PART) return this.#ended(batch, record);
    this.#hooks.progress();
    if (this.#waiters.length > 0) return this.#hand(batch, record);
    this.#batches.push(batch);
    this.#records.push(record);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    if (this.#bytes > this.#limit) {
      this.fail(
        new VppError(
          "BUFFER_FULL",
          `${this.#name} failed: over ${this.#limit} bytes of answers wait to be read; read faster, or raise replyBufferBytes of the channel`,
        ),
      );
    }
  }

  override fail(error: Error): void {
    this.#finish({ error });
  }

  override expire(timeoutMs: number): void {
    this.#finish({ error: this.#hooks.timedOut(timeoutMs) });
  }

  /** The next answer, or the end. Rejects with the failure after what came before it was taken. */
  next(): Promise<NextDetails<Details, End>> {
    return this.#await<NextDetails<Details, End>>(
      (message) => ({ message, stop: false }),
      (message) => ({ message, stop: true }),
    );
  }

  /** The same as `next`, as iterators have it. */
  nextResult(): Promise<IteratorResult<Details, End>> {
    return this.#await<IteratorResult<Details, End>>(
      (value) => ({ value, done: false }),
      (value) => ({ value, done: true }),
    );
  }

  #await<T>(more: (details: Details) => T, end: (end: End) => T): Promise<T> {
    if (this.#taken < this.#batches.length) {
      try {
        return Promise.resolve(more(this.#take()));
      } catch (error) {
        return Promise.reject(error);
      }
    }
    const finished = this.#finished;
    if (finished !== undefined) {
      return "error" in finished
        ? Promise.reject(finished.error)
        : Promise.resolve(end(finished.value));
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({
        more: (details) => resolve(more(details)),
        end: (value) => resolve(end(value)),
        reject,
      });
    });
  }

  /** Whether an answer can be taken without waiting. */
  get ready(): boolean {
    return this.#taken < this.#batches.length;
  }

  /** Takes an answer that is `ready`. */
  take(): Details {
    return this.#take();
  }

  /** Drops what is held; the reader has left. */
  discard(): void {
    this.#clear();
  }

  #take(): Details {
    const at = this.#taken++;
    const batch = this.#batches[at]!;
    const record = this.#records[at]!;
    this.#bytes -= this.#sizes[at]!;
    // The batch may be large: it must not be kept for what has been taken from it.
    this.#batches[at] = undefined;
    if (this.#taken === this.#batches.length) this.#clear();
    return this.#hooks.details(batch, record);
  }

  #clear(): void {
    this.#batches = [];
    this.#records = [];
    this.#sizes = [];
    this.#taken = 0;
    this.#bytes = 0;
  }

  #hand(batch: Batch, record: number): void {
    const waiter = this.#waiters.shift();
    try {
      waiter?.more(this.#hooks.details(batch, record));
    } catch (error) {
      waiter?.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #ended(batch: Batch, record: number): void {
    try {
      const result = this.#hooks.end(batch, record);
      if (result !== "continue") this.#finish({ value: result.end });
    } catch (error) {
      this.#finish({ error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  #finish(outcome: { readonly value: End } | { readonly error: Error }): void {
    if (this.#finished !== undefined) return;
    this.#finished = outcome;
    this.#hooks.over();
    for (const waiter of this.#waiters.splice(0)) {
      if ("error" in outcome) waiter.reject(outcome.error);
      else waiter.end(outcome.value);
    }
  }
}
