/**
 * What the proxy needs of the way to one remote client, whoever's WebSocket it is.
 *
 * @module
 */
export interface RemoteLink {
  /** Who it is, for the audit: an address. */
  readonly remote: string;
  /**
   * Sends whole frames as one binary message. Never blocks and never throws.
   *
   * @param sent told when the memory of `frames` may be used again; may never be
   */
  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void;
  /** Sends a text message. Never blocks and never throws. */
  tell(text: string): void;
  /** Bytes accepted by `send` and `tell` that have not left yet. */
  readonly bufferedBytes: number;
  /** Ends the connection after what was sent, with a code and a reason of RFC 6455. */
  close(code: number, reason: string): void;
  /** Ends the connection now; what waits is lost. */
  terminate(): void;
}
