/**
 * Addresses of interfaces in one table, found by the networks that they lie in: adding one must not
 * take longer the more there are.
 *
 * @module
 */
import type { Interface } from "./interfaces.ts";
import type { Prefix } from "./prefix.ts";

export interface InterfaceAddress {
  readonly itf: Interface;
  readonly address: Prefix;
}

export class AddressIndex {
  /** By length, then by the text of the network. */
  readonly #lengths = new Map<number, Map<string, InterfaceAddress[]>>();

  add(itf: Interface, address: Prefix): void {
    const networks = this.#lengths.get(address.length) ?? new Map<string, InterfaceAddress[]>();
    this.#lengths.set(address.length, networks);
    const key = address.network().text;
    const list = networks.get(key);
    if (list === undefined) networks.set(key, [{ itf, address }]);
    else list.push({ itf, address });
  }

  remove(itf: Interface, address: Prefix): void {
    const networks = this.#lengths.get(address.length);
    const key = address.network().text;
    const rest = networks?.get(key)?.filter((entry) =>
      entry.itf !== itf || entry.address.text !== address.text
    );
    if (rest === undefined || rest.length === 0) networks?.delete(key);
    else networks?.set(key, rest);
  }

  /** The addresses whose network contains this one, or is contained in it. */
  *overlapping(prefix: Prefix): Iterable<InterfaceAddress> {
    for (const [length, networks] of this.#lengths) {
      if (length <= prefix.length) {
        yield* networks.get(prefix.network(length).text) ?? [];
      } else {
        for (const list of networks.values()) {
          yield* list.filter(({ address }) => prefix.overlaps(address));
        }
      }
    }
  }
}
