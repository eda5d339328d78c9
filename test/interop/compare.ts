/**
 * What our client sees beside what a peer sees, field by field.
 *
 * @module
 */
import { formatIp4, formatIp6 } from "../../src/codec/address_format.ts";
import { camelCase } from "../../src/codec/names.ts";

/** How a peer writes values. */
export interface Dialect {
  /** Whether fields that are 0, "" or false are left out. */
  readonly omitsZero: boolean;
  /** A value of the peer's in the form of our client's; the same value where they agree. */
  value(peer: unknown): unknown;
  /** Whether two scalars mean the same. */
  isSame(own: unknown, peer: unknown): boolean;
  /** Fields that the peer has and our client does not, in camelCase: of the message's header. */
  readonly extra: readonly string[];
  /** Fields that our client has and the peer does not: counts of arrays. */
  readonly lacking: readonly string[];
}

/** vpp_papi: named tuples, bytes as `$hex`, message headers among the fields. */
export const papiDialect: Dialect = {
  omitsZero: false,
  value: (peer) => isObject(peer) && typeof peer["$hex"] === "string" ? peer["$hex"] : peer,
  isSame: (own, peer) => isSameText(own, peer) || networkOf(String(own)) === peer,
  // Python's tuples cannot have the name _vl_msg_id.
  extra: ["$type", camelCase("_0"), "context", "clientIndex"],
  lacking: [],
};

/** GoVPP's structs as JSON: zero values left out, a union by its bytes. */
export const govppDialect: Dialect = {
  omitsZero: true,
  value: (peer) => isObject(peer) && "XXX_UnionData" in peer ? addressesOf(peer) : peer,
  isSame: isSameText,
  extra: ["clientIndex"],
  lacking: ["count", "nPaths", "nSwIfs"],
};

/** Also where one is a bigint, as 64-bit integers are on our side. */
function isSameText(own: unknown, peer: unknown): boolean {
  return String(own) === String(peer);
}

/** An IPv4 prefix without its host bits: vpp_papi shows all prefixes like that. */
function networkOf(prefix: string): string | undefined {
  const [, address, bits] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(prefix) ?? [];
  if (address === undefined) return undefined;
  const bytes = Uint8Array.from(address.split("."), Number);
  const masked = bytes.map((byte, i) =>
    byte & 0xff00 >> Math.min(8, Math.max(0, Number(bits) - 8 * i))
  );
  return `${masked.join(".")}/${bits}`;
}

/** The arms of an address union. */
function addressesOf(union: Record<string, unknown>): unknown {
  const bytes = union["XXX_UnionData"];
  if (!Array.isArray(bytes)) return union;
  const all = Uint8Array.from(bytes, Number);
  return { ip4: formatIp4(all, 0), ip6: formatIp6(all, 0) };
}

/** Paths at which the two differ, with both values; none where they agree. */
export function differences(own: unknown, peer: unknown, dialect: Dialect, path = ""): string[] {
  const other = dialect.value(peer);
  if (Array.isArray(own)) return listDifferences(own, other, dialect, path);
  if (own instanceof Uint8Array) {
    const bytes = isByteList(other) ? bytesText(other) : other;
    return scalarDifferences(bytesText(own), bytes, dialect, path);
  }
  if (isObject(own)) return objectDifferences(own, other ?? {}, dialect, path);
  const missing = dialect.omitsZero ? zeroOf(own) : undefined;
  return scalarDifferences(own, other ?? missing, dialect, path);
}

function scalarDifferences(
  own: unknown,
  peer: unknown,
  dialect: Dialect,
  path: string,
): string[] {
  return dialect.isSame(own, peer) ? [] : [`${path}: ${String(own)}, and ${String(peer)}`];
}

function listDifferences(
  own: readonly unknown[],
  peer: unknown,
  dialect: Dialect,
  path: string,
): string[] {
  const others: readonly unknown[] = Array.isArray(peer) ? peer : [];
  if (own.length !== others.length) {
    return [`${path}: ${own.length} elements, and ${others.length}`];
  }
  return own.flatMap((one, i) => differences(one, others[i], dialect, `${path}[${i}]`));
}

function objectDifferences(
  own: Record<string, unknown>,
  peer: unknown,
  dialect: Dialect,
  path: string,
): string[] {
  if (!isObject(peer)) return [`${path}: an object, and ${String(peer)}`];
  const others = new Map(Object.entries(peer).map(([name, value]) => [camelCase(name), value]));
  const common = Object.entries(own).filter(([name]) => !dialect.lacking.includes(name));
  const found = common.flatMap(([name, value]) =>
    differences(value, others.get(name), dialect, `${path}.${name}`)
  );
  // Of a union our client has the arm that counts, and of a refusal the retval alone.
  if (isUnion(own) || isRefusal(own)) return found;
  for (const name of others.keys()) {
    if (!(name in own) && !dialect.extra.includes(name)) {
      found.push(`${path}.${name}: only the peer has it`);
    }
  }
  return found;
}

function isUnion(own: object): boolean {
  return "ip4" in own || "ip6" in own;
}

function isRefusal(own: object): boolean {
  return "retval" in own && typeof own.retval === "number" && own.retval < 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isByteList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === "number");
}

function bytesText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function zeroOf(value: unknown): unknown {
  if (typeof value === "boolean") return false;
  return typeof value === "string" ? "" : 0;
}
