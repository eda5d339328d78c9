/**
 * Answers that their reader has not taken yet.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { Decode } from "./single_request.ts";

/** What all requests of a channel hold together. */
export interface ReplyAccount {
  /** Bytes of answers that wait. */
  bytes: number;
  /** Bytes that may wait. */
  readonly limitBytes: number;
  /** Messages of one request that may wait whatever their size. */
  readonly messages: number;
}

/** The answers of one request, as records: values are made when they are taken. */
export class ReplyBuffer {
  readonly #account: ReplyAccount;
  #batches: (Batch | undefined)[] = [];
  #records: number[] = [];
  #sizes: number[] = [];
  /** Those that wait stand at `#taken…#held`. */
  #taken = 0;
  #held = 0;
  #closed = false;
  /** Bytes that this buffer has in the account. */
  #bytes = 0;

  constructor(account: ReplyAccount) {
    this.#account = account;
  }

  get isEmpty(): boolean {
    return this.#taken === this.#held;
  }

  /** Whether nothing more comes. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether nothing waits either. */
  get isRead(): boolean {
    return this.#closed && this.isEmpty;
  }

  /** For errors: what may wait. */
  get limitText(): string {
    return `${this.#account.limitBytes} bytes of answers of this channel`;
  }

  /** Keeps an answer; false where the channel would hold more than it may. */
  hold(batch: Batch, record: number, bytes: number): boolean {
    const account = this.#account;
    const at = this.#held;
    if (account.bytes + bytes > account.limitBytes && at - this.#taken >= account.messages) {
      return false;
    }
    this.#batches[at] = batch;
    this.#records[at] = record;
    this.#sizes[at] = bytes;
    this.#held = at + 1;
    this.#bytes += bytes;
    account.bytes += bytes;
    return true;
  }

  /** Takes the answer that has waited longest; there must be one. */
  take<Details>(decode: Decode<Details>): Details {
    const at = this.#taken++;
    const batch = this.#batches[at]!;
    const record = this.#records[at]!;
    this.#release(this.#sizes[at]!);
    // The batch may be large: it must not be kept for what has been taken from it.
    this.#batches[at] = undefined;
    if (this.isEmpty) this.#emptied();
    return decode(batch, record);
  }

  /** Drops everything. */
  clear(): void {
    this.#release(this.#bytes);
    this.#batches = [];
    this.#records = [];
    this.#sizes = [];
    this.#taken = 0;
    this.#held = 0;
  }

  /** Nothing more comes: once it is empty, no memory is held. */
  close(): void {
    this.#closed = true;
    if (this.isEmpty) this.clear();
  }

  /** A reader that keeps up comes here with each chunk: the next answer stands at the beginning again. */
  #emptied(): void {
    if (this.#closed) return this.clear();
    this.#taken = 0;
    this.#held = 0;
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#account.bytes -= bytes;
  }
}
