/**
 * Who takes messages from the client's own queue. While requests follow each other the main thread does
 * so by itself, which saves two changes of threads a reply. It may not wait there, and it must not let
 * VPP wait: so the reader's thread takes the queue back whenever the main thread does not look for a while,
 * and gets it where the main thread does not want to wait for a late reply.
 *
 * @module
 */
import { controlWords, owners } from "./protocol.ts";
import type { OwnQueue } from "./own_queue.ts";

/** How long the main thread may leave the queue alone while there is something in it, in ms. */
const patienceMs = 1;
/** How often it may do so while there is nothing, before the reader waits for that in the library. */
const maxQuietTurns = 50;

/** The main thread's side. */
export class QueueBorrower {
  readonly #control: Int32Array;

  constructor(control: Int32Array) {
    this.#control = control;
  }

  get isOwner(): boolean {
    return Atomics.load(this.#control, controlWords.owner) === owners.main;
  }

  /** Asks for the queue: the reader hands it over after the next message. */
  request(): void {
    this.#change(owners.reader, owners.requested);
  }

  /** Runs `read` where the queue is this thread's; the reader does not take it back meanwhile. */
  run<T>(read: () => T, otherwise: T): T {
    if (!this.#change(owners.main, owners.mainReads)) return otherwise;
    try {
      return read();
    } finally {
      this.#change(owners.mainReads, owners.main);
    }
  }

  /** Says that this thread looks after the queue. */
  look(): void {
    Atomics.add(this.#control, controlWords.looks, 1);
  }

  /** Gives the queue back, or does not want it any more. */
  giveBack(): void {
    if (this.#change(owners.requested, owners.reader)) return;
    if (!this.#change(owners.main, owners.reader)) return;
    Atomics.add(this.#control, controlWords.returned, 1);
    Atomics.notify(this.#control, controlWords.returned);
  }

  #change(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#control, controlWords.owner, from, to) === from;
  }
}

/** The reader's side: lends the queue to the main thread where it wants it; returns with the queue. */
export function lendQueue(control: Int32Array, queue: OwnQueue): void {
  const { owner, returned, looks } = controlWords;
  if (Atomics.load(control, owner) !== owners.requested) return;
  const seen = Atomics.load(control, returned);
  let lastLooks = Atomics.load(control, looks);
  if (Atomics.compareExchange(control, owner, owners.requested, owners.main) !== owners.requested) {
    return;
  }
  for (let quietTurns = 0;;) {
    Atomics.wait(control, returned, seen, patienceMs);
    // It may have been given back, and requested again since.
    if (Atomics.load(control, owner) < owners.main) return;
    const looksNow = Atomics.load(control, looks);
    quietTurns = looksNow === lastLooks ? quietTurns + 1 : 0;
    lastLooks = looksNow;
    const isNeglected = quietTurns > 0 && !queue.isEmpty;
    if (
      (isNeglected || quietTurns > maxQuietTurns) &&
      Atomics.compareExchange(control, owner, owners.main, owners.reader) === owners.main
    ) return;
  }
}
