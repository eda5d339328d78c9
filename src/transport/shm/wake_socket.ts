/**
 * A second, tiny connection to VPP's API socket. An idle VPP sleeps up to 10 ms at a time; what is
 * written to shared memory does not wake it, anything on the socket does.
 *
 * What is sent are `control_ping`s, a byte at a time: every byte wakes VPP, the last one of a ping
 * costs it an answer. A VPP that has read a byte and nothing to do for it finds what shared memory
 * holds, and then stays awake for 1024 rounds of its main loop, as `vlib_file_poll` has it; one that
 * was busy with a message of the socket takes the shared message along and falls asleep again.
 *
 * @module
 */
import type { Libc } from "../../../native/libc.ts";
import { type StreamOutcome, StreamSocket } from "../../../native/stream_socket.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, getU32 } from "../bytes.ts";
import { FrameSplitter } from "../frame_splitter.ts";
import { controlPing, handshake, parseHandshake, pingedProcess } from "./wake_frames.ts";

/** How often to look for VPP's part of the handshake, and how long, in milliseconds. */
const handshakeIntervalMs = 2;
const handshakeMs = 5000;
/** A message table has about 140 KB; a frame of more than this is none. */
const maxFrameBytes = 16 * 1024 * 1024;

/** What became of the connection. */
export interface WakeSocketEvents {
  ready(): void;
  /** It cannot be used, or has ended. Called once. */
  lost(reason: string): void;
}

/** Wakes one VPP. */
export class WakeSocket {
  readonly #socket: StreamSocket;
  readonly #vppPid: number;
  readonly #events: WakeSocketEvents;
  readonly #splitter = new FrameSplitter(maxFrameBytes);
  #timer: NodeJS.Timeout | undefined;
  /** Bytes of the ping; 0 before the handshake. */
  #pingBytes = 0;
  /** Where in the ping the next wake-up is. */
  #at = 0;
  #isReady = false;
  #isOver = false;

  /**
   * @param vppPid the process whose socket it has to be.
   * @throws {VppError} `CONNECT`: the message is the name of the error, for example `ENOENT`.
   */
  constructor(libc: Libc, path: string, vppPid: number, events: WakeSocketEvents) {
    this.#vppPid = vppPid;
    this.#events = events;
    this.#socket = StreamSocket.connect(libc, path);
    this.#send(handshake("govppmux-wake"));
    const deadline = performance.now() + handshakeMs;
    this.#timer = setInterval(() => {
      this.look();
      if (performance.now() > deadline) this.#lose("no handshake");
    }, handshakeIntervalMs);
    this.#timer.unref();
  }

  /** Wakes VPP, where the connection stands. */
  wake(): void {
    if (!this.#isReady) return;
    const outcome = this.#socket.sendRange(this.#at, this.#at + 1);
    if (outcome === "done") this.#at++;
    if (this.#at === this.#pingBytes) {
      this.#at = 0;
      this.look(); // For the answer to the ping before.
    }
    if (outcome === "closed") this.#lose("VPP has closed it");
  }

  /** Takes what has come, and notices an end. */
  look(): void {
    if (this.#isOver) return;
    const received = this.#socket.receive();
    if (received === "closed") return this.#lose("VPP has closed it");
    // Once ready, answers are only drained.
    if (received !== "busy" && !this.#isReady) this.#shakeHands(received);
  }

  close(): void {
    this.#isOver = true;
    this.#isReady = false;
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #shakeHands(received: Uint8Array): void {
    for (const frames of this.#wholeFrames(received)) {
      for (let at = 0; at < frames.length;) {
        const end = at + FRAME_HEADER + getU32(frames, at + FRAME_LENGTH_AT);
        this.#take(frames.subarray(at + FRAME_HEADER, end));
        at = end;
      }
    }
  }

  #wholeFrames(received: Uint8Array): readonly Uint8Array[] {
    try {
      return this.#splitter.push(received);
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  #take(message: Uint8Array): void {
    if (this.#isOver || this.#isReady) return;
    if (this.#pingBytes === 0) {
      const session = parseHandshake(message);
      if (session === undefined) return this.#lose("it gave no message table with control_ping");
      this.#pingBytes = this.#send(controlPing(session));
      return;
    }
    const pid = pingedProcess(message);
    if (pid !== this.#vppPid) return this.#lose(`it is the socket of another VPP (process ${pid})`);
    clearInterval(this.#timer);
    this.#isReady = true;
    this.#events.ready();
  }

  #send(frame: Uint8Array): number {
    this.#socket.outgoing.set(frame);
    const outcome: StreamOutcome = this.#socket.sendRange(0, frame.length);
    if (outcome !== "done") this.#lose("VPP has closed it");
    return frame.length;
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.close();
    this.#events.lost(reason);
  }
}
