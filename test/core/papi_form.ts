/**
 * Messages as vpp_papi, VPP's own Python client, gives them: the keys are VPP's names, `$type` is the
 * name of the message or type, `_0` the message id, `{ $hex }` are bytes, a union has all its arms, a
 * timestamp is text.
 *
 * @module
 */
import { BlockList } from "node:net";
import { type Field, type Message, resolveAlias, type Type } from "../../src/schema/model.ts";
import { assert } from "../harness.ts";
import { toHex } from "../oracle/raw.ts";

export type Papi = number | boolean | string | readonly Papi[] | PapiObject;

export interface PapiObject {
  readonly [name: string]: Papi;
}

/** What vpp_papi has of a message, and a view has not: its mux has dealt with it. */
const header: ReadonlySet<string> = new Set(["$type", "_0", "context", "client_index"]);
const mark: ReadonlySet<string> = new Set(["$type"]);

/** Asserts that a view, or the object made of it, says what vpp_papi says. */
export function assertSameMessage(message: Message, actual: object, expected: PapiObject): void {
  assert.equal(message.name, expected["$type"]);
  sameFields(message.fields, actual, expected, header, message.name);
}

/** Arguments of a call of vpp_papi, with the names that our requests have. */
export function argumentsOf(args: PapiObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [camelCase(name), argumentOf(value)]),
  );
}

function argumentOf(value: Papi): unknown {
  if (isList(value)) return value.map(argumentOf);
  if (typeof value !== "object") return value;
  return typeof value["$hex"] === "string" ? value["$hex"] : argumentsOf(value);
}

function same(type: Type, actual: unknown, expected: Papi, path: string): void {
  if (typeof expected === "string" && "name" in type && type.name === "prefix") {
    return sameNetwork(String(actual), expected, path);
  }
  if (typeof expected === "string" && "name" in type && type.name === "timestamp") {
    return assert.ok(Math.abs(Number(actual) - secondsOf(expected)) < 1e-6, path);
  }
  if (isList(expected)) return sameList(type, actual, expected, path);
  if (typeof expected === "object") return sameObject(type, actual, expected, path);
  if (typeof actual === "bigint") return assert.equal(actual, BigInt(Number(expected)), path);
  assert.equal(actual, expected, path);
}

/** vpp_papi prints a prefix as its network; we give the address as VPP has it. */
function sameNetwork(actual: string, expected: string, path: string): void {
  const [address = "", length] = actual.split("/");
  const [network = "", expectedLength] = expected.split("/");
  assert.equal(length, expectedLength, path);
  const family = network.includes(":") ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(network, Number(length), family);
  assert.ok(block.check(address, family), `${path}: ${actual} is not in ${expected}`);
}

function sameList(type: Type, actual: unknown, expected: readonly Papi[], path: string): void {
  const resolved = resolveAlias(type);
  assert.ok(resolved.kind === "array" || resolved.kind === "vla", path);
  assert.ok(Array.isArray(actual), `${path} is no list`);
  assert.equal(actual.length, expected.length, path);
  expected.forEach((item, i) => same(resolved.element, actual[i], item, `${path}[${i}]`));
}

function sameObject(type: Type, actual: unknown, expected: PapiObject, path: string): void {
  const resolved = resolveAlias(type);
  assert.ok(typeof actual === "object" && actual !== null, `${path} is no object`);
  if (typeof expected["$hex"] === "string") {
    assert.ok(actual instanceof Uint8Array, `${path} is no bytes`);
    assert.equal(toHex(actual), expected["$hex"], path);
  } else if (resolved.kind === "union") {
    const arms: unknown = Reflect.get(actual, "$arms");
    assert.ok(typeof arms === "object" && arms !== null, `${path}.$arms is no object`);
    // vpp_papi reads every arm, whichever counts.
    for (const arm of resolved.arms) {
      same(arm.type, Reflect.get(arms, camelCase(arm.name)), valueOf(expected, arm, path), path);
    }
  } else {
    assert.ok(resolved.kind === "struct", path);
    sameFields(resolved.fields, actual, expected, mark, path);
  }
}

function sameFields(
  fields: readonly Field[],
  actual: object,
  expected: PapiObject,
  left: ReadonlySet<string>,
  path: string,
): void {
  const names = Object.keys(expected).filter((name) => !left.has(name));
  assert.deepEqual(namesOf(actual), names.map(camelCase), path);
  for (const field of fields) {
    if (!names.includes(field.name)) continue;
    const at = `${path}.${field.name}`;
    const value: unknown = Reflect.get(actual, camelCase(field.name));
    same(field.type, value, valueOf(expected, field, path), at);
  }
}

function valueOf(expected: PapiObject, { name }: Field, path: string): Papi {
  const value = expected[name];
  assert.ok(value !== undefined, `vpp_papi has no ${path}.${name}`);
  return value;
}

/** The names that a loop sees: also those of a view's getters. */
function namesOf(value: object): string[] {
  const names: string[] = [];
  for (const name in value) names.push(name);
  return names;
}

function isList(value: Papi): value is readonly Papi[] {
  return Array.isArray(value);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `2026-11-23 01:26:36.844835`, which is UTC, in seconds since 1970. */
function secondsOf(text: string): number {
  const [whole = "", fraction = "0"] = text.split(".");
  return Date.parse(`${whole.replace(" ", "T")}Z`) / 1000 + Number(`0.${fraction}`);
}
