/**
 * Interned strings: the host's side. The core gives each distinct string an id within an epoch; here
 * its JavaScript string is made once, when somebody first reads it.
 *
 * @module
 */

/** Set in an entry's length where a byte is above 0x7f. */
const NOT_ASCII = 0x80000000;

// A byte order mark is text like any other.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
// For bytes below 0x80 the same as ASCII, and the fastest decoder that the engines have.
const latin1 = new TextDecoder("latin1");

/** The strings that one call of the core added. */
class FreshStrings {
  readonly #first: number;
  /** Pairs of arena offset and length. */
  readonly #index: Uint32Array;
  readonly #arena: Uint8Array;
  #text: string | undefined;

  constructor(first: number, index: Uint32Array, arena: Uint8Array) {
    this.#first = first;
    this.#index = index;
    this.#arena = arena;
  }

  get(id: number): string {
    const at = (id - this.#first) * 2;
    const length = this.#index[at + 1] ?? 0;
    const start = (this.#index[at] ?? 0) - (this.#index[0] ?? 0);
    if (length >= NOT_ASCII) {
      return utf8.decode(this.#arena.subarray(start, start + length - NOT_ASCII));
    }
    // One decoding for all strings of a chunk; each of them is then a slice.
    this.#text ??= latin1.decode(this.#arena);
    return this.#text.slice(start, start + length);
  }
}

/** The strings of one epoch of a core. Batches hold on to it, so ids stay valid with their records. */
export class StringTable {
  readonly epoch: number;
  /** Id 0 is the empty string. */
  readonly #strings: (string | undefined)[] = [""];
  /** Where a string that nobody has read yet comes from; its bytes go with the last of them. */
  readonly #sources: (FreshStrings | undefined)[] = [undefined];

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  /** Enters what a call of the core added; the arrays must be copies. */
  add(index: Uint32Array, arena: Uint8Array): void {
    const fresh = new FreshStrings(this.#strings.length, index, arena);
    for (let i = 0; i < index.length; i += 2) {
      this.#strings.push(undefined);
      this.#sources.push(fresh);
    }
  }

  get(id: number): string {
    return this.#strings[id] ?? this.#make(id);
  }

  #make(id: number): string {
    const source = this.#sources[id];
    if (source === undefined) return "";
    const made = source.get(id);
    this.#strings[id] = made;
    this.#sources[id] = undefined;
    return made;
  }
}

/** Decodes the bytes of a string that was not interned. */
export function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
