/**
 * Change per second between two readings.
 *
 * @module
 */
import type { StatsReading } from "./stats_reader.ts";
import type { StatsValue } from "./values.ts";

/**
 * Change per second of one counter, summed over the threads, by index. A combined counter has
 * packets and bytes in turn, as `CombinedCounters.sums`; a gauge or timestamp has one number, which
 * may be negative.
 */
export type CounterRates = Float64Array;

/** By the counter's name. Valid until the next reading. */
export type StatsRates = ReadonlyMap<string, CounterRates>;

const noRates: StatsRates = new Map();

/** Remembers one reading, to compare the next one with it. */
export class RateMeter {
  #generation: number | undefined;
  #identity: string | undefined;
  #at = 0;
  #meters = new Map<string, CounterMeter>();
  #rates: StatsRates = noRates;

  /** @param now milliseconds. */
  measure(reading: StatsReading, now: number): StatsRates {
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    if (reading.generation !== this.#generation) return this.#adopt(reading, seconds);
    for (const { name, value } of reading.counters) this.#meters.get(name)?.measure(value, seconds);
    return this.#rates;
  }

  /** Counters came, went or grew: those that are still there have rates at once. */
  #adopt({ counters, generation, identity }: StatsReading, seconds: number): StatsRates {
    const before = identity === this.#identity ? this.#meters : new Map<string, CounterMeter>();
    const known = new Map<string, CounterRates>();
    this.#meters = new Map();
    for (const { name, value } of counters) {
      const length = numbersIn(value);
      if (length === undefined) continue;
      const meter = new CounterMeter(length, before.get(name));
      meter.measure(value, seconds);
      this.#meters.set(name, meter);
      if (before.has(name)) known.set(name, meter.rates);
    }
    this.#rates = new Map([...this.#meters].map(([name, { rates }]) => [name, rates]));
    this.#generation = generation;
    this.#identity = identity;
    return known;
  }
}

/** undefined where a value has no rate. */
function numbersIn(value: StatsValue): number | undefined {
  switch (value.type) {
    case "scalar":
    case "gauge":
      return 1;
    case "simple":
      return value.length;
    case "combined":
      return 2 * value.length;
    default:
      return undefined;
  }
}

class CounterMeter {
  readonly rates: CounterRates;
  #now: BigUint64Array;
  #before: BigUint64Array;

  /** @param earlier its numbers are what the first measurement is compared with; 0 where none. */
  constructor(length: number, earlier: CounterMeter | undefined) {
    this.rates = new Float64Array(length);
    this.#now = new BigUint64Array(length);
    this.#before = new BigUint64Array(length);
    if (earlier !== undefined) this.#now.set(earlier.#now.subarray(0, length));
  }

  measure(value: StatsValue, seconds: number): void {
    [this.#before, this.#now] = [this.#now, this.#before];
    if (value.type === "scalar" || value.type === "gauge") {
      this.#now[0] = value.value;
      this.rates[0] = this.#change(0) / seconds;
    } else if (value.type === "simple" || value.type === "combined") {
      value.sums(this.#now);
      for (let i = 0; i < this.rates.length; i++) this.rates[i] = this.#growth(i) / seconds;
    }
  }

  /** A counter that is smaller than before has been cleared, and has counted from 0. */
  #growth(i: number): number {
    const now = this.#now[i] ?? 0n;
    const before = this.#before[i] ?? 0n;
    return Number(now >= before ? now - before : now);
  }

  #change(i: number): number {
    return Number(BigInt.asIntN(64, (this.#now[i] ?? 0n) - (this.#before[i] ?? 0n)));
  }
}
