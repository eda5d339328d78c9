import type { CounterRow } from "./counter_rows.ts";

const titles: CounterRow = {
  name: "COUNTER",
  of: "OF",
  thread: "THREAD",
  value: "VALUE",
  rate: "RATE",
};

/** A table with aligned columns; those that are empty everywhere are left out. */
export function counterTable(rows: readonly CounterRow[]): string {
  const columns = (["name", "of", "thread", "value", "rate"] as const)
    .map((key) => ({ key, width: widest(rows, key) }))
    .filter(({ width }) => width > 0);
  return [titles, ...rows].map((row) =>
    columns.map(({ key, width }) => row[key].padEnd(Math.max(width, titles[key].length)))
      .join("  ")
      .trimEnd()
  ).join("\n");
}

function widest(rows: readonly CounterRow[], key: keyof CounterRow): number {
  return rows.reduce((width, row) => Math.max(width, row[key].length), 0);
}
