/**
 * What travels along with asynchronous calls: the part of `AsyncLocalStorage` that the trace needs. The
 * class itself lives in `node:async_hooks`, which not every runtime has.
 *
 * @module
 */

/** Carries one value along. */
export interface AsyncContext<T> {
  /** Runs `act`; inside, also after awaits, `getStore` gives `value`. */
  run<R>(value: T, act: () => R): R;
  getStore(): T | undefined;
}

/** Makes a context: `{ create: () => new AsyncLocalStorage() }`. */
export interface AsyncContextFactory {
  create<T>(): AsyncContext<T>;
}
