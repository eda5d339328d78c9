/**
 * API definitions → TypeScript bindings.
 *
 * @module
 */
import { SchemaError } from "../errors.ts";
import type { Schema } from "../schema/schema.ts";
import { TypeHomes } from "./homes.ts";
import { type ImportStyle, moduleFile } from "./module_file.ts";
import { Names } from "./scope.ts";

export interface GenerateOptions {
  /** The modules to generate; with them those whose types they use. All by default. */
  readonly only?: readonly string[];
  /** What generated files import the run-time part from; `govppmux/binding` by default. */
  readonly runtime?: string;
  /** The ending of imports between generated files; `.ts` by default. */
  readonly ending?: string;
}

/**
 * Generates the bindings of a schema: one file a module.
 *
 * @returns text by file name, for example `interface.ts`
 * @throws SchemaError where the schema has no module of a name in `only`
 */
export function generateBindings(
  schema: Schema,
  options: GenerateOptions = {},
): ReadonlyMap<string, string> {
  const style: ImportStyle = {
    runtime: options.runtime ?? "govppmux/binding",
    ending: options.ending ?? ".ts",
  };
  const names = new Names(new TypeHomes(schema));
  const files = new Map<string, string>();
  const pending = [...options.only ?? schema.modules.keys()];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (files.has(`${name}.ts`)) continue;
    const module = schema.modules.get(name);
    if (module === undefined) throw new SchemaError(unknownModule(name, schema));
    const { text, imports } = moduleFile(module, names, style);
    files.set(`${name}.ts`, text);
    pending.push(...imports);
  }
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}

function unknownModule(name: string, schema: Schema): string {
  const near = [...schema.modules.keys()].filter((m) => m.includes(name) || name.includes(m));
  const hint = near.length === 0 ? "" : `; there is ${near.slice(0, 5).join(", ")}`;
  return `Cannot generate bindings of module ${name}: the definitions have no such module${hint}`;
}
