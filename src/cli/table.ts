/**
 * Tables for people.
 *
 * @module
 */
import Table from "cli-table3";

/** A table as text; numbers stand at the right. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const first = rows[0];
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    // No line between rows: a table of a thousand interfaces is long enough.
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    colAligns: head.map((_, i) => typeof first?.[i] === "number" ? "right" : "left"),
  });
  for (const row of rows) {
    table.push(row.map((cell) => typeof cell === "number" ? cell.toLocaleString("en") : cell));
  }
  return table.toString();
}
