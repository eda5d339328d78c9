/**
 * Sizes in bytes: `64MB` (decimal), `64MiB` (binary), or a bare integer of bytes.
 *
 * @module
 */

/** Largest first, so that a size is written in the largest unit that it fills exactly. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["GiB", 1024 ** 3],
  ["GB", 1000 ** 3],
  ["MiB", 1024 ** 2],
  ["MB", 1000 ** 2],
  ["KiB", 1024],
  ["kB", 1000],
]);

/** Bytes, or undefined where `text` is no size. */
export function readSize(text: string): number | undefined {
  const [, count, unit] = /^(\d+)(GiB|GB|MiB|MB|KiB|kB)?$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * (unit === undefined ? 1 : UNITS.get(unit) ?? NaN);
}

/** Writes bytes the way `readSize` reads them. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of UNITS) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
