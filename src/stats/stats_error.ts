import { VppError } from "../errors.ts";

/** The segment's content is not what it must be: torn, damaged, or of an unknown layout. */
export function statsError(message: string, options?: ErrorOptions): VppError {
  return new VppError("STATS", message, options);
}
