/**
 * Who is let in.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { VppError } from "../errors.ts";
import { tokenOfProtocol } from "../transport/websocket_protocol.ts";

export interface AccessOptions {
  /** The secret that a client must have; of several, any. */
  readonly token: string | readonly string[];
  /**
   * Origins (`https://example.net`) of the pages that may connect. None by default: then no browser gets
   * in, and programs, which send no origin, do.
   */
  readonly origins?: readonly string[];
}

/** What is looked at of the HTTP request that opens a WebSocket. */
export interface AccessRequest {
  /** Path and query. */
  readonly url: string;
  readonly origin: string | undefined;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The header `Sec-WebSocket-Protocol`. */
  readonly protocols: string | undefined;
}

/** Why a client is not let in, as an HTTP answer. */
export interface AccessRefusal {
  readonly status: 400 | 401 | 403;
  readonly reason: string;
}

export class Access {
  readonly #tokens: readonly Uint8Array[];
  readonly #origins: ReadonlySet<string>;

  /** @throws VppError code CONFIG where there is no token, or an origin is none */
  constructor({ token, origins = [] }: AccessOptions) {
    const tokens = typeof token === "string" ? [token] : token;
    if (tokens.length === 0 || tokens.some((text) => text.trim() === "")) {
      throw new VppError(
        "CONFIG",
        "Cannot start the proxy: a token is missing or empty; expected a long random text",
      );
    }
    this.#tokens = tokens.map(digest);
    this.#origins = new Set(origins.map(checkOrigin));
  }

  /** Undefined where the client may come in. */
  refusal(request: AccessRequest): AccessRefusal | undefined {
    if (request.url.includes("?")) {
      const reason = "the URL must have no query; a token in a URL ends up in logs, send it in " +
        "the header Authorization or as a subprotocol";
      return { status: 400, reason };
    }
    if (request.origin !== undefined && !this.#origins.has(request.origin)) {
      return { status: 403, reason: "the page's origin is not allowed" };
    }
    const token = tokenOf(request);
    if (token === undefined) return { status: 401, reason: "no token" };
    return this.#knows(token) ? undefined : { status: 401, reason: "a wrong token" };
  }

  /** Takes the same time whichever token it is, and however much of it is right. */
  #knows(token: string): boolean {
    const hash = digest(token);
    return this.#tokens.map((known) => timingSafeEqual(known, hash)).includes(true);
  }
}

function tokenOf({ authorization, protocols }: AccessRequest): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  for (const protocol of (protocols ?? "").split(",")) {
    const token = tokenOfProtocol(protocol.trim());
    if (token !== undefined) return token;
  }
  return undefined;
}

/** Of equal length for all tokens, as the comparison needs it. */
function digest(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}

function checkOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw new VppError(
    "CONFIG",
    `Cannot start the proxy: ${
      JSON.stringify(origin)
    } is no origin; expected for example "https://example.net" or "http://127.0.0.1:8080"`,
  );
}
