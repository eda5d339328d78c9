/** The example file and the documentation say what the table of keys says. */
import { readFile } from "node:fs/promises";
import { assert, describe, it } from "../harness.ts";
import type { ConfigField } from "../../src/config/config.ts";
import { exampleConfig } from "../../src/config/example.ts";
import { configFields, configKeys, formatValue } from "../../src/config/keys.ts";
import { parseConfig } from "../../src/config/parse_config.ts";
import { defaultConfig } from "../../src/config/resolve_config.ts";

/** The files are named from the project's root, where every test runs. */
const EXAMPLE = "govpp.conf.example";
const DOCUMENTATION = "docs/configuration.md";

describe(EXAMPLE, () => {
  it("holds every key with its default", async () => {
    const { values, warnings } = parseConfig(await readFile(EXAMPLE, "utf8"), { file: EXAMPLE });
    assert.deepEqual(values, defaultConfig);
    assert.deepEqual(warnings, []);
  });

  it("is what `govppmux config example` prints", async () => {
    assert.equal(await readFile(EXAMPLE, "utf8"), exampleConfig());
  });

  it("has a comment before every key and no long line", () => {
    const lines = exampleConfig().split("\n");
    for (const field of configFields) {
      const index = lines.findIndex((line) => line.startsWith(`${configKeys[field].key}: `));
      assert.match(lines[index - 1] ?? "", /^# \S/);
    }
    assert.ok(lines.every((line) => line.length <= 100));
  });
});

describe(DOCUMENTATION, () => {
  it("has the table of all keys", async () => {
    const lines = (await readFile(DOCUMENTATION, "utf8")).split("\n");
    const rows = lines.filter((line) => line.startsWith("| `")).map(cellsOf);
    assert.deepEqual(rows, configFields.map(expectedCells));
  });
});

/** The cells of a row, without the spaces that a formatter adds. */
function cellsOf(row: string): string[] {
  return row.split("|").slice(1, -1).map((cell) => cell.trim());
}

function expectedCells<F extends ConfigField>(field: F): string[] {
  const { key, kind, doc } = configKeys[field];
  const unit = kind.unit === undefined ? "" : ` (${kind.unit})`;
  const value = formatValue(field, defaultConfig[field]);
  return [`\`${key}\``, kind.name, `\`${value}\``, `\`${field}\`${unit}`, doc];
}
