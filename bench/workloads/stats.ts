import { connectStats } from "../../src/stats/mod.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { rateOfSingles } from "../timing.ts";

/** All counters of all interfaces, poll after poll. */
export async function pollStats(parameters: Parameters): Promise<Figures> {
  const stats = await connectStats({ socketPath: parameters.stats });
  const figures = await rateOfSingles(parameters, async () => keep(await stats.interfaces()));
  await stats.close();
  return figures;
}
