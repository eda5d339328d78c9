/**
 * Why a unix socket cannot be connected to, and what to do about it.
 *
 * @module
 */
import { statSync } from "node:fs";
import { VppError } from "../errors.ts";

const NO_SOCKET = "the file is no socket; give the path of VPP's api.sock";

/** What to do about a socket that cannot be connected to. */
export function connectError(path: string, error: NodeJS.ErrnoException): VppError {
  return new VppError("CONNECT", `Cannot connect to ${path}: ${adviceFor(path, error)}`, {
    cause: error,
  });
}

function adviceFor(path: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "there is no such file; is VPP running, with a socksvr section in its startup.conf?";
    case "ENOTDIR":
      return "there is no such file: a part of the path is no folder";
    case "ECONNREFUSED":
      return isSocket(path)
        ? "nobody listens there; VPP may have stopped and left the file behind"
        : NO_SOCKET;
    case "ENOTSOCK":
      return NO_SOCKET;
    case "EACCES":
    case "EPERM":
      return "no permission; run as root or join the group that owns the socket (often vpp)";
    case "EPROTOTYPE":
      return "the socket is of another type; give the path of VPP's api.sock, not of stats.sock";
    default:
      return error.message;
  }
}

/** Linux refuses a connection to a file of another kind as it does one to a socket without listener. */
function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    // It is gone, or we may not look: what the system said first is the best that we know.
    return true;
  }
}
