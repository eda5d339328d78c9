/**
 * Shared libraries on Deno, through `Deno.dlopen`.
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

/** The part of Deno's namespace that is used here, so that Node needs no types of Deno. */
interface DenoFfi {
  dlopen(path: string, symbols: Record<string, DenoFunctionType>): DenoLibrary;
  UnsafePointer: {
    create(address: bigint): DenoPointer | null;
    of(view: ArrayBufferView): DenoPointer | null;
    value(pointer: DenoPointer | null): bigint;
  };
  UnsafePointerView: {
    new (pointer: DenoPointer): { getInt32(): number };
    getArrayBuffer(pointer: DenoPointer, byteLength: number): ArrayBuffer;
  };
}
interface DenoFunctionType {
  name: string;
  parameters: string[];
  result: string;
  nonblocking: boolean;
  optional: boolean;
}
interface DenoLibrary {
  symbols: Record<string, DenoFunction | null>;
  close(): void;
}
type DenoFunction = (...args: unknown[]) => unknown;
/** Opaque; made by Deno only. */
interface DenoPointer {
  readonly __pointer: unique symbol;
}

const denoTypes: Readonly<Record<NativeParameterType | NativeResultType, string>> = {
  void: "void",
  u8: "u8",
  u16: "u16",
  i32: "i32",
  u32: "u32",
  i64: "i64",
  u64: "u64",
  usize: "usize",
  isize: "isize",
  // An address is passed as the integer that it is: x86-64 and arm64 pass both in the same registers.
  pointer: "u64",
  buffer: "buffer",
};

/** True where `Deno.dlopen` is there to be used. */
export function hasDenoFfi(): boolean {
  return denoNamespace()?.dlopen !== undefined;
}

function denoNamespace(): DenoFfi | undefined {
  const scope: object = globalThis; // Deno's own declarations, seen by `deno check`, are narrower.
  return (scope as { Deno?: DenoFfi }).Deno;
}

/** @throws {VppError} `NATIVE`: this is not Deno, or Deno may not use FFI. */
export function loadDenoRuntime(): NativeRuntime {
  const deno = denoNamespace();
  if (deno?.dlopen === undefined) {
    throw new VppError("NATIVE", "Cannot call shared libraries: there is no Deno.dlopen here");
  }
  const pointerTo = (address: bigint) => {
    const pointer = deno.UnsafePointer.create(address);
    if (pointer === null) throw new VppError("NATIVE", "Cannot view memory at the address 0");
    return pointer;
  };
  return {
    name: "deno",
    open: (path, symbols) => openLibrary(deno, path, symbols),
    view: (address, byteLength) =>
      deno.UnsafePointerView.getArrayBuffer(pointerTo(address), byteLength),
    addressOf: (view) => deno.UnsafePointer.value(deno.UnsafePointer.of(view)),
    errno: errnoReader(deno, pointerTo),
  };
}

/** `errno` is a thread-local variable; its address comes from libc, whose name differs by libc. */
function errnoReader(deno: DenoFfi, pointerTo: (address: bigint) => DenoPointer): () => number {
  let location: (() => bigint) | undefined;
  return () => {
    location ??= findErrnoLocation(deno);
    return location ? new deno.UnsafePointerView(pointerTo(location())).getInt32() : 0;
  };
}

const errnoLocation = {
  __errno_location: { parameters: [], result: "pointer", optional: true },
} as const satisfies SymbolTable;

function findErrnoLocation(deno: DenoFfi): (() => bigint) | undefined {
  return openLibrary(deno, "libc.so.6", errnoLocation).symbols.__errno_location;
}

function openLibrary<T extends SymbolTable>(
  deno: DenoFfi,
  path: string,
  table: T,
): NativeLibrary<T> {
  const library = dlopen(deno, path, table);
  const functions = Object.entries(table).map((
    [key, type],
  ) => [key, bind(library.symbols[key] ?? undefined, type)]);
  return {
    path,
    // The table says what each function takes and returns; `bind` keeps to it.
    symbols: Object.fromEntries(functions) as NativeSymbols<T>,
    close: () => library.close(),
  };
}

function dlopen(deno: DenoFfi, path: string, table: SymbolTable): DenoLibrary {
  try {
    return deno.dlopen(path, denoTable(table));
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== "NotCapable") throw cause;
    throw new VppError(
      "NATIVE",
      `Cannot open "${path}": Deno may not call shared libraries. Run it with --allow-ffi`,
      { cause },
    );
  }
}

function denoTable(table: SymbolTable): Record<string, DenoFunctionType> {
  return Object.fromEntries(
    Object.entries(table).map(([key, type]) => [key, {
      name: type.name ?? key,
      parameters: type.parameters.map((parameter) => denoTypes[parameter]),
      result: denoTypes[type.result],
      nonblocking: type.nonblocking ?? false,
      optional: type.optional ?? false,
    }]),
  );
}

function bind(call: DenoFunction | undefined, type: NativeFunctionType): DenoFunction | undefined {
  if (call === undefined) return undefined;
  const fast = withFastArguments(call, type.parameters);
  if (type.result !== "usize" && type.result !== "isize") return fast;
  if (type.nonblocking) return (...args) => Promise.resolve(fast(...args)).then(Number);
  return (...args) => Number(fast(...args));
}

/**
 * Deno calls a function with 64-bit parameters at once where it is given bigints, and in 20 times the
 * time, by way of its slow path, where it is given numbers.
 */
function withFastArguments(
  call: DenoFunction,
  parameters: readonly NativeParameterType[],
): DenoFunction {
  const [a, b, c, d] = parameters.map((type) => isSize(type) ? bigintOf : unchanged);
  if (!parameters.some(isSize)) return call;
  // Spelled out: a call with a rest parameter takes the slow path as well.
  switch (parameters.length) {
    case 1:
      return (p) => call(a!(p));
    case 2:
      return (p, q) => call(a!(p), b!(q));
    case 3:
      return (p, q, r) => call(a!(p), b!(q), c!(r));
    case 4:
      return (p, q, r, s) => call(a!(p), b!(q), c!(r), d!(s));
    default:
      return call;
  }
}

function isSize(type: NativeParameterType): boolean {
  return type === "usize" || type === "isize";
}

const cellWords = new Int32Array(2);
const cell = new BigInt64Array(cellWords.buffer);

/** By way of memory, which engines compile to moves; `BigInt()` makes an object. */
function bigintOf(value: unknown): unknown {
  const number = value as number; // By the types of the symbol table.
  cellWords[0] = number;
  cellWords[1] = Math.floor(number / 0x1_0000_0000);
  return cell[0];
}

function unchanged(value: unknown): unknown {
  return value;
}
