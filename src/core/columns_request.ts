/**
 * One request, many answers, of which columns are made.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { CallOptions } from "../codec/caller.ts";
import type { MessageColumns } from "../codec/column_types.ts";
import type { ColumnsBuilder } from "../codec/columns.ts";
import { VppError } from "../errors.ts";
import { KIND_PART } from "../schema/constants.generated.ts";
import { toError } from "./error_text.ts";
import type { PartsHooks } from "./multi_request.ts";
import { PendingRequest, type RequestOwner } from "./pending.ts";

/** Options of a dump into columns. */
export interface ColumnsOptions extends CallOptions {
  /** Messages that may come; with the next one the request fails. 10,000,000 by default. */
  readonly maxRows?: number;
}

const MAX_ROWS = 10_000_000;

/**
 * The limit that the options say.
 *
 * @throws RangeError where it is no whole number above 0
 */
export function maxRowsOf({ maxRows = MAX_ROWS }: ColumnsOptions): number {
  if (Number.isSafeInteger(maxRows) && maxRows > 0) return maxRows;
  throw new RangeError(`maxRows must be a whole number above 0, and it is ${maxRows}`);
}

/**
 * Holds no message: the records of a batch are noted as they come and copied into the columns together,
 * when the next batch or the end comes.
 */
export class ColumnsRequest extends PendingRequest {
  readonly #hooks: PartsHooks<unknown>;
  readonly #maxRows: number;
  /** Undefined once the request is over. */
  #columns: ColumnsBuilder | undefined;
  #batch: Batch | undefined;
  /** Where the records of the batch begin; what stands behind the first `#count` is of former ones. */
  readonly #starts: number[] = [];
  #count = 0;
  #resolve: ((columns: MessageColumns) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  /** The columns, when all have come. */
  readonly result: Promise<MessageColumns>;

  constructor(
    name: string,
    owner: RequestOwner,
    columns: ColumnsBuilder,
    maxRows: number,
    hooks: PartsHooks<unknown>,
  ) {
    super(name, owner);
    this.#columns = columns;
    this.#maxRows = maxRows;
    this.#hooks = hooks;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override deliver(kind: number, batch: Batch, record: number): void {
    const columns = this.#columns;
    if (columns === undefined) return;
    try {
      if (kind === KIND_PART) this.#part(columns, batch, record);
      else this.#ended(columns, batch, record);
    } catch (error) {
      this.fail(toError(error));
    }
  }

  override fail(error: Error): void {
    if (this.#columns === undefined) return;
    this.#finish(error);
    this.#reject?.(error);
  }

  #part(columns: ColumnsBuilder, batch: Batch, record: number): void {
    this.watch?.part();
    if (batch !== this.#batch) this.#copy(columns);
    this.#batch = batch;
    if (columns.length + this.#count === this.#maxRows) {
      throw new VppError(
        "BUFFER_FULL",
        `${this.name} failed: it has more than ${this.#maxRows} answers; ask for fewer, or raise maxRows`,
      );
    }
    this.#starts[this.#count++] = record;
  }

  #ended(columns: ColumnsBuilder, batch: Batch, record: number): void {
    this.#copy(columns);
    if (this.#hooks.end(batch, record, this) === "continue") return this.renew();
    const result = columns.finish();
    this.#finish(undefined);
    this.#resolve?.(result);
  }

  /** Copies what the batch brought, and lets go of it. */
  #copy(columns: ColumnsBuilder): void {
    if (this.#batch === undefined) return;
    columns.add({ batch: this.#batch, starts: this.#starts, count: this.#count });
    this.#batch = undefined;
    this.#count = 0;
  }

  #finish(error: Error | undefined): void {
    this.#columns = undefined;
    this.#batch = undefined;
    this.owner.over(this, error);
  }
}
