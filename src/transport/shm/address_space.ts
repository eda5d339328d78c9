/**
 * What lies where the library is going to map its segments. It maps with MAP_FIXED, over whatever
 * is there.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** The answer for a range of addresses. */
export type Occupant =
  | { readonly kind: "nothing" | "unknown" }
  /** The API segment of a VPP: this process is connected already, from whichever thread. */
  | { readonly kind: "segment"; readonly path: string }
  | { readonly kind: "other"; readonly mapping: string };

/** Reads `/proc/self/maps`; `unknown` where this is not allowed. */
export function occupantOf(base: number, byteLength: number): Occupant {
  try {
    return findOccupant(readFileSync("/proc/self/maps", "utf8"), base, byteLength);
  } catch {
    return { kind: "unknown" };
  }
}

/** @param maps lines `from-to permissions offset device inode path`, addresses in hexadecimal. */
export function findOccupant(maps: string, base: number, byteLength: number): Occupant {
  const overlapping = maps.split("\n").filter((line) => overlaps(line, base, base + byteLength));
  const paths = overlapping.map((line) => line.slice(line.indexOf("/") >>> 0));
  const segment = paths.find((path) => /^\/dev\/shm\/(.*-)?vpe-api( \(deleted\))?$/.test(path));
  if (segment !== undefined) return { kind: "segment", path: segment };
  const first = overlapping[0];
  return first === undefined ? { kind: "nothing" } : { kind: "other", mapping: first };
}

function overlaps(line: string, from: number, to: number): boolean {
  const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line) ?? [];
  if (start === undefined || end === undefined) return false;
  return Number.parseInt(start, 16) < to && Number.parseInt(end, 16) > from;
}
