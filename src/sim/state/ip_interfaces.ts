/**
 * What interfaces have to do with IP: addresses, the routes that follow from them, tables, neighbours.
 *
 * @module
 */
import {
  ADDRESS_FOUND_FOR_INTERFACE,
  ADDRESS_IN_USE,
  ADDRESS_LENGTH_MISMATCH,
  ADDRESS_NOT_FOUND_FOR_INTERFACE,
  DUPLICATE_IF_ADDRESS,
  NO_SUCH_FIB,
  UNSUPPORTED,
} from "../retvals.ts";
import { AddressIndex } from "./address_index.ts";
import { type ConnectedRoute, connectedRoutes } from "./connected_routes.ts";
import { SOURCE_INTERFACE } from "./fib.ts";
import { ADMIN_UP, type Interface } from "./interfaces.ts";
import type { IpTables } from "./ip_tables.ts";
import type { Prefix } from "./prefix.ts";

/** An interface's part in one family. */
interface Binding {
  tableId: number;
  addresses: readonly Prefix[];
  /** The routes in the table that follow from the addresses, by the text of their network. */
  routes: ReadonlyMap<string, ConnectedRoute>;
}

interface IpInterface {
  readonly ip4: Binding;
  readonly ip6: Binding;
}

export class IpInterfaces {
  readonly #tables: IpTables;
  readonly #bindings = new Map<Interface, IpInterface>();
  /** The addresses by family and table. */
  readonly #indices = new Map<string, AddressIndex>();

  constructor(tables: IpTables) {
    this.#tables = tables;
  }

  /** In the order in which they were added. */
  addresses(itf: Interface, isIp6: boolean): readonly Prefix[] {
    return this.#binding(itf, isIp6).addresses;
  }

  /** Returns the retval. */
  addAddress(itf: Interface, prefix: Prefix): number {
    if (itf.kind === "local") return UNSUPPORTED;
    const binding = this.#binding(itf, prefix.isIp6);
    if (this.#conflicts(itf, prefix, binding.tableId)) {
      return prefix.isIp6 ? DUPLICATE_IF_ADDRESS : ADDRESS_IN_USE;
    }
    if (prefix.length === 0) return ADDRESS_LENGTH_MISMATCH;
    this.#setAddresses(itf, prefix.isIp6, [...binding.addresses, prefix]);
    return 0;
  }

  /** Returns the retval. VPP finds the address whatever length is given. */
  removeAddress(itf: Interface, prefix: Prefix): number {
    if (itf.kind === "local") return UNSUPPORTED;
    const binding = this.#binding(itf, prefix.isIp6);
    const rest = binding.addresses.filter((address) => address.address !== prefix.address);
    if (rest.length === binding.addresses.length) return ADDRESS_NOT_FOUND_FOR_INTERFACE;
    this.#setAddresses(itf, prefix.isIp6, rest);
    return 0;
  }

  removeAllAddresses(itf: Interface): void {
    for (const isIp6 of [false, true]) this.#setAddresses(itf, isIp6, []);
  }

  /** The interface went up or down: the routes to its networks come or go. */
  flagsChanged(itf: Interface): void {
    for (const isIp6 of [false, true]) {
      this.#followAddresses(itf, this.#binding(itf, isIp6), isIp6);
    }
  }

  /** The interface is deleted. */
  forget(itf: Interface): void {
    this.removeAllAddresses(itf);
    this.#bindings.delete(itf);
  }

  /** The id of the table in which packets from the interface are looked up. */
  tableId(itf: Interface, isIp6: boolean): number {
    return this.#binding(itf, isIp6).tableId;
  }

  /** Binds an interface to a table; returns the retval. */
  bind(itf: Interface, isIp6: boolean, tableId: number): number {
    const binding = this.#binding(itf, isIp6);
    if (this.#tables.get(tableId, isIp6) === undefined) return NO_SUCH_FIB;
    if (binding.addresses.length > 0) return ADDRESS_FOUND_FOR_INTERFACE;
    binding.tableId = tableId;
    return 0;
  }

  /** Whether interfaces look packets up in this table: VPP keeps such a table. */
  uses(tableId: number, isIp6: boolean): boolean {
    for (const { ip4, ip6 } of this.#bindings.values()) {
      if ((isIp6 ? ip6 : ip4).tableId === tableId) return true;
    }
    return false;
  }

  #binding(itf: Interface, isIp6: boolean): Binding {
    let both = this.#bindings.get(itf);
    if (both === undefined) {
      both = { ip4: newBinding(), ip6: newBinding() };
      this.#bindings.set(itf, both);
    }
    return isIp6 ? both.ip6 : both.ip4;
  }

  /**
   * VPP does not support networks that overlap in one table, but for several addresses of one network
   * on one interface (`ip4_add_del_interface_address_internal`).
   */
  #conflicts(itf: Interface, prefix: Prefix, tableId: number): boolean {
    for (const other of this.#index(tableId, prefix.isIp6).overlapping(prefix)) {
      const isSibling = other.itf === itf && other.address.length === prefix.length &&
        other.address.address !== prefix.address;
      if (!isSibling) return true;
    }
    return false;
  }

  #index(tableId: number, isIp6: boolean): AddressIndex {
    const key = `${isIp6 ? "ip6" : "ip4"}:${tableId}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = new AddressIndex();
      this.#indices.set(key, index);
    }
    return index;
  }

  /** Gives an interface these addresses of one family. */
  #setAddresses(itf: Interface, isIp6: boolean, addresses: readonly Prefix[]): void {
    const binding = this.#binding(itf, isIp6);
    const index = this.#index(binding.tableId, isIp6);
    for (const address of binding.addresses) index.remove(itf, address);
    for (const address of addresses) index.add(itf, address);
    binding.addresses = addresses;
    this.#followAddresses(itf, binding, isIp6);
  }

  /** Makes the table's routes those that follow from the addresses now. */
  #followAddresses(itf: Interface, binding: Binding, isIp6: boolean): void {
    const table = this.#tables.get(binding.tableId, isIp6);
    if (table === undefined) return;
    const isUp = (itf.settings.flags & ADMIN_UP) !== 0;
    const wanted = connectedRoutes(itf.swIfIndex, isUp ? binding.addresses : []);
    for (const [network, { prefix }] of binding.routes) {
      if (!wanted.has(network)) table.remove(prefix, SOURCE_INTERFACE);
    }
    for (const [network, { prefix, path }] of wanted) {
      if (!binding.routes.has(network)) table.set(prefix, SOURCE_INTERFACE, [path]);
    }
    binding.routes = wanted;
  }
}

function newBinding(): Binding {
  return { tableId: 0, addresses: [], routes: new Map() };
}
