/**
 * Access control lists and where they apply (VPP's acl plugin).
 *
 * @module
 */
import { DetailsCache } from "../details_cache.ts";
import {
  ACL_IN_USE_INBOUND,
  ACL_IN_USE_OUTBOUND,
  ENTRY_ALREADY_EXISTS,
  NO_SUCH_ENTRY,
} from "../retvals.ts";
import type { Interface } from "./interfaces.ts";
import type { FrameEncoder } from "./state.ts";

export interface Acl {
  readonly index: number;
  readonly tag: string;
  /** As the API has them, in camelCase. */
  readonly rules: readonly object[];
}

/** The lists that apply to one interface, in order. */
export interface AppliedAcls {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

const NONE: AppliedAcls = { input: [], output: [] };

export class Acls {
  readonly details: DetailsCache<Acl>;
  readonly #acls: (Acl | undefined)[] = [];
  readonly #freeIndices: number[] = [];
  readonly #applied = new Map<Interface, AppliedAcls>();

  constructor(frame: FrameEncoder) {
    this.details = new DetailsCache(({ index, tag, rules }) =>
      frame("acl_details", { aclIndex: index, tag, r: rules })
    );
  }

  get(index: number): Acl | undefined {
    return this.#acls[index];
  }

  /** In the order of their index. */
  *[Symbol.iterator](): Iterator<Acl> {
    for (const acl of this.#acls) {
      if (acl !== undefined) yield acl;
    }
  }

  /** Adds a list, or replaces the one of this index, which must exist. */
  put(index: number | undefined, tag: string, rules: readonly object[]): Acl {
    const old = index === undefined ? undefined : this.#acls[index];
    if (old !== undefined) this.details.changed(old);
    const place = index ?? this.#freeIndices.pop() ?? this.#acls.length;
    const acl = { index: place, tag, rules };
    this.#acls[place] = acl;
    this.details.changed(acl);
    return acl;
  }

  /** Returns the retval. */
  remove(index: number): number {
    const acl = this.#acls[index];
    if (acl === undefined) return NO_SUCH_ENTRY;
    for (const { input, output } of this.#applied.values()) {
      if (input.includes(index)) return ACL_IN_USE_INBOUND;
      if (output.includes(index)) return ACL_IN_USE_OUTBOUND;
    }
    this.#acls[index] = undefined;
    this.#freeIndices.push(index);
    this.details.changed(acl);
    return 0;
  }

  applied(itf: Interface): AppliedAcls {
    return this.#applied.get(itf) ?? NONE;
  }

  /** Returns the retval. */
  apply(itf: Interface, acls: AppliedAcls): number {
    for (const list of [acls.output, acls.input]) {
      if (list.some((index) => this.#acls[index] === undefined)) return NO_SUCH_ENTRY;
      if (new Set(list).size !== list.length) return ENTRY_ALREADY_EXISTS;
    }
    this.#applied.set(itf, acls);
    return 0;
  }

  /** The interface is deleted. */
  forget(itf: Interface): void {
    this.#applied.delete(itf);
  }
}
