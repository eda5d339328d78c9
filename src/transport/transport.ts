/**
 * What a connection needs of the way to VPP: a source of byte chunks, a sink of bytes, an end.
 * A transport knows no message. On every transport a frame is VPP's `msgbuf`: 16 bytes of header
 * (u64 ignored, u32 big-endian payload length, u32 ignored), then the message; frames are
 * concatenated, and a chunk may begin and end anywhere.
 *
 * @module
 */
import type { VppError } from "../errors.ts";

/** Receives what a transport brings. Set once, before the first chunk can arrive. */
export interface TransportSink {
  /**
   * Bytes from VPP. The transport reuses the memory of `chunk`: it is valid during the call only.
   * Must not throw.
   */
  chunk(bytes: Uint8Array): void;
  /**
   * The transport has ended; called exactly once for each transport, after the last chunk.
   * `error` is undefined after `close()` and after an orderly end by the other side.
   */
  ended(error: Error | undefined): void;
  /**
   * The request with this context will not be answered: whoever stands between us and VPP did not pass
   * it on. Only transports through a proxy call it.
   */
  refused?(context: number, error: VppError): void;
}

/** An open way to VPP. */
export interface Transport {
  /** For people: for example `unix:/run/vpp/api.sock`. */
  readonly name: string;
  /**
   * Message ids and the client index, where the transport itself already made the handshake
   * (shared memory does); undefined where the connection has to send `sockclnt_create`.
   */
  readonly session?: TransportSession;
  /**
   * Whether the transport holds nothing of what it was given to send once `pendingBytes` is 0: then the
   * memory of it is written again. Absent where that is not certain; what is given stays as it is then.
   */
  readonly returnsMemory?: boolean;
  /**
   * Sends whole frames, which stay as they are for as long as the transport may hold them. Never blocks
   * and never throws; a failure ends the transport.
   */
  send(frames: Uint8Array): void;
  /** Bytes accepted by `send` and not yet handed to the system. */
  readonly pendingBytes: number;
  /** Resolves when `pendingBytes` has fallen below what the system buffers; at once where it has. */
  drained(): Promise<void>;
  /** Ends the transport; resolves when nothing of it is left. May be called more than once. */
  close(): Promise<void>;
}

/** A handshake that the transport made by its own means. */
export interface TransportSession {
  readonly clientIndex: number;
  /** The id of a message by `name_crc8` (`show_version_51077d14`), or undefined where VPP has none. */
  messageId(nameCrc: string): number | undefined;
}

/** Options common to every attempt to open a transport. */
export interface OpenOptions {
  /** Aborts the attempt; an aborted attempt leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the attempt. */
  readonly timeoutMs: number;
}

/** Opens a transport; called anew for every reconnect. */
export interface TransportFactory {
  /** For people: for example `unix:/run/vpp/api.sock`. */
  readonly name: string;
  open(sink: TransportSink, options: OpenOptions): Promise<Transport>;
}
