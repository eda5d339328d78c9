/**
 * Values of unions that a connection gave lately, to be given again: next hops are few in most tables, and
 * to find a value takes a tenth of the time in which it is made, most of which is for the hidden property.
 * Whoever gets a value shares it, so only frozen ones may be kept.
 *
 * @module
 */

/** For each union; a power of two. */
const RECENT_VALUES = 256;

/** What the readers of one connection keep, each for itself. */
export class RecentUnions {
  readonly #readers = new Map<object, RecentValues>();

  /**
   * The values of one reader.
   *
   * @param reader what tells it from the others
   * @param size bytes of its union
   */
  of(reader: object, size: number): RecentValues {
    let values = this.#readers.get(reader);
    if (values === undefined) {
      values = new RecentValues(size);
      this.#readers.set(reader, values);
    }
    return values;
  }
}

/** A value, and of what it was made. */
interface RecentValue {
  readonly arm: number;
  readonly bytes: readonly number[];
  readonly value: object;
}

class RecentValues {
  readonly #size: number;
  readonly #values: (RecentValue | undefined)[] = new Array(RECENT_VALUES).fill(undefined);

  constructor(size: number) {
    this.#size = size;
  }

  /** The value of these bytes, of which this arm counts, where it is remembered. */
  find(from: Uint8Array, at: number, arm: number): object | undefined {
    const recent = this.#values[this.#placeOf(from, at)];
    if (recent === undefined || recent.arm !== arm) return undefined;
    const { bytes, value } = recent;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== from[at + i]) return undefined;
    }
    return value;
  }

  /** Remembers a value in place of another with the same hash. */
  keep(from: Uint8Array, at: number, arm: number, value: Readonly<object>): void {
    const bytes = Array.from(from.subarray(at, at + this.#size));
    this.#values[this.#placeOf(from, at)] = { arm, bytes, value };
  }

  #placeOf(from: Uint8Array, at: number): number {
    let hash = 0;
    for (let i = at; i < at + this.#size; i++) hash = hash * 31 + from[i]! | 0;
    return (hash ^ hash >>> 16) & RECENT_VALUES - 1;
  }
}
