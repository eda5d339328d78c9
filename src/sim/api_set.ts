/**
 * The API that a simulated VPP has: the definitions as JSON values, which `get_api_json` hands out, and
 * the schema made of them.
 *
 * @module
 */
import { Schema } from "../schema/schema.ts";
import { builtInDefinitions } from "./definitions/mod.ts";
import { memclntApi } from "./definitions/memclnt.ts";

/** One module in the shape of `.api.json`. */
export type ApiDefinition = Readonly<Record<string, unknown>>;

/** Definitions as `Schema.fromJson` takes them. */
export interface DefinitionSource {
  /** A module, or a list of modules. */
  readonly value: unknown;
  /** Names the origin in errors, for example the file's path. */
  readonly source: string;
}

/** Immutable; may be shared by any number of simulators. */
export class ApiSet {
  readonly schema: Schema;
  /** Whether these are the simulator's own definitions, for which its handlers are written. */
  readonly isBuiltIn: boolean;
  readonly #modules: readonly unknown[];

  private constructor(schema: Schema, modules: readonly unknown[], isBuiltIn: boolean) {
    this.schema = schema;
    this.#modules = modules;
    this.isBuiltIn = isBuiltIn;
  }

  /** VPP 26.06, of which it has the messages that the simulator implements, and some around them. */
  static builtIn(): ApiSet {
    const source = "the simulator's definitions";
    const schema = Schema.fromJson(builtInDefinitions.map((value) => ({ value, source })));
    return new ApiSet(schema, builtInDefinitions, true);
  }

  /**
   * The given definitions. Where they lack the module `memclnt`, without which nobody can connect, the
   * built-in one is added.
   *
   * @throws SchemaError where a value is no definition
   */
  static from(definitions: Iterable<DefinitionSource>): ApiSet {
    const sources = [...definitions];
    const given = Schema.fromJson(sources);
    const modules = sources.flatMap(({ value }): unknown[] =>
      Array.isArray(value) ? value : [value]
    );
    if (given.modules.has("memclnt")) return new ApiSet(given, modules, false);
    const memclnt = { value: memclntApi, source: "the simulator's memclnt" };
    return new ApiSet(Schema.fromJson([memclnt, ...sources]), [memclntApi, ...modules], false);
  }

  /** What `get_api_json` replies: a JSON list of the modules. */
  json(): string {
    return `[\n${this.#modules.map((module) => JSON.stringify(module)).join(",")}]`;
  }
}
