/**
 * An agent: two parts share one connection, each with its own channels. It hears of events, brings VPP
 * back to what it wants after a restart, says how it is doing over HTTP, and ends by itself:
 *
 *     node dist/examples/agent.js
 *     deno run -A examples/agent.ts
 *
 * It brings its own VPP along, a simulator in memory, which is started anew in the middle.
 *
 * @module
 */
import process from "node:process";
import { connect, type Mux, muxOptionsFrom, resolveConfig } from "govppmux";
import { SwInterfaceDump, SwInterfaceSetFlags } from "govppmux/binapi/interface";
import { simTransport, Simulator } from "govppmux/sim";
import { addressesPart } from "./agent/addresses.ts";
import { type Interfaces, interfacesPart } from "./agent/interfaces.ts";
import { serveStatus } from "./agent/status_server.ts";

const ADDRESSES = new Map([["wan", "192.0.2.1/24"], ["lan", "198.51.100.1/24"]]);
/** Milliseconds in which everything must have happened. */
const PATIENCE_MS = 10_000;

const tell = (line: string): void => console.log(line);

/** The agent on a VPP of its own; throws where anything is not as it should be. */
async function main(): Promise<void> {
  const sim = new Simulator();
  // Where `loadConfig` reads it, this is what govpp.conf says.
  const { config } = resolveConfig({
    options: { resyncAfterReconnect: true, traceEnabled: true, healthCheckProbeIntervalMs: 200 },
  });
  const mux = await connect({ ...muxOptionsFrom(config), transport: simTransport(sim) });
  mux.onState(({ state, reason }) => tell(`connection: ${state} (${reason})`));
  const status = await serveStatus({
    "/liveness": mux.livenessHandler(),
    "/readiness": mux.readinessHandler(),
  });
  try {
    const interfaces: Interfaces = new Map();
    mux.register("interfaces", interfacesPart([...ADDRESSES.keys()], interfaces, tell));
    mux.register("addresses", addressesPart(ADDRESSES, interfaces, tell));
    await ready(status.url, "at first");
    const { version, pid } = await mux.vppInfo();
    tell(`VPP ${version}, process ${pid}: ${await describe(mux)}`);

    tell("somebody takes an interface down");
    const swIfIndex = interfaces.get("wan") ?? 0;
    await mux.newAPIChannel().request(SwInterfaceSetFlags, { swIfIndex, flags: 0 });

    tell("VPP is started anew");
    const before = await describe(mux);
    const resynced = nextResync(mux);
    sim.restart();
    await resynced;
    await ready(status.url, "after the restart");
    const after = await describe(mux);
    tell(`VPP, process ${(await mux.vppInfo()).pid}: ${after}`);
    if (after !== before) throw new Error(`the resync made ${after} of ${before}`);
    await mux.newAPIChannel().request(SwInterfaceSetFlags, { swIfIndex, flags: 0 });
    for (const { message, count, p99Ms } of mux.trace.summary().slice(0, 3)) {
      tell(`trace: ${message}: ${count} calls, p99 ${p99Ms.toFixed(2)} ms`);
    }
  } finally {
    await mux.close();
    await status.close();
  }
}

/** Resolves when the connection is there again and everything is as it was. */
function nextResync(mux: Mux): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = mux.onState(({ state, resynced, problems }) => {
      if (state !== "Connected") return;
      stop();
      if (resynced === true) resolve();
      else reject(new Error(`the resync failed: ${problems?.map((p) => p.error.message)}`));
    });
  });
}

/** Asks as a probe of Kubernetes does, until the answer is 200. */
async function ready(url: string, when: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (true) {
    const response = await fetch(`${url}/readiness`);
    const body = (await response.text()).trim();
    if (response.ok) return tell(`status ${when}: ${body}`);
    if (performance.now() > end) throw new Error(`not ready ${when}: ${body}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function describe(mux: Mux): Promise<string> {
  const names: string[] = [];
  for await (const itf of mux.newAPIChannel().sendMultiRequest(SwInterfaceDump, {})) {
    names.push(itf.tag === "" ? itf.interfaceName : `${itf.interfaceName} (${itf.tag})`);
  }
  return names.join(", ");
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
