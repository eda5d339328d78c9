/**
 * Which VPP it is: whether it was started anew, and what it says of itself.
 *
 * @module
 */
import type { MessageView } from "../codec/view.ts";
import type { Clock } from "./clock.ts";

/** A request of the mux itself; resolves to the reply. */
export type Ask = (name: string, fields?: object) => Promise<MessageView>;

/** VPP's process id, from `control_ping_reply`. */
export async function readPid(ask: Ask): Promise<number> {
  return pidOf(await ask("control_ping"));
}

/** VPP's process id in a `control_ping_reply`. */
export function pidOf(reply: MessageView): number {
  return Number(reply["vpePid"]);
}

/**
 * Seconds since VPP's start, or undefined where it does not say. There is no API message for it: the
 * command `show clock` begins with "Time now" and VPP's own time, which starts with VPP.
 */
export async function readUptime(ask: Ask): Promise<number | undefined> {
  const text = await readCommand(ask, "show clock");
  const seconds = /Time now ([\d.]+)/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** The output of a debug command. */
export async function readCommand(ask: Ask, command: string): Promise<string> {
  return String((await ask("cli_inband", { cmd: command }))["reply"]);
}

/** The VPP of a session that has ended. */
export interface FormerVpp {
  /** Undefined where it was never heard. */
  readonly pid: number | undefined;
  /** When it was heard last, on the clock. */
  readonly lastHeard: number;
}

/**
 * Whether VPP was started since `former` was heard. The process id tells most often; in a container
 * every VPP may have the same one, and then the time of its start tells.
 */
export async function wasRestarted(
  former: FormerVpp,
  pid: number | undefined,
  ask: Ask,
  clock: Clock,
): Promise<boolean> {
  if (pid !== undefined && former.pid !== undefined && pid !== former.pid) return true;
  const uptime = await readUptime(ask).catch(() => undefined);
  // What was heard before this VPP's start, another VPP has said.
  return uptime !== undefined && clock.now() - uptime * 1000 >= former.lastHeard;
}
