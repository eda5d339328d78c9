/**
 * Requests that are sent again when the connection ended before their reply.
 *
 * @module
 */
import { DisconnectedError, VppError } from "../errors.ts";
import { joinSignals, pause } from "./abort.ts";
import type { Clock } from "./clock.ts";

/** How often and when. */
export interface RetryPolicy {
  /** Repetitions, beside the first attempt. */
  readonly count: number;
  /** Milliseconds before each. */
  readonly intervalMs: number;
  /** Whether what VPP may have executed already may be sent again. */
  readonly idempotent: boolean;
}

export interface RetryOptions<Reply> extends RetryPolicy {
  /** Sends the request and waits for its reply. */
  readonly send: () => Promise<Reply>;
  readonly clock: Clock;
  /** The caller gives up. */
  readonly signal: AbortSignal | undefined;
  /** The channel is closed. */
  readonly closed: AbortSignal;
}

/**
 * Waits for a reply, and repeats the request where the connection ended first.
 *
 * @param first the reply to what was sent already
 * @throws DisconnectedError where all repetitions are used up, or VPP may have executed the request
 */
export async function withRetries<Reply>(
  first: Promise<Reply>,
  options: RetryOptions<Reply>,
): Promise<Reply> {
  let reply = first;
  for (let left = options.count;; left--) {
    try {
      return await reply;
    } catch (error) {
      if (!(error instanceof DisconnectedError)) throw error;
      if (error.maybeExecuted && !options.idempotent) throw notRepeated(error);
      if (left === 0) throw usedUp(error, options.count);
    }
    await waitForTurn(options);
    reply = sendAgain(options.send);
  }
}

/** What is thrown at once counts as the reply. */
async function sendAgain<Reply>(send: () => Promise<Reply>): Promise<Reply> {
  return await send();
}

async function waitForTurn<Reply>(
  { clock, intervalMs, signal, closed }: RetryOptions<Reply>,
): Promise<void> {
  const either = joinSignals(signal, closed);
  try {
    await pause(clock, intervalMs, either.signal);
  } catch (cause) {
    throw closed.aborted
      ? new VppError("CLOSED", "A request was not sent again: its channel was closed")
      : new VppError("ABORTED", "A request was not sent again: it was aborted", { cause });
  } finally {
    either.release();
  }
}

function notRepeated(error: DisconnectedError): DisconnectedError {
  return new DisconnectedError(
    `${error.message}, so it was not sent again; mark the call idempotent where it may be executed twice`,
    true,
    { cause: error },
  );
}

function usedUp(error: DisconnectedError, count: number): DisconnectedError {
  return new DisconnectedError(
    `${error.message}; it was sent again ${count} times in vain`,
    error.maybeExecuted,
    { cause: error },
  );
}
