/**
 * Error classes. Each has a stable `code`, so that a program decides by code and a person reads the
 * message; the message names what was being done, with what, what was expected and what to do.
 *
 * @module
 */

/** The stable codes of every error that govppmux throws on purpose. */
export type VppErrorCode =
  | "ABORTED"
  | "ALREADY_CONNECTED"
  | "API"
  | "BUFFER_FULL"
  | "CLOSED"
  | "COLUMN"
  | "CONFIG"
  | "CONNECT"
  | "CORE"
  | "DECODE"
  | "DISCONNECTED"
  | "ENCODE"
  | "HANDSHAKE"
  | "INCOMPATIBLE"
  | "NATIVE"
  | "PART"
  | "PROTOCOL"
  | "PROXY"
  | "REPLY_TIMEOUT"
  | "SCHEMA"
  | "STATS"
  | "UNEXPECTED_MESSAGE"
  | "UNKNOWN_MESSAGE";

/** The base of every error that govppmux throws on purpose. */
export class VppError extends Error {
  override name = "VppError";
  /** Stable, for programs. */
  readonly code: VppErrorCode;

  constructor(code: VppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** VPP answered with a `retval` other than 0. */
export class VppApiError extends VppError {
  override name = "VppApiError";
  /** The `retval` of the reply, a negative number, for example -2. */
  readonly retval: number;
  /** VPP's name for it, for example `INVALID_SW_IF_INDEX`, or `UNKNOWN` where the number is new. */
  readonly retvalName: string;
  /** The request's message name, for example `sw_interface_set_flags`. */
  readonly request: string;

  constructor(request: string, retval: number, retvalName: string, description: string) {
    super("API", `VPP refused ${request}: ${retvalName} (${retval}): ${description}`);
    this.request = request;
    this.retval = retval;
    this.retvalName = retvalName;
  }
}

/** A definition (`.api.json`) cannot be used. */
export class SchemaError extends VppError {
  override name = "SchemaError";
  constructor(message: string, options?: ErrorOptions) {
    super("SCHEMA", message, options);
  }
}

/** A value cannot be put on the wire; `path` says which field of which message. */
export class EncodeError extends VppError {
  override name = "EncodeError";
  /** For example `ip_route_add_del.route.prefix`. */
  readonly path: string;
  constructor(path: string, message: string, options?: ErrorOptions) {
    super("ENCODE", `Cannot encode ${path}: ${message}`, options);
    this.path = path;
  }
}

/** Bytes from VPP do not fit the message's definition. */
export class DecodeError extends VppError {
  override name = "DecodeError";
  constructor(message: string, options?: ErrorOptions) {
    super("DECODE", message, options);
  }
}

/** No reply within the reply timeout. */
export class ReplyTimeoutError extends VppError {
  override name = "ReplyTimeoutError";
  /** The timeout that ran out, in milliseconds. */
  readonly timeoutMs: number;
  constructor(message: string, timeoutMs: number) {
    super("REPLY_TIMEOUT", message);
    this.timeoutMs = timeoutMs;
  }
}

/** The connection ended before the reply came. */
export class DisconnectedError extends VppError {
  override name = "DisconnectedError";
  /** True where the request had left this process, so that VPP may have executed it. */
  readonly maybeExecuted: boolean;
  constructor(message: string, maybeExecuted: boolean, options?: ErrorOptions) {
    super("DISCONNECTED", message, options);
    this.maybeExecuted = maybeExecuted;
  }
}
