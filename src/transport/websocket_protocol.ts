/**
 * What a remote client and the proxy agree on, beside VPP's frames in binary messages: how the token is
 * sent, why a connection is closed, and the text messages that the proxy sends.
 *
 * @module
 */

/** The WebSocket subprotocol, with the version of what this module says. */
export const SUBPROTOCOL = "govppmux.v1";

/** A subprotocol that begins so carries the token: browsers cannot set headers. */
export const BEARER_PREFIX = "bearer.";

/** Why the proxy closes a connection; private codes of RFC 6455. */
export const CLOSE_PROTOCOL = 4400;
export const CLOSE_TIMEOUT = 4408;
export const CLOSE_FRAME_TOO_LONG = 4413;
export const CLOSE_LIMIT = 4429;
export const CLOSE_NO_VPP = 4503;
/** The proxy ends (RFC 6455). */
export const CLOSE_GOING_AWAY = 1001;
/** All is well (RFC 6455). */
export const CLOSE_NORMAL = 1000;

/** Why a request is not answered. */
export type RefusalCode = "DENIED" | "FORGED" | "LIMIT" | "MALFORMED" | "UNKNOWN" | "NO_ANSWER";

/** A request is not answered: the proxy did not send it to VPP, or VPP did not answer it. */
export interface Refused {
  readonly type: "refused";
  /** The request's context, as the client gave it; undefined where the frame had none to be read. */
  readonly context?: number;
  /** The request's name, where the proxy knows it. */
  readonly message?: string;
  readonly code: RefusalCode;
  /** For people. */
  readonly reason: string;
}

/** A change of the proxy's connection to VPP. On `Disconnected` the proxy closes the session. */
export interface VppState {
  readonly type: "vpp";
  readonly state: "Connected" | "Disconnected";
  readonly reason: string;
}

/** What the proxy sends in text messages, as JSON. */
export type ControlMessage = Refused | VppState;

/** The subprotocol that carries a token. */
export function bearerProtocol(token: string): string {
  const bytes = new TextEncoder().encode(token);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return BEARER_PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The token of a subprotocol; undefined where it carries none. */
export function tokenOfProtocol(protocol: string): string | undefined {
  if (!protocol.startsWith(BEARER_PREFIX)) return undefined;
  const base64 = protocol.slice(BEARER_PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}

/** Reads a text message of the proxy; undefined for what this version does not know. */
export function parseControl(text: string): ControlMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (!("reason" in value) || typeof value.reason !== "string") return undefined;
  switch (value.type) {
    case "refused":
      return parseRefused(value, value.reason);
    case "vpp":
      if (!("state" in value)) return undefined;
      return {
        type: "vpp",
        state: value.state === "Connected" ? "Connected" : "Disconnected",
        reason: value.reason,
      };
    default:
      return undefined;
  }
}

const refusalCodes: ReadonlySet<unknown> = new Set<RefusalCode>(
  ["DENIED", "FORGED", "LIMIT", "MALFORMED", "UNKNOWN", "NO_ANSWER"],
);

function isRefusalCode(code: unknown): code is RefusalCode {
  return refusalCodes.has(code);
}

function parseRefused(value: object, reason: string): Refused | undefined {
  if (!("code" in value) || !isRefusalCode(value.code)) return undefined;
  return {
    type: "refused",
    code: value.code,
    reason,
    ...("context" in value && typeof value.context === "number" ? { context: value.context } : {}),
    ...("message" in value && typeof value.message === "string" ? { message: value.message } : {}),
  };
}
