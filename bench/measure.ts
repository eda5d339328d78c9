/**
 * Measuring things that are to be compared, in one run.
 *
 * @module
 */

/** Something to be measured: works off `size` messages each time that it is called. */
export interface Work {
  readonly name: string;
  readonly size: number;
  run(): void;
}

export interface MeasureOptions {
  /** Rounds of which the median counts. */
  readonly rounds: number;
  /** Milliseconds that each piece of work gets in a round. */
  readonly milliseconds: number;
}

/** Rounds that do not count: they are for the engine's compilers. */
const WARM_UP_ROUNDS = 3;

/**
 * Messages a second of each piece of work, round by round. Within a round the works take turns, so that
 * whatever else the machine does in the meantime befalls all of them.
 */
export function measure(works: readonly Work[], options: MeasureOptions): Map<string, number[]> {
  const rates = new Map(works.map((work): [string, number[]] => [work.name, []]));
  for (let round = -WARM_UP_ROUNDS; round < options.rounds; round++) {
    for (const work of works) {
      const rate = rateOf(work, options.milliseconds);
      if (round >= 0) rates.get(work.name)?.push(rate);
    }
  }
  return rates;
}

function rateOf(work: Work, milliseconds: number): number {
  const start = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    work.run();
    runs++;
    elapsed = performance.now() - start;
  }
  return (runs * work.size * 1000) / elapsed;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of the rounds' ratios of `a` to `b`. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}
