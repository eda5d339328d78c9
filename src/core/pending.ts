/**
 * A request that waits for its answer, as the session sees it.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import { Expiring } from "./deadlines.ts";

/** How an answer stands to its request: the KIND_ values of a delivery. */
export type AnswerKind = number;

export abstract class PendingRequest extends Expiring {
  /** The context on the wire; 0 where the request has not been sent or is over. */
  context = 0;

  /**
   * An answer came.
   *
   * @param record byte offset of its record in the batch
   * @param bytes size of the delivery, for limits on what is held
   */
  abstract deliver(kind: AnswerKind, batch: Batch, record: number, bytes: number): void;

  /** The request is over without an answer; called at most once. */
  abstract fail(error: Error): void;
}
