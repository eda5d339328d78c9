/**
 * What `sendMultiRequest` gives: the answers of a dump or a cursor request.
 *
 * @module
 */
import type { MultiRequest, NextDetails } from "./multi_request.ts";

/**
 * Read it with `receiveReply()` until `stop`, or with `for await`. Leaving the loop early gives the rest
 * up: VPP still sends it, and it is dropped.
 */
export interface MultiRequestContext<Details, End> extends AsyncIterable<Details, End> {
  /**
   * The next answer: `{ message, stop: false }`, and at the end `{ message, stop: true }` with the
   * message that ended it: the reply of a cursor request, undefined for a dump.
   *
   * @throws ReplyTimeoutError where nothing comes for the reply timeout
   * @throws VppApiError where VPP refuses the request
   * @throws DisconnectedError where the connection ends before the last answer
   */
  receiveReply(): Promise<NextDetails<Details, End>>;
  /** All answers; for dumps that fit into memory. */
  toArray(): Promise<Details[]>;
  /** Gives the rest up. Harmless at the end. */
  cancel(): void;
}

/** The context of a request. */
export function multiRequestContext<Details, End>(
  request: MultiRequest<Details, End>,
  cancel: () => void,
): MultiRequestContext<Details, End> {
  return {
    receiveReply: () => request.next(),
    toArray: () => takeAll(request),
    cancel,
    [Symbol.asyncIterator]: () => ({
      next: () => request.nextResult(),
      return: (value) => {
        cancel();
        return Promise.resolve(value).then((end) => ({ value: end as End, done: true }));
      },
    }),
  };
}

async function takeAll<Details, End>(request: MultiRequest<Details, End>): Promise<Details[]> {
  const all: Details[] = [];
  while (true) {
    while (request.ready) all.push(request.take());
    const next = await request.next();
    if (next.stop) return all;
    all.push(next.message);
  }
}
