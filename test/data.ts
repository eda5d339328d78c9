/**
 * Data for tests: definitions that the project itself writes (`test/fixtures`), and the data about VPP
 * that lies beside the project, in `../shared/vpp` or where GOVPPMUX_TEST_DATA says. The latter may be
 * missing; tests on it are then skipped, with the reason in their name.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { Schema } from "../src/schema/schema.ts";
import { it } from "./harness.ts";
import type { RawObject } from "./oracle/codec.ts";

/** The releases whose definitions and vectors the data has. */
export const releases = ["23.10", "24.10", "26.06"] as const;
export type Release = typeof releases[number];

/** A line of `vectors/<release>.jsonl.gz`: a message as vpp_papi encoded it. */
export interface Vector {
  /** The module's name. */
  readonly api: string;
  readonly msg: string;
  /** `0x` and eight digits. */
  readonly crc: string;
  readonly header: RawObject;
  readonly fields: RawObject;
  readonly hex: string;
}

/** The folder of package.json: tests are started in it or below it. */
export function projectRoot(): string {
  let folder = process.cwd();
  while (!existsSync(join(folder, "package.json"))) {
    if (folder === dirname(folder)) throw new Error(`No package.json above ${process.cwd()}`);
    folder = dirname(folder);
  }
  return folder;
}

/** The absolute path of a file or folder in `test/fixtures`. */
export function fixturePath(path: string): string {
  return join(projectRoot(), "test", "fixtures", path);
}

/** The absolute path of a file or folder of the data about VPP, which may be missing. */
export function dataPath(path: string): string {
  const folder = process.env["GOVPPMUX_TEST_DATA"] ?? join("..", "shared", "vpp");
  return join(resolve(projectRoot(), folder), path);
}

/** Why tests that need `path` of the data cannot run; undefined where they can. */
export function missingData(path: string): string | undefined {
  const absolute = dataPath(path);
  if (existsSync(absolute)) return undefined;
  return `${absolute} is missing; GOVPPMUX_TEST_DATA names the folder that holds ${path}`;
}

/** Declares a test that needs all `paths` of the data. */
export function itWithData(
  name: string,
  paths: readonly string[],
  run: () => void | Promise<void>,
): void {
  const reason = paths.map(missingData).find((text) => text !== undefined);
  // Deno does not print the reason that `skip` is given.
  if (reason !== undefined) it(`${name} (skipped: ${reason})`, { skip: reason }, () => {});
  else it(name, run);
}

/** Every definition in a folder and the folders below it, as `Schema.fromJson` takes them. */
export function definitions(folder: string): { value: unknown; source: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".api.json"))
    .sort()
    .map((path) => ({
      value: JSON.parse(readFileSync(join(folder, path), "utf8")) as unknown,
      source: path,
    }));
}

/** The schema of the definitions in `test/fixtures/api`. */
export function fixtureSchema(): Schema {
  return Schema.fromJson(definitions(fixturePath("api")));
}

/** The schema of a release of VPP. */
export function releaseSchema(release: Release): Schema {
  return Schema.fromJson(definitions(dataPath(`api/${release}`)));
}

/** Two random values of every message of a release. */
export function vectors(release: Release): Vector[] {
  return jsonLines<Vector>(dataPath(vectorsFile(release)));
}

export function vectorsFile(release: Release): string {
  return `vectors/${release}.jsonl.gz`;
}

/** The values of a gzip file of JSON lines. `Line` is what the file is known to hold. */
export function jsonLines<Line>(path: string): Line[] {
  return textLines(path).map((line) => JSON.parse(line) as Line);
}

/** The lines of a gzip file as they are: what JSON.stringify makes of a value loses the sign of -0. */
export function textLines(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString("utf8").split("\n").filter((line) => line !== "");
}
