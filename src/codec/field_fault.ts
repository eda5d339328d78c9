/**
 * What is wrong with a value that is to be written, in words.
 *
 * @module
 */

/** A value that the wire cannot hold. */
export class FieldFault extends Error {
  /** From the outermost field inwards; grows while the error passes through the structs. */
  readonly path: string[];

  constructor(message: string, ...path: string[]) {
    super(message);
    this.path = path;
  }
}

/** An error that came from a field or an element, with that step put before its path. */
export function below(step: string, error: unknown): unknown {
  if (error instanceof FieldFault) error.path.unshift(step);
  return error;
}

/** `ip_route_add_del.route.paths[2].weight` */
export function joinPath(message: string, path: readonly string[]): string {
  return path.reduce((text, step) => text + (step.startsWith("[") ? step : `.${step}`), message);
}

/** A value, short enough for an error. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return String(value);
}

/** The first names of a list that may be long. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown;
}
