/**
 * Answers of dumps that their user let go of without reading them to the end: they count as held until
 * the request has been collected.
 *
 * @module
 */
import { type Deadlines, Expiring } from "./deadlines.ts";
import type { ReplyBuffer } from "./reply_buffer.ts";

/**
 * To have a request's collection reported costs as much as ten answers. Nearly all dumps are read to the
 * end within this time, or before the next one is sent, and then there is nothing to report.
 */
const REPORT_AFTER_MS = 1000;

/** A request, which whoever can still read holds, and its answers. */
interface Reading {
  readonly request: object;
  readonly buffer: ReplyBuffer;
}

/** The dumps of one channel. Holds on to one that is over until the next is sent, or for `REPORT_AFTER_MS`. */
export class UnreadAnswers extends Expiring {
  readonly #deadlines: Deadlines;
  /** Some edge workers have no such registry: there unread answers count until the channel is closed. */
  readonly #registry = typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<ReplyBuffer>((buffer) => buffer.clear());
  readonly #recent: Reading[] = [];

  constructor(deadlines: Deadlines) {
    super();
    this.#deadlines = deadlines;
  }

  /** From now on the answers in `buffer` no longer count when `request` is collected. */
  watch(request: object, buffer: ReplyBuffer): void {
    if (this.#registry === undefined) return;
    while (this.#recent.at(-1)?.buffer.isClosed) this.#report(this.#recent.pop());
    this.#recent.push({ request, buffer });
    if (this.list === undefined) this.#deadlines.enter(this, REPORT_AFTER_MS);
  }

  override expire(): void {
    for (const reading of this.#recent.splice(0)) this.#report(reading);
  }

  /** Has the collection of a request reported, unless it was read to the end. */
  #report(reading: Reading | undefined): void {
    if (reading === undefined || reading.buffer.isRead) return;
    this.#registry?.register(reading.request, reading.buffer);
  }
}
