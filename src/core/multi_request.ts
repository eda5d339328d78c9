/**
 * One request, many answers: a dump or a cursor request.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { VppError } from "../errors.ts";
import { KIND_PART } from "../schema/constants.generated.ts";
import { toError } from "./error_text.ts";
import { PendingRequest, type RequestOwner } from "./pending.ts";
import type { ReplyBuffer } from "./reply_buffer.ts";
import type { Decode } from "./single_request.ts";

/** What the end of a multi-part answer means: over, or (a cursor request) to be asked again. */
export type EndResult<End> = { readonly end: End } | "continue";

/** What all requests with many answers need. */
export interface PartsHooks<End> {
  /** Reads the message that ends the answer; a cursor request that has more is sent again. */
  readonly end: (batch: Batch, record: number, request: PendingRequest) => EndResult<End>;
}

export interface MultiRequestHooks<Details, End> extends PartsHooks<End> {
  readonly details: Decode<Details>;
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
 * never gets lost; what is held is bounded, and beyond the bound this request fails and no other
 * notices.
 */
export class MultiRequest<Details, End> extends PendingRequest {
  readonly #hooks: MultiRequestHooks<Details, End>;
  readonly #buffer: ReplyBuffer;
  #finished: { readonly value: End } | { readonly error: Error } | undefined;
  readonly #waiters: Waiter<Details, End>[] = [];

  constructor(
    name: string,
    owner: RequestOwner,
    buffer: ReplyBuffer,
    hooks: MultiRequestHooks<Details, End>,
  ) {
    super(name, owner);
    this.#buffer = buffer;
    this.#hooks = hooks;
  }

  override deliver(kind: number, batch: Batch, record: number, bytes: number): void {
    if (this.#finished !== undefined) return;
    if (kind !== KIND_PART) return this.#ended(batch, record);
    this.watch?.part();
    if (this.#waiters.length > 0) return this.#hand(batch, record);
    if (this.#buffer.hold(batch, record, bytes)) return;
    this.#buffer.clear();
    this.fail(
      new VppError(
        "BUFFER_FULL",
        `${this.name} failed: more than ${this.#buffer.limitText} wait to be read; read faster, or raise replyBufferBytes of the channel`,
      ),
    );
  }

  override fail(error: Error): void {
    this.#finish({ error });
  }

  /** The next answer, or the end. Rejects with the failure after what came before it was taken. */
  next(): Promise<NextDetails<Details, End>> {
    return this.#await<NextDetails<Details, End>>(details, end);
  }

  /** The same as `next`, as iterators have it. */
  nextResult(): Promise<IteratorResult<Details, End>> {
    return this.#await<IteratorResult<Details, End>>(value, lastValue);
  }

  /** Whether an answer can be taken without waiting. */
  get ready(): boolean {
    return !this.#buffer.isEmpty;
  }

  /** Takes an answer that is `ready`. */
  take(): Details {
    return this.#buffer.take(this.#hooks.details);
  }

  /** Drops what is held; the reader has left. */
  discard(): void {
    this.#buffer.clear();
  }

  #await<T>(more: (details: Details) => T, end: (end: End) => T): Promise<T> {
    if (this.ready) {
      try {
        return Promise.resolve(more(this.take()));
      } catch (error) {
        return Promise.reject(toError(error));
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

  #hand(batch: Batch, record: number): void {
    const waiter = this.#waiters.shift();
    try {
      waiter?.more(this.#hooks.details(batch, record));
    } catch (error) {
      waiter?.reject(toError(error));
    }
  }

  #ended(batch: Batch, record: number): void {
    try {
      const result = this.#hooks.end(batch, record, this);
      if (result === "continue") this.renew();
      else this.#finish({ value: result.end });
    } catch (error) {
      this.fail(toError(error));
    }
  }

  #finish(outcome: { readonly value: End } | { readonly error: Error }): void {
    if (this.#finished !== undefined) return;
    this.#finished = outcome;
    this.#buffer.close();
    const error = "error" in outcome ? outcome.error : undefined;
    this.owner.over(this, error);
    for (const waiter of this.#waiters.splice(0)) {
      if ("error" in outcome) waiter.reject(outcome.error);
      else waiter.end(outcome.value);
    }
  }
}

// The two forms of an answer; here and not where they are used, since a dump asks for one a message.

function details<Details>(message: Details) {
  return { message, stop: false } as const;
}

function end<End>(message: End) {
  return { message, stop: true } as const;
}

function value<Details>(value: Details) {
  return { value, done: false } as const;
}

function lastValue<End>(value: End) {
  return { value, done: true } as const;
}
