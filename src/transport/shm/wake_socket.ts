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
import { sleep } from "./wait.ts";
import { controlPing, farewell, handshake, parseHandshake, pingedProcess } from "./wake_frames.ts";

/** How often to look for VPP's part of the handshake, and how long, in milliseconds. */
const handshakeIntervalMs = 2;
const handshakeMs = 5000;
/** How often to look whether VPP has closed after a farewell, and how long, in milliseconds. */
const farewellIntervalMs = 1;
const farewellMs = 200;
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
  /** Bytes of the ping, behind which the farewell lies; 0 before the handshake. */
  #pingBytes = 0;
  #farewellBytes = 0;
  /** Where in the ping the next wake-up is. */
  #at = 0;
  #state: "connecting" | "ready" | "leaving" | "over" = "connecting";

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
    if (this.#state !== "ready") return;
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
    if (this.#state === "over") return;
    const received = this.#socket.receive();
    if (received === "closed") return this.#lose("VPP has closed it");
    // Afterwards, answers are only drained.
    if (received !== "busy" && this.#state === "connecting") this.#shakeHands(received);
  }

  /**
   * Takes leave, as far as that needs no waiting. VPP 26.06 may not notice that a client has only hung
   * up, and then reads the end of its stream for ever, at 100 % of its processor: `vl_socket_read_ready`
   * takes `errno` for the reason, which a read of 0 bytes does not set.
   */
  sayFarewell(): void {
    if (this.#pingBytes === 0 || this.#state === "leaving" || this.#state === "over") return;
    this.#state = "leaving";
    const from = this.#at === 0 ? this.#pingBytes : this.#at; // A ping that was begun is ended.
    this.#socket.sendRange(from, this.#pingBytes + this.#farewellBytes);
  }

  /** Takes leave, waits for VPP to close, though not for long, and closes. */
  async leave(): Promise<void> {
    this.sayFarewell();
    const deadline = performance.now() + farewellMs;
    while (this.#isLeaving && performance.now() < deadline) {
      await sleep(farewellIntervalMs);
      this.look();
    }
    this.close();
  }

  close(): void {
    this.#state = "over";
    clearInterval(this.#timer);
    this.#socket.close();
  }

  get #isLeaving(): boolean {
    return this.#state === "leaving";
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
    if (this.#state !== "connecting") return;
    if (this.#pingBytes === 0) {
      const session = parseHandshake(message);
      if (session === undefined) return this.#lose("it gave no message table with control_ping");
      const ping = controlPing(session);
      const last = farewell(session);
      this.#send(ping);
      this.#socket.outgoing.set(last, ping.length);
      this.#pingBytes = ping.length;
      this.#farewellBytes = last.length;
      return;
    }
    const pid = pingedProcess(message);
    if (pid !== this.#vppPid) {
      this.sayFarewell();
      return this.#lose(`it is the socket of another VPP (process ${pid})`);
    }
    clearInterval(this.#timer);
    this.#state = "ready";
    this.#events.ready();
  }

  #send(frame: Uint8Array): void {
    this.#socket.outgoing.set(frame);
    const outcome: StreamOutcome = this.#socket.sendRange(0, frame.length);
    if (outcome !== "done") this.#lose("VPP has closed it");
  }

  #lose(reason: string): void {
    if (this.#state === "over") return;
    this.close();
    this.#events.lost(reason);
  }
}
