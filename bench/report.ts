/**
 * The table and the JSON file of a run.
 *
 * @module
 */
import { formatTable } from "../src/cli/table.ts";
import type { BenchCase } from "./cases.ts";
import { median, ratio } from "./measure.ts";
import type { Figures } from "./parameters.ts";

/** All rounds of one client in one case. */
export interface Measured {
  readonly case: BenchCase;
  readonly client: string;
  /** One a round. */
  readonly rounds: readonly Figures[];
  /** Why there are none. */
  readonly skip?: string;
}

/** A row of the report. */
export interface Row {
  readonly case: string;
  readonly client: string;
  readonly unit: BenchCase["unit"];
  /** The medians of the rounds. */
  readonly figures: Figures;
  /** How many times better than the reference, the median of the rounds' ratios; undefined: no reference. */
  readonly ratio: number | undefined;
  /** The reference's processor time a message over this client's: above 1, this one needs less. */
  readonly cpuRatio: number | undefined;
  readonly rounds: readonly Figures[];
  readonly skip: string | undefined;
}

/** @param reference the client to which the others are compared, within each case and round */
export function rowsOf(measured: readonly Measured[], reference: string): Row[] {
  return measured.map((one) => {
    const { name, unit } = one.case;
    const other = measured.find((each) => each.case === one.case && each.client === reference);
    return {
      case: name,
      client: one.client,
      unit,
      figures: medians(one.rounds),
      ratio: other === undefined ? undefined : advantage(one, other, unit, unit === "perSecond"),
      cpuRatio: other === undefined ? undefined : advantage(one, other, "cpuMicroseconds", false),
      rounds: one.rounds,
      skip: one.skip,
    };
  });
}

/** Above 1: better than the other; undefined where a figure is missing. */
function advantage(
  one: Measured,
  other: Measured,
  figure: string,
  moreIsBetter: boolean,
): number | undefined {
  const own = one.rounds.map((figures) => figures[figure] ?? Number.NaN);
  const others = other.rounds.map((figures) => figures[figure] ?? Number.NaN);
  const value = moreIsBetter ? ratio(own, others) : ratio(others, own);
  return Number.isFinite(value) ? value : undefined;
}

function medians(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((
      name,
    ) => [name, median(rounds.map((figures) => figures[name] ?? Number.NaN))]),
  );
}

export function tableOf(rows: readonly Row[]): string {
  const shown = rows.filter((row) => row.skip === undefined);
  return formatTable(
    [
      ...["case", "client", "figure", "to GoVPP", "CPU µs", "to GoVPP", "server µs"],
      ...["p50 ms", "p99 ms", "more"],
    ],
    shown.map((row) => {
      const { perSecond, milliseconds, cpuMicroseconds, serverMicroseconds, ...others } =
        row.figures;
      const { p50, p99, ...more } = others;
      return [
        row.case,
        row.client,
        row.unit === "perSecond"
          ? `${Math.round(perSecond ?? Number.NaN).toLocaleString("en")}/s`
          : `${rounded(milliseconds)} ms`,
        times(row.ratio),
        rounded(cpuMicroseconds),
        times(row.cpuRatio),
        rounded(serverMicroseconds),
        rounded(p50),
        rounded(p99),
        Object.entries(more).map(([name, value]) => `${name} ${rounded(value)}`).join(", "),
      ];
    }),
  );
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? "" : `${ratio.toFixed(2)} x`;
}

function rounded(value: number | undefined): string {
  return value === undefined ? "" : Number(value.toPrecision(3)).toString();
}
