/**
 * A request that waits for its answer, as the session sees it.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { CallWatch } from "./call_watch.ts";
import { Expiring } from "./deadlines.ts";

/** How an answer stands to its request: the KIND_ values of a delivery. */
export type AnswerKind = number;

/** Who made a request. */
export interface RequestOwner {
  /** The request is over; called exactly once, with the failure where it failed. */
  over(request: PendingRequest, error: Error | undefined): void;
  /** The error of a request that got no answer in time. */
  timedOut(request: PendingRequest, timeoutMs: number): Error;
}

/** The constructor sets the fields, as that of {@linkcode Expiring}. */
export abstract class PendingRequest extends Expiring {
  /** The request's message name. */
  declare readonly name: string;
  /** The context on the wire; 0 where the request has not been sent or is over. */
  declare context: number;
  /** Who made it. */
  declare readonly owner: RequestOwner;
  /** Counts the requests of a session in the order in which they were sent. */
  declare ordinal: number;
  /** Ends listening to the caller's signal. */
  declare unlisten: (() => void) | undefined;
  /** Whoever traces this call. */
  declare watch: CallWatch | undefined;

  constructor(name: string, owner: RequestOwner) {
    super();
    this.name = name;
    this.owner = owner;
    this.context = 0;
    this.ordinal = 0;
    this.unlisten = undefined;
    this.watch = undefined;
  }

  /**
   * An answer came.
   *
   * @param record byte offset of its record in the batch
   * @param bytes size of the delivery, for limits on what is held
   */
  abstract deliver(kind: AnswerKind, batch: Batch, record: number, bytes: number): void;

  override expire(timeoutMs: number): void {
    this.fail(this.owner.timedOut(this, timeoutMs));
  }

  /** The request is over without an answer; harmless where it is over already. */
  abstract fail(error: Error): void;
}
