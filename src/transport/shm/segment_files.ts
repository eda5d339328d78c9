/**
 * The names of the shared-memory files, and whether they can be used. `vac_connect` waits up to 100 s
 * for a file that is missing or not permitted, and creates the global one itself.
 *
 * @module
 */
import { accessSync, constants, readdirSync, type Stats, statSync } from "node:fs";
import { VppError } from "../../errors.ts";

const directory = "/dev/shm";

/** The two files of a VPP. */
export interface SegmentFiles {
  /** Messages. */
  readonly api: string;
  /** Whose address range the other lies in. */
  readonly global: string;
}

/**
 * @param prefix as in `api-segment { prefix … }` of VPP's startup.conf.
 * @throws {VppError} `CONFIG`: no such prefix is possible.
 */
export function segmentFiles(prefix: string | undefined): SegmentFiles {
  if (prefix !== undefined && !/^[^/\0]{1,60}$/.test(prefix)) {
    throw new VppError(
      "CONFIG",
      `Cannot use ${JSON.stringify(prefix)} as a prefix of shared memory: expected 1 to 60 ` +
        "characters without a slash, as in api-segment { prefix … } of VPP's startup.conf",
    );
  }
  const start = prefix === undefined ? "" : `${prefix}-`;
  return { api: `${directory}/${start}vpe-api`, global: `${directory}/${start}global_vm` };
}

/** @throws {VppError} `CONNECT`: a file is missing, or this user may not use it. */
export function checkSegmentFiles(files: SegmentFiles): void {
  for (const path of [files.api, files.global]) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
      throw new VppError("CONNECT", `Cannot connect to ${path}: ${adviceFor(code, cause)}`, {
        cause,
      });
    }
  }
}

function adviceFor(code: unknown, cause: unknown): string {
  switch (code) {
    case "ENOENT":
      return `there is no such file; is VPP running, and is its prefix right? ${segmentsThatExist()}`;
    case "EACCES":
    case "EPERM":
      return "no permission to read and write; run as root or join the group that owns the file";
    default:
      return String(cause);
  }
}

function segmentsThatExist(): string {
  const names = listing().filter((name) => /^(.*-)?vpe-api$/.test(name));
  return names.length === 0 ? "No VPP has shared memory here" : `There is ${names.join(", ")}`;
}

function listing(): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Tells a file from one that was made anew at the same path. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** undefined: there is no such file. */
export function fileIdentity(path: string): FileIdentity | undefined {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats && { dev: stats.dev, ino: stats.ino };
}
