/**
 * A recorded session with a real VPP, played again to our own client: its requests are checked against
 * the recorded ones, and the recorded answers come back with the client's contexts, cut at random places.
 *
 * @module
 */
import type { Message } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { Transport, TransportFactory, TransportSink } from "../../src/transport/transport.ts";
import { toHex } from "../oracle/raw.ts";
import type { Random } from "../random.ts";

/** A line of `capture/wire`: a frame, or an end. */
export interface WireLine {
  readonly dir: "c2s" | "s2c";
  /** Both in hexadecimal digits; missing at an end. */
  readonly header?: string;
  readonly msg?: string;
}

/** Requests that were sent without waiting in between, and what came until the next one. */
interface Turn {
  readonly requests: readonly Uint8Array[];
  /** Whole frames. */
  readonly answers: readonly Uint8Array[];
}

const FRAME_HEADER = 16;
const PIECES = [1, 2, 3, 7, 15, 16, 17, 100, 1000, 4096, 65_536] as const;
const HANDSHAKE_REPLY_ID = 16;

/** A factory whose one transport plays the session. */
export class Replay implements TransportFactory {
  readonly name = "replay";
  /** Requests that differ from the recorded ones; empty where all is well. */
  readonly differences: string[] = [];
  readonly #random: Random;
  readonly #turns: Turn[];
  readonly #messages: ReadonlyMap<number, Message>;
  /** The recorded contexts → the client's. */
  readonly #contexts = new Map<number, number>();
  readonly #received: Uint8Array[] = [];
  #sink: TransportSink | undefined;

  constructor(lines: readonly WireLine[], schema: Schema, random: Random) {
    this.#random = random;
    this.#turns = turnsOf(lines);
    this.#messages = messagesById(lines, schema);
  }

  /** Requests of the recording that the client has not sent. */
  get left(): number {
    return this.#turns.reduce((sum, turn) => sum + turn.requests.length, 0);
  }

  open(sink: TransportSink): Promise<Transport> {
    this.#sink = sink;
    const end = (): Promise<void> => {
      this.#sink?.ended(undefined);
      this.#sink = undefined;
      return Promise.resolve();
    };
    return Promise.resolve({
      name: this.name,
      pendingBytes: 0,
      drained: () => Promise.resolve(),
      close: end,
      send: (frames) => {
        this.#received.push(...messagesOf(frames));
        queueMicrotask(() => this.#play());
      },
    });
  }

  /** Answers all turns whose requests are here. */
  #play(): void {
    const answers: Uint8Array[] = [];
    while (true) {
      const turn = this.#turns[0];
      if (turn === undefined || this.#received.length < turn.requests.length) break;
      this.#turns.shift();
      const sent = this.#received.splice(0, turn.requests.length);
      turn.requests.forEach((recorded, i) => this.#check(recorded, sent[i] ?? new Uint8Array()));
      answers.push(...turn.answers.map((frame) => this.#withOurContext(frame)));
    }
    this.#deliver(answers);
  }

  #check(recorded: Uint8Array, sent: Uint8Array): void {
    const name = this.#messages.get(idOf(recorded))?.name ?? "unknown";
    const at = this.#contextOffset(recorded);
    if (at === undefined) throw new Error(`The recorded ${name} has no context`);
    this.#contexts.set(u32(recorded, at), u32(sent, at));
    const expected = recorded.slice();
    expected.set(sent.subarray(at, at + 4), at);
    if (toHex(expected) !== toHex(sent)) {
      this.differences.push(`${name}: ${toHex(sent)} instead of ${toHex(expected)}`);
    }
  }

  #withOurContext(frame: Uint8Array): Uint8Array {
    const message = frame.subarray(FRAME_HEADER);
    const at = this.#contextOffset(message);
    if (at === undefined) return frame;
    const ours = this.#contexts.get(u32(message, at));
    if (ours === undefined) throw new Error(`No request has the context ${u32(message, at)}`);
    const copy = frame.slice();
    new DataView(copy.buffer).setUint32(FRAME_HEADER + at, ours);
    return copy;
  }

  #contextOffset(message: Uint8Array): number | undefined {
    const definition = this.#messages.get(idOf(message));
    if (definition === undefined) throw new Error(`The recording has an unknown id`);
    return contextOffset(definition);
  }

  /** Passes the frames on in pieces, all of them in the same memory, as a socket does. */
  #deliver(frames: readonly Uint8Array[]): void {
    const bytes = joined(frames);
    const memory = new Uint8Array(65_536);
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.#random.pick(PIECES));
      memory.set(piece);
      this.#sink?.chunk(memory.subarray(0, piece.length));
      memory.fill(0xee);
      at += piece.length;
    }
  }
}

function turnsOf(lines: readonly WireLine[]): Turn[] {
  const turns: { requests: Uint8Array[]; answers: Uint8Array[] }[] = [];
  for (const { dir, header, msg } of lines) {
    if (header === undefined || msg === undefined) continue;
    const last = turns.at(-1);
    if (dir === "s2c") last?.answers.push(hexBytes(header + msg));
    else if (last === undefined || last.answers.length > 0) {
      turns.push({ requests: [hexBytes(msg)], answers: [] });
    } else last.requests.push(hexBytes(msg));
  }
  return turns;
}

/** The message table of the recording, by the definitions; messages 15 and 16 are needed for it. */
function messagesById(lines: readonly WireLine[], schema: Schema): Map<number, Message> {
  const messages = new Map<number, Message>();
  const reply = lines.map(({ msg }) => hexBytes(msg ?? "")).find((m) =>
    m.length > 2 && idOf(m) === HANDSHAKE_REPLY_ID
  );
  if (reply === undefined) throw new Error("The recording has no handshake");
  const count = new DataView(reply.buffer).getUint16(18);
  for (let i = 0; i < count; i++) {
    const entry = reply.subarray(20 + 66 * i, 86 + 66 * i);
    const name = new TextDecoder().decode(entry.subarray(2, entry.indexOf(0, 2)));
    const message = schema.messageByNameCrc(name);
    if (message !== undefined) messages.set(idOf(entry), message);
  }
  return messages;
}

/** Where the context stands; undefined where a message has none. */
function contextOffset(message: Message): number | undefined {
  const sizes = { _vl_msg_id: 2, client_index: 4 } as const;
  let offset = 0;
  for (const { name } of message.fields) {
    if (name === "context") return offset;
    if (name !== "_vl_msg_id" && name !== "client_index") return undefined;
    offset += sizes[name];
  }
  return undefined;
}

function messagesOf(frames: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < frames.length;) {
    const start = at + FRAME_HEADER;
    at = start + u32(frames, at + 8);
    messages.push(frames.slice(start, at));
  }
  return messages;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(
    { length: hex.length / 2 },
    (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

function idOf(message: Uint8Array): number {
  return (message[0]! << 8) | message[1]!;
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at);
}
