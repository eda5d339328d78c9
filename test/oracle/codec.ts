/**
 * A codec of plain TypeScript against which the WASM core is tested: simple, slow and, as far as can
 * be, obviously right. It works on the raw form of messages and reads `src/schema/model.ts` only, so
 * it shares neither layouts nor programs with the core.
 *
 * @module
 */
export { decodeMessage } from "./decode.ts";
export { encodeMessage } from "./encode.ts";
export { randomFields } from "./random_fields.ts";
export { type RawObject, type RawValue } from "./raw.ts";
export { readBack } from "./read_back.ts";
