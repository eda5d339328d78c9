/**
 * Which definitions a command works on: those of a folder, or those of a running VPP.
 *
 * @module
 */
import { VppError } from "../errors.ts";
import { loadSchema } from "../host/definitions.ts";
import type { Schema } from "../schema/schema.ts";
import { connectTarget, type TargetOptions } from "./target.ts";

/** The definitions that the options name; a VPP is asked only where they name no folder. */
export async function targetSchema(options: TargetOptions): Promise<Schema> {
  if (options.api !== undefined) return loadSchema(options.api);
  const mux = await connectTarget(options);
  try {
    if (mux.schema !== undefined) return mux.schema;
    throw new VppError("SCHEMA", "VPP gave no API definitions; pass --api DIR");
  } finally {
    await mux.close();
  }
}
