/** Clients that we did not write have a session with our simulator, and see what our client sees. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInDefinitions } from "../../src/sim/definitions/mod.ts";
import { assert, describe } from "../harness.ts";
import { type Dialect, differences, govppDialect, papiDialect } from "./compare.ts";
import { type OwnSession, ownSession } from "./own.ts";
import {
  govpp,
  itWithPeer,
  type Line,
  papi,
  runPeer,
  withFolder,
  withSimulator,
  writeDefinition,
} from "./peer.ts";
import { type SessionCall, sessionCalls } from "./session.ts";

/** The time of day. */
const UNDETERMINED: ReadonlySet<string> = new Set(["show_vpe_system_time"]);

describe("interoperation: a session with the simulator", () => {
  itWithPeer("of GoVPP: async connect, health check, two channels", govpp, async (command) => {
    const own = await withSimulator((socket) => ownSession(socket, sessionCalls));
    const lines = await withPeerSession(
      sessionCalls.map(forGovpp),
      own,
      (socket, file) => runPeer([...command, "session", socket, file]),
    );
    assert.deepEqual(lines[0], { connected: true });
    assert.deepEqual(lines.slice(-2), [{ troubles: 0 }, { disconnected: true }]);
    check(own, lines, govppDialect);
  });

  itWithPeer("of vpp_papi", () => papi("session.py"), async (command) => {
    const own = await withSimulator((socket) => ownSession(socket, sessionCalls));
    const lines = await withFolder((folder) => {
      for (const definition of builtInDefinitions) {
        writeDefinition(folder, String(definition["module"]), definition);
      }
      return withPeerSession(
        sessionCalls,
        own,
        (socket, file) => runPeer([...command, socket, folder, file]),
      );
    });
    assert.equal(lines[0]?.["connected"], true);
    assert.deepEqual(lines.at(-1), { disconnected: true });
    check(own, lines, papiDialect);
  });
});

/** Runs a peer's session with a simulator of its own. */
function withPeerSession(
  calls: readonly SessionCall[],
  own: OwnSession,
  run: (socket: string, file: string) => Promise<readonly Line[]>,
): Promise<readonly Line[]> {
  return withFolder((folder) => {
    const file = join(folder, "session.json");
    writeFileSync(file, JSON.stringify({ calls, events: own.events.length }));
    return withSimulator((socket) => run(socket, file));
  });
}

function check(own: OwnSession, lines: readonly Line[], dialect: Dialect): void {
  const calls = lines.filter((line) => "call" in line);
  assert.deepEqual(calls.map(({ call }) => call), sessionCalls.map(({ call }) => call));
  const found = calls.flatMap(({ call, replies }, i) =>
    UNDETERMINED.has(String(call))
      ? []
      : differences(own.replies[i], replies, dialect, `${i} ${String(call)}`)
  );
  const events = lines.filter((line) => "event" in line);
  assert.ok(own.events.length > sessionCalls.length / 10);
  assert.deepEqual(
    [
      ...found,
      ...differences(own.events, events.map(({ fields }) => fields), dialect, "events"),
    ],
    [],
  );
}

/** GoVPP's structs have a union as its bytes. */
function forGovpp(call: SessionCall): SessionCall {
  return { ...call, args: unionBytes(call.args) as SessionCall["args"] };
}

function unionBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unionBytes);
  if (typeof value !== "object" || value === null) return value;
  if ("ip4" in value && typeof value.ip4 === "string") {
    const bytes = value.ip4.split(".").map(Number);
    return { XXX_UnionData: [...bytes, ...new Array<number>(12).fill(0)] };
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unionBytes(one)]));
}
