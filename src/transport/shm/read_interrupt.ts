import { libraryMessages, type VapiSymbols } from "../../../native/vapi.ts";

/** `SVM_Q_NOWAIT`. */
const noWait = 1;
/** How often to try to put in a message while others hold the lock. */
const putAttempts = 10_000;

/** The client's own queue, as the library sees it, and what is needed to put in a message. */
export interface InterruptPlace {
  /** Of the queue. */
  readonly queue: number;
  /** Memory of 8 bytes for a message's address: where it is, and what it holds. */
  readonly cell: { readonly address: number; readonly words: Uint32Array };
  /** A view of memory that the library has made. */
  view(address: number, byteLength: number): DataView;
}

/**
 * Makes a `vac_read` return that waits for a message. False where the queue is full, or where the library
 * does not export what it takes.
 */
export function interruptRead(
  { svm_queue_add: add, vl_msg_api_alloc: allocate, vac_free }: VapiSymbols,
  { queue, cell, view }: InterruptPlace,
): boolean {
  if (add === undefined || allocate === undefined) return false;
  const message = allocate(2);
  view(message, 2).setUint16(0, libraryMessages.interrupt);
  for (let attempt = 0; attempt < putAttempts; attempt++) {
    cell.words[0] = message >>> 0;
    cell.words[1] = Math.floor(message / 0x1_0000_0000);
    if (add(queue, cell.address, noWait) === 0) return true;
  }
  vac_free(message);
  return false;
}
