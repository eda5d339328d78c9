/**
 * The status over HTTP, in the form that every server of every runtime can mount.
 *
 * @module
 */
import type { PartState, StatusReport } from "./status.ts";

/** A handler in the web-standard form. */
export type HttpHandler = (request: Request) => Response;

/**
 * Answers 200 where the whole is in one of these states and 503 otherwise; the body is the report as
 * JSON. The path is not looked at.
 */
export function statusHandler(
  check: () => StatusReport,
  good: readonly PartState[],
): HttpHandler {
  return ({ method }) => {
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Use GET or HEAD\n", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const report = check();
    return new Response(method === "HEAD" ? null : `${JSON.stringify(report)}\n`, {
      status: good.includes(report.state) ? 200 : 503,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
  };
}
