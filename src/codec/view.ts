/**
 * Lazy views: messages whose fields are read from their record when somebody asks for them.
 *
 * Without `eval` no class can be written for a schema that arrives at run time, but a class can be
 * given a getter a field; creating a view then costs one small object, whatever the message's size.
 *
 * @module
 */
import type { StructLayout } from "../schema/layout.ts";
import type { Message } from "../schema/model.ts";
import type { Batch } from "./batch.ts";
import { type Form, jsonForm, typescriptForm } from "./forms.ts";
import { isHeaderField } from "./names.ts";
import { type ReaderFactory, readText, readU32, type ValueReader } from "./read.ts";

/** A decoded message. Its fields are getters in camelCase; `for … in` sees them. */
export interface MessageView {
  readonly [field: string]: unknown;
  /** The fields as a plain object with TypeScript values. */
  toObject(): Record<string, unknown>;
  /** The fields as VPP's tools print them. */
  toJSON(): Record<string, unknown>;
}

/** Makes the value that stands for the message whose record begins at byte `record` of the batch. */
export interface ViewClass<T = MessageView> {
  new (batch: Batch, record: number): T;
}

/** Reads all fields of a record in a form. */
export type ReadAll = (batch: Batch, record: number, form: Form) => Record<string, unknown>;

const nodeInspect = Symbol.for("nodejs.util.inspect.custom");
const denoInspect = Symbol.for("Deno.customInspect");

/**
 * A class of its own for each message, not one derived from a common one: a derived constructor costs
 * as much as everything else that makes a view.
 */
function emptyViewClass() {
  return class RecordView {
    readonly #batch: Batch;
    readonly #record: number;

    constructor(batch: Batch, record: number) {
      this.#batch = batch;
      this.#record = record;
    }

    /** For the usual fields the reader is written out: a call that each field makes to another one costs more. */
    static getter(offset: number, read: ValueReader): (this: RecordView) => unknown {
      if (read === readU32) {
        return function (this: RecordView) {
          return this.#batch.u32[(this.#record + offset) >> 2];
        };
      }
      if (read === readText) {
        return function (this: RecordView) {
          return this.#batch.text(this.#record + offset, this.#record);
        };
      }
      return function (this: RecordView) {
        return read(this.#batch, this.#record + offset, this.#record);
      };
    }

    static all(readAll: ReadAll, form: Form): (this: RecordView) => Record<string, unknown> {
      return function (this: RecordView) {
        return readAll(this.#batch, this.#record, form);
      };
    }
  };
}

/** Builds the view class of a message. */
export function viewClassOf(
  message: Message,
  layout: StructLayout,
  readers: ReaderFactory,
  readAll: ReadAll,
): ViewClass {
  const View = emptyViewClass();
  Object.defineProperty(View, "name", { value: message.name });
  for (const { name, vppName, offset, read } of readers.fields(layout)) {
    if (isHeaderField(vppName)) continue;
    Object.defineProperty(View.prototype, name, {
      get: View.getter(offset, read),
      enumerable: true,
      configurable: true,
    });
  }
  const toObject = View.all(readAll, typescriptForm);
  const methods: Readonly<Record<string | symbol, unknown>> = {
    toObject,
    toJSON: View.all(readAll, jsonForm),
    [nodeInspect](
      this: InstanceType<typeof View>,
      _depth: number,
      options: object,
      inspect?: Inspect,
    ) {
      return `${message.name} ${inspect?.(toObject.call(this), options) ?? ""}`;
    },
    [denoInspect](this: InstanceType<typeof View>, inspect: Inspect, options: object) {
      return `${message.name} ${inspect(toObject.call(this), options)}`;
    },
  };
  for (const key of Reflect.ownKeys(methods)) {
    Object.defineProperty(View.prototype, key, {
      value: methods[key as string],
      configurable: true,
    });
  }
  // The getters of the fields were defined above; a class that is built at run time has no static type.
  return View as unknown as ViewClass;
}

type Inspect = (value: unknown, options: object) => string;
