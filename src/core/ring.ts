/**
 * The newest of many things.
 *
 * @module
 */

/** Holds up to `size` items; a new one takes the place of the oldest. Iterates oldest first. */
export class Ring<T> implements Iterable<T> {
  readonly #size: number;
  #items: T[] = [];
  /** Where the oldest stands, once the ring is full. */
  #oldest = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(item: T): void {
    if (this.#items.length < this.#size) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#size;
  }

  clear(): void {
    this.#items = [];
    this.#oldest = 0;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.#items.slice(this.#oldest);
    yield* this.#items.slice(0, this.#oldest);
  }
}
