/**
 * A whole session with VPP by typed bindings:
 *
 *     node dist/examples/capture_session.js [--socket /run/vpp/api.sock]
 *     deno run -A examples/capture_session.ts [--socket /run/vpp/api.sock]
 *
 * Without a socket it brings its own VPP along, a simulator in memory. On a real VPP it makes loopbacks
 * from `loop1000` on, routes of 192.168.0.0/16 in table 0, an ACL and bridge domain 1000, and removes
 * them again.
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { connect } from "govppmux";
import { simTransport, Simulator } from "govppmux/sim";
import { playSession } from "./capture/session.ts";

const { values } = parseArgs({ options: { socket: { type: "string" } } });
const { socket } = values;
const mux = await connect(
  socket === undefined ? { transport: simTransport(new Simulator()) } : { socket },
);
try {
  const tell = (line: string): void => console.log(line);
  const real = socket !== undefined;
  await playSession(mux.newAPIChannel(), {
    firstInstance: real ? 1000 : 0,
    bridgeDomain: real ? 1000 : 7,
    tell,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await mux.close();
}
