import process from "node:process";
import { type FileIdentity, fileIdentity } from "./segment_files.ts";

/** How often to look, in milliseconds. */
const intervalMs = 200;

/** What to watch. */
export interface WatchedVpp {
  readonly segmentPath: string;
  readonly segment: FileIdentity;
  /** undefined: the process cannot be told by its id (another PID namespace). */
  readonly pid: number | undefined;
}

/**
 * Looks whether VPP is still there. Shared memory tells nothing of its end: the segment stays, writes
 * go into it, reads wait.
 */
export class Watch {
  readonly #vpp: WatchedVpp;
  readonly #gone: (reason: string) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param gone is called at most once. */
  constructor(vpp: WatchedVpp, gone: (reason: string) => void) {
    this.#vpp = vpp;
    this.#gone = gone;
    this.#timer = setInterval(() => this.look(), intervalMs);
    this.#timer.unref();
  }

  /** Looks now. True where VPP is there, as far as one can see. */
  look(): boolean {
    if (this.#timer === undefined) return false;
    const reason = reasonGone(this.#vpp);
    if (reason === undefined) return true;
    this.stop();
    this.#gone(reason);
    return false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function reasonGone({ segmentPath, segment, pid }: WatchedVpp): string | undefined {
  if (pid !== undefined && !processExists(pid)) return `its process (${pid}) has ended`;
  const now = fileIdentity(segmentPath);
  if (now === undefined) return `it has removed ${segmentPath}`;
  if (now.ino !== segment.ino || now.dev !== segment.dev) {
    return `another VPP has replaced ${segmentPath}`;
  }
  return undefined;
}

/** False only where there is certainly no such process. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
