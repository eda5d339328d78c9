import type { ForeignMemory } from "../../../native/foreign_memory.ts";
import { cString } from "../../../native/libc.ts";
import { VppError, type VppErrorCode } from "../../errors.ts";
import type { Transport, TransportSession, TransportSink } from "../transport.ts";
import { BacklogReader } from "./backlog.ts";
import { FrameWriter } from "./frame_writer.ts";
import { Inbox, type InboxSources } from "./inbox.ts";
import type { ShmSettings } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { barrierContext } from "./protocol.ts";
import { keepaliveRetval, shortFrame } from "./short_frame.ts";
import { QueueBorrower } from "./queue_owner.ts";
import type { ReaderSetup, ReaderThread } from "./reader_thread.ts";
import { QueueGauge } from "./queue_layout.ts";
import { Waker } from "./waker.ts";
import { Watch, type WatchedVpp } from "./watch.ts";

/** What the transport is made of. */
export interface ShmParts {
  readonly name: string;
  readonly settings: ShmSettings;
  readonly setup: ReaderSetup;
  /** Connected. */
  readonly reader: ReaderThread;
  readonly vpp: WatchedVpp;
  /** Memory that the library reads frames from; the transport gives it back. */
  readonly staging: ForeignMemory;
}

/** A connection over shared memory. */
export class ShmTransport implements Transport {
  readonly name: string;
  /** Every frame is copied at once, to VPP or for the thread that waits for it. */
  readonly returnsMemory = true;
  readonly session: TransportSession;
  readonly #parts: ShmParts;
  readonly #sink: TransportSink;
  readonly #gauge: QueueGauge | undefined;
  readonly #writer: FrameWriter;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #watch: Watch;
  readonly #waker: Waker | undefined;
  readonly #pingId: number | undefined;
  #isOpen = true;
  #isVppGone = false;
  #closed: Promise<void> | undefined;

  constructor(parts: ShmParts, sink: TransportSink) {
    const { reader, settings, setup, staging, vpp } = parts;
    this.name = parts.name;
    this.#parts = parts;
    this.#sink = sink;
    this.session = {
      clientIndex: reader.clientIndex,
      messageId: (nameCrc) => this.#messageId(nameCrc),
    };
    this.#pingId = this.#messageId("control_ping_51077d14");
    this.#gauge = QueueGauge.at(setup.segment.memory.buffer, setup.header.queueOffset);
    this.#writer = new FrameWriter(setup.state.vapi.symbols, this.#gauge);
    const sources = inboxSources(parts);
    const effects = {
      chunk: (bytes: Uint8Array) => sink.chunk(bytes),
      wake: () => this.#waker?.wake(),
      yield: () => void setup.state.libc.symbols.sched_yield(),
    };
    this.#inbox = new Inbox(sources, effects, settings.timing);
    this.#outbox = new Outbox({
      writer: this.#writer,
      mayWriteHere: this.#gauge !== undefined,
      staging,
      maxPendingBytes: settings.maxBacklogBytes,
      task: reader.writerTask,
      workers: setup.state.workers,
    }, {
      sending: (isVppBusy) => this.#inbox.sending(isVppBusy),
      sent: (frames) => this.#inbox.sent(frames),
      failed: (code, reason) => this.#failed(code, reason),
    });
    reader.listen({
      frames: () => this.#inbox.frames(),
      failed: (code, reason) => this.#failed(code, reason),
      ping: () => this.#ping(barrierContext),
      leaves: () => {
        this.#letGo();
        this.#waker?.sayFarewell();
      },
      keepalive: (answerId) => void this.#write(answerId, keepaliveRetval),
    });
    this.#watch = new Watch(vpp, (reason) => this.#gone(reason));
    this.#waker = this.#startWaker(settings, setup.header.vppPid);
  }

  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  send(frames: Uint8Array): void {
    if (this.#isOpen) this.#outbox.send(frames);
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end(undefined);
    return this.#closed;
  }

  #messageId(nameCrc: string): number | undefined {
    if (!this.#isOpen) return undefined;
    const id = this.#parts.setup.state.vapi.symbols.vac_get_msg_index(cString(nameCrc));
    return id < 0 ? undefined : id;
  }

  #startWaker({ wakeSocket, log }: ShmSettings, vppPid: number): Waker | undefined {
    const unable = (reason: string) =>
      log(
        `${this.name}: VPP is not woken when it idles, so that it may answer 10 ms late: ${reason}`,
      );
    if (wakeSocket === false) return undefined;
    return new Waker(this.#parts.setup.state.libc, wakeSocket, vppPid, {
      unable: (reason) => unable(`cannot use ${wakeSocket}: ${reason}`),
      gone: (reason) => this.#gone(reason),
    });
  }

  #gone(reason: string): void {
    this.#isVppGone = true;
    this.#failed("DISCONNECTED", `VPP has gone: ${reason}`);
  }

  /** From here on nothing touches the library or the mapped memory: both may be gone at any moment. */
  #letGo(): void {
    this.#isOpen = false;
    this.#inbox.stop();
    this.#outbox.stop();
  }

  /** Ends the transport, unless it was closed, but never within a call of the user's. */
  #failed(code: VppErrorCode, reason: string): void {
    this.#letGo();
    queueMicrotask(() => {
      const error = new VppError(code, `The connection to ${this.name} has ended: ${reason}`);
      this.#closed ??= this.#end(error);
    });
  }

  async #end(error: VppError | undefined): Promise<void> {
    this.#letGo();
    this.#watch.stop();
    if (error !== undefined) this.#inbox.drain();
    this.#sink.ended(error);
    const { reader, staging } = this.#parts;
    if (await this.#outbox.close()) await reader.close();
    else reader.giveUp("vac_write waits for a VPP that does not read");
    await this.#waker?.close();
    staging.release();
  }

  /**
   * Sends VPP a `control_ping`, whose reply comes behind all others. False where there is nobody to
   * answer, or where writing might wait.
   */
  #ping(context: number): boolean {
    if (this.#isVppGone || this.#gauge === undefined || this.#pingId === undefined) return false;
    const isSent = this.#write(this.#pingId, context);
    this.#waker?.wake();
    return isSent;
  }

  /** Writes a short message where that does not wait. */
  #write(id: number, value: number): boolean {
    const { staging } = this.#parts;
    const frame = shortFrame(staging, id, value);
    return this.#writer.write(frame, 0, frame.bytes.length).frames === 1;
  }
}

function inboxSources({ reader, setup }: ShmParts): InboxSources {
  const sources = { backlog: new BacklogReader(setup.backlog), control: reader.control };
  const { ownQueue } = reader;
  if (ownQueue === undefined) return sources;
  return { ...sources, own: { queue: ownQueue, borrower: new QueueBorrower(reader.control) } };
}
