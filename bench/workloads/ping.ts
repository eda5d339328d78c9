import { ControlPing } from "../../src/binapi/memclnt.ts";
import { type Channel, connect, type Mux } from "../../src/mod.ts";
import { seeded } from "../../test/random.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { CallTimes, rate, rateOfSingles } from "../timing.ts";

/** A pass is long enough for the pipe to be full most of the time. */
const PASS = 50_000;

/** One `control_ping` at a time. */
export function ping(mux: Mux, parameters: Parameters): Promise<Figures> {
  return rateOfSingles(parameters, singlePing(mux));
}

/**
 * One `control_ping` after pauses of 1 to 20 ms, in which an idle VPP falls asleep. Over shared memory in
 * turns with one over the socket (`socketP50`), by the same program: where VPP wakes up, and how fast, is
 * different from one process to the next.
 */
export async function pausedPing(mux: Mux, parameters: Parameters): Promise<Figures> {
  const random = seeded(1);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1 + random.below(20)));
  if (parameters.shm === undefined) {
    return paused(await rateOfSingles(parameters, singlePing(mux), pause));
  }
  const socketMux = await connect({ socket: parameters.socket });
  const socketPing = singlePing(socketMux);
  const socketTimes = new CallTimes();
  const figures = await rateOfSingles(parameters, singlePing(mux), async () => {
    await pause();
    await socketTimes.measure(socketPing);
    await pause();
  });
  await socketMux.close();
  return { ...paused(figures), socketP50: socketTimes.percentile(50) };
}

/** One call that is repeated. */
function singlePing(mux: Mux): () => Promise<unknown> {
  const channel = mux.newAPIChannel();
  return () => channel.request(ControlPing, {});
}

/** The figure is the median: the rate is that of the pauses. */
function paused({ p50 = Number.NaN, p99 = Number.NaN }: Figures): Figures {
  return { milliseconds: p50, p50, p99 };
}

/**
 * `window` pings under way: as many callers, each of which waits for its reply; or one that asks for all of
 * them at once.
 */
export function pipelinedPing(mux: Mux, parameters: Parameters): Promise<Figures> {
  const { style, window } = parameters;
  const channel = mux.newAPIChannel({ requestBuffer: window });
  if (style === "all") {
    return rate(
      parameters,
      async () => (await channel.requestAll(ControlPing, manyPings())).length,
    );
  }
  const pings = Math.max(1, Math.round(PASS / window));
  return rate(parameters, async () => {
    const callers = Array.from({ length: window }, () => pingTimes(channel, pings));
    await Promise.all(callers);
    return pings * window;
  });
}

function* manyPings(): Generator<ControlPing> {
  for (let i = 0; i < PASS; i++) yield {};
}

async function pingTimes(channel: Channel, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await channel.request(ControlPing, {});
}
