/**
 * What a server has before it is measured: set up by the client itself, so that any VPP will do.
 *
 * @module
 */
import {
  CreateLoopbackInstance,
  DeleteLoopback,
  SwInterfaceDump,
  SwInterfaceSetFlags,
  SwInterfaceTagAddDel,
} from "../../src/binapi/interface.ts";
import type { Channel, Mux } from "../../src/mod.ts";
import { seeded } from "../../test/random.ts";
import { changeRoutes } from "./routes.ts";

/** Marks the interfaces that the benchmark has made. */
const TAG = "bench";
const AT_ONCE = 64;

/** Makes loopbacks until there are `count`; every fourth, by chance, has a tag of its own. */
export async function addInterfaces(mux: Mux, count: number): Promise<void> {
  const channel = mux.newAPIChannel({ replyTimeoutMs: 60_000 });
  const present = (await channel.sendMultiRequest(SwInterfaceDump, {}).toArray()).length - 1;
  const random = seeded(count);
  const tags = Array.from(
    { length: Math.max(0, count - present) },
    (_, n) => random.below(4) === 0 ? `${TAG}-${n}` : TAG,
  );
  await each(tags, (tag) => addInterface(channel, tag));
}

async function addInterface(channel: Channel, tag: string): Promise<void> {
  const { swIfIndex } = await channel.request(CreateLoopbackInstance, {
    macAddress: "00:00:00:00:00:00",
    isSpecified: false,
    userInstance: 0,
  });
  await channel.request(SwInterfaceTagAddDel, { isAdd: true, swIfIndex, tag });
  await channel.request(SwInterfaceSetFlags, { swIfIndex, flags: 1 });
}

/**
 * Deletes the loopbacks that `addInterfaces` has made, the youngest first: VPP gives out the indices that
 * were freed last, so the next ones are 1, 2, … again, which some of the work relies on.
 */
export async function removeInterfaces(mux: Mux): Promise<void> {
  const channel = mux.newAPIChannel({ replyTimeoutMs: 60_000 });
  const all = await channel.sendMultiRequest(SwInterfaceDump, {}).toArray();
  const own = all.filter(({ tag }) => tag.startsWith(TAG))
    .sort((one, other) => other.swIfIndex - one.swIfIndex);
  await each(own, ({ swIfIndex }) => channel.request(DeleteLoopback, { swIfIndex }));
}

/** Adds or deletes the benchmark's routes. */
export function changeAllRoutes(mux: Mux, count: number, isAdd: boolean): Promise<void> {
  const channel = mux.newAPIChannel({ replyTimeoutMs: 60_000 });
  return changeRoutes(channel, { count, window: AT_ONCE }, isAdd);
}

async function each<T>(items: readonly T[], use: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const work = async (): Promise<void> => {
    for (const item of rest) await use(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
