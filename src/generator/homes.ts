/**
 * Which module a type belongs to. The definitions repeat every type in each module that imports it;
 * generated code declares it once, in the module that it comes from, so that an address of one module
 * is an address of another.
 *
 * @module
 */
import type { Module, NamedType } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";

export class TypeHomes {
  readonly #modules: ReadonlyMap<string, Module>;
  /** Definitions as text, for comparison. */
  readonly #texts = new WeakMap<NamedType, string>();

  constructor(schema: Schema) {
    this.#modules = schema.modules;
  }

  /** The module that declares `type`, which a definition of `user` refers to. */
  homeOf(type: NamedType, user: Module): Module {
    return this.#search(type, user, new Set()) ?? this.#anywhere(type) ?? user;
  }

  /** Old definitions use types without saying where they come from. */
  #anywhere(type: NamedType): Module | undefined {
    for (const module of this.#modules.values()) {
      const home = this.#search(type, module, new Set());
      if (home !== undefined) return home;
    }
    return undefined;
  }

  #search(type: NamedType, module: Module, seen: Set<string>): Module | undefined {
    if (seen.has(module.name)) return undefined;
    seen.add(module.name);
    for (const name of module.imports) {
      const imported = this.#modules.get(name);
      const home = imported && this.#search(type, imported, seen);
      if (home !== undefined) return home;
    }
    const own = module.types.get(type.name);
    return own !== undefined && this.#text(own) === this.#text(type) ? module : undefined;
  }

  #text(type: NamedType): string {
    let text = this.#texts.get(type);
    if (text === undefined) {
      // Comments do not make a type another one.
      text = JSON.stringify(type, (key, value: unknown) => key === "comment" ? undefined : value);
      this.#texts.set(type, text);
    }
    return text;
  }
}
