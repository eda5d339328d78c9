/**
 * Requests without a handler of their own.
 *
 * @module
 */
import type { Call } from "../call.ts";
import { wantEvents } from "./events.ts";

/**
 * Answers a request that nobody implements: events are turned on or off, a reply has only zeroes, a
 * dump finds nothing.
 */
export function answerByDefault(call: Call): void {
  const { service } = call.request;
  if (service === undefined) return;
  if (service.events.length > 0) wantEvents(call);
  else if (service.reply !== undefined) call.reply();
}
