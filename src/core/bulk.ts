/**
 * Many requests of one kind, of which a bounded number is under way at a time. They take turns in a few
 * places, and none has a promise of its own: that is what most of the time of a short call goes to.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { toError } from "./error_text.ts";
import { PendingRequest, type RequestOwner } from "./pending.ts";
import type { Decode } from "./single_request.ts";

/** Gets what becomes of each request; `index` counts them from 0. */
export interface BulkOutcomes<Reply> {
  replied(index: number, reply: Reply): void;
  /** Returns whether the others are still wanted. */
  failed(index: number, error: Error): boolean;
}

/** Sends a request. What it throws is that request's failure. */
export type BulkSender<Reply> = (fields: object, place: BulkPlace<Reply>) => void;

export interface BulkOptions<Reply> {
  /** Of the requests' message. */
  readonly name: string;
  readonly owner: RequestOwner;
  /** How many requests may be under way. */
  readonly places: number;
  readonly send: BulkSender<Reply>;
  readonly outcomes: BulkOutcomes<Reply>;
}

/** Where a request is while it is under way. */
export class BulkPlace<Reply> extends PendingRequest {
  /** Reads the reply of the request that is here. */
  decode: Decode<Reply> | undefined;
  /** Of the request that is here; -1 for none. */
  index = -1;
  readonly #bulk: Bulk<Reply>;

  constructor(bulk: Bulk<Reply>, { name, owner }: BulkOptions<Reply>) {
    super(name, owner);
    this.#bulk = bulk;
  }

  override deliver(_kind: number, batch: Batch, record: number): void {
    if (this.index === -1 || this.decode === undefined) return;
    let reply: Reply;
    try {
      reply = this.decode(batch, record);
    } catch (error) {
      return this.fail(toError(error));
    }
    this.succeed(reply);
  }

  /** Harmless where the request is over. */
  succeed(reply: Reply): void {
    const index = this.#leave(undefined);
    if (index !== -1) this.#bulk.replied(this, index, reply);
  }

  override fail(error: Error): void {
    const index = this.#leave(error);
    if (index !== -1) this.#bulk.failed(this, index, error);
  }

  /** The request that is here is over, and nobody is told. */
  cancel(error: Error): void {
    this.#leave(error);
  }

  /** Returns the index of what was here. */
  #leave(error: Error | undefined): number {
    const { index } = this;
    if (index === -1) return -1;
    this.index = -1;
    this.owner.over(this, error);
    this.unlisten = undefined;
    this.watch = undefined;
    return index;
  }
}

export class Bulk<Reply> {
  /** Resolves when all are over; rejects with the failure after which the others are not wanted. */
  readonly done: Promise<void>;
  readonly #options: BulkOptions<Reply>;
  readonly #requests: Iterator<object>;
  readonly #places: BulkPlace<Reply>[] = [];
  readonly #free: BulkPlace<Reply>[] = [];
  #sent = 0;
  #isExhausted = false;
  #isOver = false;
  #isFilling = false;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(requests: Iterable<object>, options: BulkOptions<Reply>) {
    this.#options = options;
    this.#requests = requests[Symbol.iterator]();
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#fill();
  }

  /** Ends all of it, those under way as well. Harmless at the end. */
  stop(error: Error): void {
    this.#giveUp(error);
    for (const place of this.#places) place.cancel(error);
  }

  /** For places: the request is over. */
  replied(place: BulkPlace<Reply>, index: number, reply: Reply): void {
    if (!this.#isOver) this.#options.outcomes.replied(index, reply);
    this.#leave(place);
  }

  /** For places: the request is over. */
  failed(place: BulkPlace<Reply>, index: number, error: Error): void {
    if (!this.#isOver && !this.#options.outcomes.failed(index, error)) this.#giveUp(error);
    this.#leave(place);
  }

  /** The next requests are sent together, and not while the answers of a chunk are handed out. */
  #leave(place: BulkPlace<Reply>): void {
    this.#free.push(place);
    if (this.#isFilling || this.#isOver) return;
    this.#isFilling = true;
    queueMicrotask(() => this.#fill());
  }

  #fill(): void {
    this.#isFilling = true; // What fails at once leaves its place to this loop.
    while (!this.#isOver && !this.#isExhausted) {
      const place = this.#freePlace();
      if (place === undefined) break;
      const fields = this.#next();
      if (fields === undefined) this.#free.push(place);
      else this.#send(place, fields);
    }
    this.#isFilling = false;
    if (this.#isExhausted && this.#free.length === this.#places.length) this.#end();
  }

  #freePlace(): BulkPlace<Reply> | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#places.length === this.#options.places) return free;
    const place = new BulkPlace(this, this.#options);
    this.#places.push(place);
    return place;
  }

  /** The next request; undefined where there is none, or the caller's iterator has failed. */
  #next(): object | undefined {
    try {
      const next = this.#requests.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#isOver = true; // It needs no other word of the end.
      this.#reject(toError(error));
    }
    this.#isExhausted = true;
    return undefined;
  }

  #send(place: BulkPlace<Reply>, fields: object): void {
    place.index = this.#sent++;
    try {
      this.#options.send(fields, place);
    } catch (error) {
      place.fail(toError(error));
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#resolve();
  }

  #giveUp(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reject(error);
    if (!this.#isExhausted) this.#requests.return?.();
  }
}
