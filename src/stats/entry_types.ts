/**
 * What the type numbers of the directory mean. VPP 22.06 removed number 4 and moved the later ones
 * down, without a new version in the header, so the numbering has to be known by VPP's release, or
 * found out.
 *
 * @module
 */
import { VppError } from "../errors.ts";

/** What an entry of the directory holds. */
export type StatsEntryType =
  | "scalar"
  | "gauge"
  | "simple"
  | "combined"
  | "error"
  | "names"
  | "empty"
  | "symlink"
  | "histogram"
  | "ring"
  | "unknown";

/** Which meaning the type numbers have; named by the releases of VPP. */
export type TypeNumbering = "until 22.02" | "since 22.06";

const types: Readonly<Record<TypeNumbering, readonly StatsEntryType[]>> = {
  // Until 20.09 there are no symlinks (7); that does not matter to a reader.
  "until 22.02": [
    "unknown",
    "scalar",
    "simple",
    "combined",
    "error",
    "names",
    "empty",
    "symlink",
  ],
  // 7 to 9 exist since 26.02. Gauges were scalars (1) before.
  "since 22.06": [
    "unknown",
    "scalar",
    "simple",
    "combined",
    "names",
    "empty",
    "symlink",
    "histogram",
    "ring",
    "gauge",
  ],
};

/** The meaning of a type number; `unknown` for a number of a later VPP. */
export function entryTypeOf(numbering: TypeNumbering, code: number): StatsEntryType {
  return types[numbering][code] ?? "unknown";
}

/** The type number of a type; for those who write a segment. */
export function typeCodeOf(numbering: TypeNumbering, type: StatsEntryType): number {
  return types[numbering].indexOf(type);
}

/**
 * The numbering of a release of VPP.
 *
 * @param version as `show_version` gives it: `26.06-release`, `v22.02.1-3~g...`, or just `24.10`.
 * @throws {VppError} `CONFIG`: it does not begin with year and month.
 */
export function numberingOfRelease(version: string): TypeNumbering {
  const [, year, month] = /^v?(\d{2})\.(\d{2})/.exec(version) ?? [];
  if (year === undefined || month === undefined) {
    throw new VppError(
      "CONFIG",
      `Cannot read the VPP version "${version}": expected year and month, for example "26.06"`,
    );
  }
  return Number(year) * 12 + Number(month) < 22 * 12 + 6 ? "until 22.02" : "since 22.06";
}

/**
 * Finds the numbering from the entries themselves: every VPP has `/if/names`, and with counters per
 * node `/sys/node/names`, whose type is 5 in the old numbering and 4 in the new one.
 *
 * @returns undefined where no such entry exists yet.
 */
export function numberingOfNames(
  entries: Iterable<{ name: string; code: number }>,
): TypeNumbering | undefined {
  for (const { name, code } of entries) {
    if (name !== "/if/names" && name !== "/sys/node/names") continue;
    if (code === 4) return "since 22.06";
    if (code === 5) return "until 22.02";
  }
  return undefined;
}
