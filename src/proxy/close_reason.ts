/**
 * The reason in a WebSocket's close frame.
 *
 * @module
 */

/** A close frame holds 125 bytes, of which the code takes two. */
const MAX_REASON_BYTES = 123;

/** Cuts a reason to what a close frame holds, between two characters. */
export function closeReason(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_REASON_BYTES));
  return text.slice(0, read);
}
