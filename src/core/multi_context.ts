/**
 * What `sendMultiRequest` gives: the answers of a dump or a cursor request.
 *
 * @module
 */
import { type MultiRequest, type NextDetails } from "./multi_request.ts";

/**
 * Read it with `receiveReply()` until `stop`, or with `for await`. Leaving the loop early gives the rest
 * up: VPP still sends it, and it is dropped.
 */
export class MultiRequestContext<Details, End> implements AsyncIterable<Details> {
  readonly #request: MultiRequest<Details, End>;
  readonly #cancel: () => void;

  constructor(request: MultiRequest<Details, End>, cancel: () => void) {
    this.#request = request;
    this.#cancel = cancel;
  }

  /**
   * The next answer: `{ message, stop: false }`, and at the end `{ message, stop: true }` with the
   * message that ended it: the reply of a cursor request, undefined for a dump.
   *
   * @throws ReplyTimeoutError where nothing comes for the reply timeout
   * @throws VppApiError where VPP refuses the request
   * @throws DisconnectedError where the connection ends before the last answer
   */
  receiveReply(): Promise<NextDetails<Details, End>> {
    return this.#request.next();
  }

  /** All answers; for dumps that fit into memory. */
  async toArray(): Promise<Details[]> {
    const all: Details[] = [];
    while (true) {
      while (this.#request.ready) all.push(this.#request.take());
      const next = await this.#request.next();
      if (next.stop) return all;
      all.push(next.message);
    }
  }

  /** Gives the rest up. Harmless at the end. */
  cancel(): void {
    this.#cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<Details, End> {
    return {
      next: async () => {
        const next = await this.#request.next();
        return next.stop
          ? { value: next.message, done: true }
          : { value: next.message, done: false };
      },
      return: (value) => {
        this.#cancel();
        return Promise.resolve({ value: value as End, done: true as const });
      },
    };
  }
}
