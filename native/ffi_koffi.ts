/**
 * Shared libraries on Node, through koffi.
 *
 * @module
 */
import { VppError } from "../src/errors.ts";
import type {
  NativeFunctionType,
  NativeLibrary,
  NativeParameterType,
  NativeResultType,
  NativeRuntime,
  NativeSymbols,
  SymbolTable,
} from "./types.ts";

/** The part of koffi that is used here; koffi's own declarations are full of `any`. */
interface Koffi {
  load(path: string): KoffiLibrary;
  view(address: bigint, byteLength: number): ArrayBuffer;
  address(view: ArrayBufferView): bigint;
  errno(): number;
}
interface KoffiLibrary {
  func(name: string, result: string, parameters: string[]): KoffiFunction;
}
interface KoffiFunction {
  (...args: unknown[]): unknown;
  async(...args: unknown[]): unknown;
}

const koffiTypes: Readonly<Record<NativeParameterType | NativeResultType, string>> = {
  void: "void",
  u8: "uint8_t",
  u16: "uint16_t",
  i32: "int32_t",
  u32: "uint32_t",
  i64: "int64_t",
  u64: "uint64_t",
  usize: "size_t",
  isize: "intptr_t",
  pointer: "uintptr_t",
  buffer: "void *",
};

/**
 * Loads koffi.
 *
 * @throws {VppError} `NATIVE`: koffi is not installed, or has no build for this machine.
 */
export async function loadKoffiRuntime(): Promise<NativeRuntime> {
  const koffi = await importKoffi();
  return {
    name: "koffi",
    open: (path, symbols) => openLibrary(koffi, path, symbols),
    view: (address, byteLength) => koffi.view(address, byteLength),
    addressOf: (view) => koffi.address(view),
    errno: () => koffi.errno(),
  };
}

async function importKoffi(): Promise<Koffi> {
  try {
    return (await import("koffi")).default;
  } catch (cause) {
    throw new VppError(
      "NATIVE",
      "Cannot call shared libraries: the package koffi, which does that on Node, cannot be " +
        `loaded (${cause instanceof Error ? cause.message : cause}). Install it: npm install koffi`,
      { cause },
    );
  }
}

function openLibrary<T extends SymbolTable>(
  koffi: Koffi,
  path: string,
  table: T,
): NativeLibrary<T> {
  const library = koffi.load(path);
  const functions = Object.entries(table).map(([key, type]) => [key, bind(library, key, type)]);
  return {
    path,
    // The table says what each function takes and returns; `bind` keeps to it.
    symbols: Object.fromEntries(functions) as NativeSymbols<T>,
    // koffi unloads a library with its last function. An explicit unload would turn a late call
    // into a crash.
    close: () => {},
  };
}

function bind(library: KoffiLibrary, key: string, type: NativeFunctionType) {
  const call = find(library, type.name ?? key, type);
  if (call === undefined) return undefined;
  const convert = resultConverter(type.result);
  if (type.nonblocking) return (...args: unknown[]) => callAsync(call, args, convert);
  // A plain koffi function is the fastest; only 64-bit results need a conversion.
  return convert === undefined ? call : (...args: unknown[]) => convert(call(...args));
}

function find(library: KoffiLibrary, name: string, type: NativeFunctionType) {
  try {
    return library.func(name, koffiTypes[type.result], type.parameters.map((p) => koffiTypes[p]));
  } catch (error) {
    if (type.optional) return undefined;
    throw error;
  }
}

/** koffi returns 64-bit integers as a number where that is exact, else as a bigint. */
function resultConverter(result: NativeResultType): ((value: unknown) => unknown) | undefined {
  switch (result) {
    case "i64":
    case "u64":
    case "pointer":
      return (value) => typeof value === "number" ? BigInt(value) : value;
    case "usize":
    case "isize":
      return (value) => Number(value);
    default:
      return undefined;
  }
}

function callAsync(
  call: KoffiFunction,
  args: unknown[],
  convert: ((value: unknown) => unknown) | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: unknown, value: unknown) => {
      // Mentioning `args` here keeps the buffers alive for as long as the library may use them.
      args.length = 0;
      if (error) reject(error);
      else resolve(convert === undefined ? value : convert(value));
    });
  });
}
