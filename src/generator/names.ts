/**
 * Names in generated code.
 *
 * @module
 */
import { camelCase } from "../codec/names.ts";

/** `sw_interface_dump` → `SwInterfaceDump`. */
export function pascalCase(name: string): string {
  const camel = identifier(camelCase(name));
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** A name that can be declared. */
export function identifier(name: string): string {
  const word = name.replace(/[^\w$]/g, "_");
  return /^\d/.test(word) ? `_${word}` : word;
}

/** A key of an object literal or an interface. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/**
 * What the names of an enum's members have in common, up to an underscore; it is left out of the
 * TypeScript names. Empty where nothing can be left out, and where there is only one member.
 */
export function commonPrefix(names: readonly string[]): string {
  const first = names[0];
  if (first === undefined || names.length < 2) return "";
  let end = first.lastIndexOf("_") + 1;
  while (end > 0) {
    const prefix = first.slice(0, end);
    if (names.every((name) => name.startsWith(prefix) && /^[A-Za-z_]/.test(name.slice(end)))) {
      return prefix;
    }
    end = first.lastIndexOf("_", end - 2) + 1;
  }
  return "";
}

/** Gives each thing of a file a name of its own. */
export class NameTable {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string>) {
    this.#taken = new Set(reserved);
  }

  /** The name, with underscores behind it where it is taken. */
  claim(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += "_";
    this.#taken.add(free);
    return free;
  }
}
