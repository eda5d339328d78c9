/**
 * What `ip_route_add_del` says of a route, read from the request's record: a bulk of routes asks for no
 * text of a prefix, and mostly for the same paths again and again.
 *
 * @module
 */
import type { Batch } from "../../codec/batch.ts";
import { type FieldLayout, layoutOf, type StructLayout } from "../../schema/layout.ts";
import type { Message } from "../../schema/model.ts";
import { SchemaError } from "../../errors.ts";
import type { Call } from "../call.ts";
import type { FibPath } from "../state/fib.ts";
import { Prefix } from "../state/prefix.ts";
import { keptPaths } from "./paths.ts";

/** The fields that are read from the view. */
export interface RouteFields {
  readonly isAdd: boolean;
  readonly isMultipath: boolean;
  readonly route: { readonly paths: readonly FibPath[] };
}

export interface RequestedRoute {
  readonly tableId: number;
  /** Undefined where its length is impossible. */
  readonly prefix: Prefix | undefined;
  /** The source, in the second version of the message; 0: the API itself. */
  readonly source: number;
  readonly paths: RequestedPaths;
}

export interface RequestedPaths {
  readonly asked: readonly FibPath[];
  /** As VPP keeps them: one list for all routes that have it, as in VPP. */
  readonly kept: readonly FibPath[];
}

/** Reads the routes of one message. */
export class RouteReader {
  readonly #tableId: number;
  readonly #prefix: number;
  readonly #source: number | undefined;
  readonly #paths: number;
  /** Bytes of a path. */
  readonly #stride: number;
  /** The paths of the last request, and their bytes in its record. */
  #known: RequestedPaths = { asked: [], kept: [] };
  #knownWords: Uint32Array = new Uint32Array();

  constructor(message: Message) {
    const route = fieldOf(layoutOf(message), "route");
    if (route.slot.kind !== "struct") throw new SchemaError("A route must be a struct");
    const { layout } = route.slot;
    const paths = fieldOf(layout, "paths");
    if (paths.slot.kind !== "vla") throw new SchemaError("A route must have a list of paths");
    this.#tableId = route.offset + fieldOf(layout, "table_id").offset;
    this.#prefix = route.offset + fieldOf(layout, "prefix").offset;
    const source = layout.fields.find(({ name }) => name === "src");
    this.#source = source === undefined ? undefined : route.offset + source.offset;
    this.#paths = route.offset + paths.offset;
    this.#stride = paths.slot.stride;
  }

  read(call: Call<RouteFields>): RequestedRoute {
    const { batch, record } = call;
    return {
      tableId: batch.u32[(record + this.#tableId) >> 2]!,
      prefix: Prefix.read(batch.u8, record + this.#prefix),
      source: this.#source === undefined ? 0 : batch.u8[record + this.#source]!,
      paths: this.#readPaths(batch, record, call.fields),
    };
  }

  /** Paths whose bytes are those of the request before are the same paths. */
  #readPaths(batch: Batch, record: number, fields: RouteFields): RequestedPaths {
    const { u32 } = batch;
    const at = (record + this.#paths) >> 2;
    const start = (record + u32[at]!) >> 2;
    const length = (u32[at + 1]! * this.#stride) >> 2;
    if (!startsWith(u32, start, this.#knownWords, length)) {
      const asked = fields.route.paths;
      this.#known = { asked, kept: keptPaths(asked) };
      this.#knownWords = u32.slice(start, start + length);
    }
    return this.#known;
  }
}

function startsWith(u32: Uint32Array, start: number, known: Uint32Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (u32[start + i] !== known[i]) return false;
  }
  return true;
}

function fieldOf(layout: StructLayout, name: string): FieldLayout {
  const field = layout.fields.find((field) => field.name === name);
  if (field === undefined) throw new SchemaError(`${layout.name} has no field ${name}`);
  return field;
}
