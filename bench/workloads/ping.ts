import { ControlPing } from "../../src/binapi/memclnt.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import { seeded } from "../../test/random.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rate, rateOfSingles } from "../timing.ts";

/** A pass is long enough for the pipe to be full most of the time. */
const PASS = 50_000;

/** One `control_ping` at a time. */
export function ping(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel();
  return rateOfSingles(parameters, () => channel.request(ControlPing, {}));
}

/** One `control_ping` after pauses of 1 to 20 ms, in which an idle VPP falls asleep. */
export async function pausedPing(mux: Mux, parameters: Parameters): Promise<Figures> {
  const channel = mux.newAPIChannel();
  const random = seeded(1);
  const figures = await rateOfSingles(
    parameters,
    () => channel.request(ControlPing, {}),
    () => new Promise((resolve) => setTimeout(resolve, 1 + random.below(20))),
  );
  const { p50 = Number.NaN, p99 = Number.NaN } = figures;
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
