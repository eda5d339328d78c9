import { hasDenoFfi, loadDenoRuntime } from "./ffi_deno.ts";
import { loadKoffiRuntime } from "./ffi_koffi.ts";
import type { NativeRuntime } from "./types.ts";

/**
 * The foreign function interface of this runtime: `Deno.dlopen` on Deno, koffi elsewhere. It opens
 * no library yet.
 *
 * @throws {VppError} `NATIVE`: koffi is not installed, or FFI is not allowed.
 */
export function loadNativeRuntime(): Promise<NativeRuntime> {
  return hasDenoFfi() ? Promise.resolve(loadDenoRuntime()) : loadKoffiRuntime();
}
