/**
 * The typed form of a shared library: a table of its functions, from which TypeScript infers how
 * each may be called. The same table serves koffi and `Deno.dlopen`.
 *
 * @module
 */

/** What JavaScript passes for each native parameter type. */
export interface NativeArguments {
  u8: number;
  u16: number;
  i32: number;
  u32: number;
  i64: bigint;
  u64: bigint;
  /** `size_t`; at most `Number.MAX_SAFE_INTEGER`. */
  usize: number;
  /** `ssize_t`. */
  isize: number;
  /** An address; 0n is NULL. */
  pointer: bigint;
  /**
   * The address of the first byte of a view; null is NULL. The library may use it during the call
   * only, or, where the call is `nonblocking`, until its promise settles.
   */
  buffer: ArrayBufferView | null;
}

/** What JavaScript receives for each native result type. */
export interface NativeResults extends Omit<NativeArguments, "buffer"> {
  void: void;
}

export type NativeParameterType = keyof NativeArguments;
export type NativeResultType = keyof NativeResults;

/** One function of a library. */
export interface NativeFunctionType {
  /** The exported name, where the key in the table is another. */
  readonly name?: string;
  readonly parameters: readonly NativeParameterType[];
  readonly result: NativeResultType;
  /** Runs on a thread of its own and returns a promise. */
  readonly nonblocking?: boolean;
  /** A library without this function is opened all the same; the function is then undefined. */
  readonly optional?: boolean;
}

/** The functions of one library, by the names that the program uses. */
export type SymbolTable = Readonly<Record<string, NativeFunctionType>>;

type ArgumentList<P extends readonly NativeParameterType[]> = {
  [I in keyof P]: NativeArguments[P[I]];
};

type Outcome<F extends NativeFunctionType> = F extends { readonly nonblocking: true }
  ? Promise<NativeResults[F["result"]]>
  : NativeResults[F["result"]];

/** How one function of a table is called. */
export type NativeFunction<F extends NativeFunctionType> = (
  ...args: ArgumentList<F["parameters"]>
) => Outcome<F>;

/** How the functions of a table are called. */
export type NativeSymbols<T extends SymbolTable> = {
  readonly [K in keyof T]: T[K] extends { readonly optional: true }
    ? NativeFunction<T[K]> | undefined
    : NativeFunction<T[K]>;
};

/** An open shared library. */
export interface NativeLibrary<T extends SymbolTable> {
  /** What was given to the system's loader: a path, or a bare file name. */
  readonly path: string;
  readonly symbols: NativeSymbols<T>;
  /** Gives the handle back. No function of `symbols` may be called afterwards. */
  close(): void;
}

/** The foreign function interface of the running JavaScript runtime. */
export interface NativeRuntime {
  readonly name: "deno" | "koffi";
  /**
   * Opens a library by path, or by file name where the system's loader is to search.
   *
   * @throws {Error} the library or one of its functions is missing; the message is the loader's.
   * @throws {VppError} `NATIVE`: the program may not use FFI.
   */
  open<const T extends SymbolTable>(path: string, symbols: T): NativeLibrary<T>;
  /**
   * A view of foreign memory, without a copy. The caller keeps it mapped for as long as anything
   * reads the view: a read after `munmap` ends the process, and no runtime can prevent that.
   */
  view(address: bigint, byteLength: number): ArrayBuffer;
  /** The address of a view's first byte, which may move unless its memory is foreign. */
  addressOf(view: ArrayBufferView): bigint;
  /** `errno` as the last failed call on this thread left it. Meant for messages. */
  errno(): number;
}
