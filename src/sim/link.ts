/**
 * What the simulator needs of the way to one client: a sink of frames, and a word in the flow of bytes.
 * Whoever makes a link hands the client's bytes to the connection that `Simulator.attach` returns. The
 * unix socket, the in-memory pipe and shared memory are links.
 *
 * @module
 */

/** The way to one client. */
export interface SimLink {
  /** For people: for example `unix:/run/vpp/api.sock`. */
  readonly name: string;
  /**
   * Sends whole frames. `frames` stays as it is until `pendingBytes` is 0; from then on its memory serves
   * again. Never blocks and never throws.
   */
  send(frames: Uint8Array<ArrayBuffer>): void;
  /** Bytes accepted by `send` that have not left yet. */
  readonly pendingBytes: number;
  /** Takes no more bytes from the client until `resume`; what it sends piles up on its side. */
  pause(): void;
  resume(): void;
  /** Ends the link after what was sent has left. */
  end(): void;
  /** Ends the link now. */
  destroy(): void;
}
