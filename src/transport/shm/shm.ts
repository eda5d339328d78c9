/**
 * VPP's binary API over shared memory, through `libvppapiclient`. One connection a process: the
 * library allows no more.
 *
 * @module
 */
import type { Worker } from "node:worker_threads";
import { allocateMemory } from "../../../native/foreign_memory.ts";
import { VppError } from "../../errors.ts";
import { DEFAULT_API_SOCKET } from "../socket.ts";
import type { OpenOptions, Transport, TransportFactory, TransportSink } from "../transport.ts";
import { createBacklog } from "./backlog.ts";
import type { ShmOptions, ShmSettings } from "./options.ts";
import { type Lease, type LibraryState, libraryState } from "./process_state.ts";
import type { ReaderTask } from "./protocol.ts";
import { type ReaderSetup, ReaderThread } from "./reader_thread.ts";
import { Segment, type SegmentHeader } from "./segment.ts";
import {
  checkSegmentFiles,
  type FileIdentity,
  fileIdentity,
  type SegmentFiles,
  segmentFiles,
} from "./segment_files.ts";
import { type ShmParts, ShmTransport } from "./shm_transport.ts";
import { orAborted, sleep } from "./wait.ts";
import { processExists, type WatchedVpp } from "./watch.ts";

export type { ShmOptions } from "./options.ts";

const defaultTiming = { spin: 0.5, linger: 0.1, patience: 0.05, pause: 0.1, rest: 50 };
const defaultBacklogBytes = 256 * 1024 * 1024;
/** Two of these are in use as long as the program keeps up; they fit a second-level cache. */
const backlogBlockBytes = 128 * 1024;
/** Frames that the main thread writes at once. */
const stagingBytes = 64 * 1024;
/** How often to look whether VPP has initialised its memory, in milliseconds. */
const initialisationMs = 10;

/**
 * Makes transports over shared memory.
 *
 * @throws {VppError} `CONFIG`: an impossible prefix or client name.
 */
export function shmTransport(options: ShmOptions = {}): TransportFactory {
  const files = segmentFiles(options.prefix);
  const settings = withDefaults(options);
  const name = `shm:${files.api}`;
  return { name, open: (sink, open) => openTransport(name, files, settings, sink, open) };
}

function withDefaults(options: ShmOptions): ShmSettings {
  const clientName = options.clientName ?? "govppmux";
  if (!/^[\x20-\x7e]{1,63}$/.test(clientName)) {
    throw new VppError(
      "CONFIG",
      `Cannot use ${
        JSON.stringify(clientName)
      } as a client name: expected 1 to 63 ASCII characters`,
    );
  }
  return {
    prefix: options.prefix,
    library: options.library,
    clientName,
    wakeSocket: options.wakeSocket ?? DEFAULT_API_SOCKET,
    sharesPids: options.sharesPids ?? true,
    maxBacklogBytes: options.maxBacklogBytes ?? defaultBacklogBytes,
    timing: { ...defaultTiming, ...options.timing },
    log: options.log ?? (() => {}),
  };
}

/** One attempt to connect. */
interface Attempt {
  readonly name: string;
  readonly files: SegmentFiles;
  readonly settings: ShmSettings;
  /** Aborts when the time is over, too. */
  readonly signal: AbortSignal;
}

async function openTransport(
  name: string,
  files: SegmentFiles,
  settings: ShmSettings,
  sink: TransportSink,
  { signal, timeoutMs }: OpenOptions,
): Promise<Transport> {
  const controller = new AbortController();
  const abort = () =>
    controller.abort(new VppError("ABORTED", `Connecting to ${name} was aborted`));
  const expire = () => controller.abort(noAnswer(files.api, timeoutMs));
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(expire, timeoutMs);
  try {
    const attempt = { name, files, settings, signal: controller.signal };
    return await connect(attempt, sink);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function noAnswer(path: string, timeoutMs: number): VppError {
  return new VppError(
    "CONNECT",
    `Cannot connect to ${path}: no answer within ${timeoutMs} ms. VPP may have died and left the ` +
      "file behind, be busy, or not have let go of this process's last connection yet",
  );
}

async function connect(attempt: Attempt, sink: TransportSink): Promise<Transport> {
  const { files, name, settings, signal } = attempt;
  signal.throwIfAborted();
  checkSegmentFiles(files);
  const state = await libraryState(settings.library);
  const lease = await state.acquire(files.api, signal);
  const { reader, setup, vpp } = await startReader(attempt, state, lease);
  try {
    await orAborted(reader.connected, signal);
  } catch (error) {
    void reader.close();
    throw error;
  }
  const staging = allocateMemory(state.libc, stagingBytes);
  return new ShmTransport({ name, settings, setup, reader, vpp, staging }, sink);
}

type Started = Pick<ShmParts, "reader" | "setup" | "vpp">;

/** The lease, the thread and what is mapped are the reader's, or given back. */
async function startReader(
  attempt: Attempt,
  state: LibraryState,
  lease: Lease,
): Promise<Started> {
  const { files, settings } = attempt;
  let segment: Segment | undefined;
  let worker: Worker | undefined;
  try {
    const identity = fileIdentity(files.api);
    segment = Segment.map(state.libc, files.api, "write");
    const header = await initialised(segment, attempt.signal);
    const vpp = watchedVpp(files.api, identity, header, settings);
    worker = await state.workers.take("reader_worker");
    attempt.signal.throwIfAborted();
    const setup: ReaderSetup = {
      state,
      worker,
      lease,
      segment,
      header,
      mapping: globalRange(state, files),
      backlog: createBacklog(settings.maxBacklogBytes, backlogBlockBytes),
      clientName: settings.clientName,
      prefix: state.prefixAddress(settings.prefix),
    };
    return { reader: new ReaderThread(setup), setup, vpp };
  } catch (error) {
    segment?.release();
    if (worker !== undefined) state.workers.give("reader_worker", worker);
    lease.release();
    throw error;
  }
}

/** Waits until VPP has initialised its memory: `vac_connect` would wait for 100 s. */
async function initialised(segment: Segment, signal: AbortSignal): Promise<SegmentHeader> {
  for (;;) {
    const header = segment.header();
    if (header !== undefined) return header;
    await sleep(initialisationMs, signal);
  }
}

/** @throws {VppError} `CONNECT`: it has died, or is being replaced. */
function watchedVpp(
  segmentPath: string,
  segment: FileIdentity | undefined,
  header: SegmentHeader,
  { sharesPids }: ShmSettings,
): WatchedVpp {
  if (segment === undefined) throw gone(segmentPath, "the file has been removed");
  const pid = sharesPids && header.vppPid !== 0 ? header.vppPid : undefined;
  if (pid !== undefined && !processExists(pid)) {
    throw gone(
      segmentPath,
      `the VPP that made it (process ${pid}) has ended. Where VPP runs in another PID namespace, set ` +
        "sharesPids to false",
    );
  }
  return { segmentPath, segment, pid };
}

function gone(segmentPath: string, reason: string): VppError {
  return new VppError("CONNECT", `Cannot connect to ${segmentPath}: ${reason}`);
}

/** The API segment lies within the range of the global one. */
function globalRange({ libc }: LibraryState, { global }: SegmentFiles): ReaderTask["mapping"] {
  const segment = Segment.map(libc, global, "read");
  try {
    const region = segment.region();
    if (region === undefined) throw gone(global, "VPP has not initialised it");
    return { base: region.virtualBase, byteLength: region.virtualSize };
  } finally {
    segment.release();
  }
}
