/**
 * Measuring inside a client program.
 *
 * @module
 */
import process from "node:process";
import type { Figures, Parameters } from "./parameters.ts";
import { processorMicroseconds } from "./processor_time.ts";

type Timing = Pick<Parameters, "warmUp" | "seconds" | "serverPid">;

/**
 * Repeats a pass, first to warm up and then measured: messages a second, and microseconds of processor
 * time that this process and the server spend on a message, in user code and in the kernel.
 *
 * @param pass works off some messages and returns how many they were
 */
export async function rate(
  { warmUp, seconds, serverPid }: Timing,
  pass: () => Promise<number>,
): Promise<Figures> {
  await repeat(warmUp, pass);
  return await repeat(seconds, pass, serverPid);
}

/**
 * As `rate`, with percentiles of the milliseconds that a single call takes.
 *
 * @param pause what happens before each call, which does not count
 */
export async function rateOfSingles(
  { warmUp, seconds, serverPid }: Timing,
  call: () => Promise<unknown>,
  pause?: () => Promise<unknown>,
): Promise<Figures> {
  let times = new CallTimes();
  const pass = async (): Promise<number> => {
    if (pause !== undefined) await pause();
    await times.measure(call);
    return 1;
  };
  await repeat(warmUp, pass);
  times = new CallTimes();
  const figures = await repeat(seconds, pass, serverPid);
  return { ...figures, p50: times.percentile(50), p99: times.percentile(99) };
}

/** How long single calls took, in milliseconds. */
export class CallTimes {
  readonly #times: number[] = [];

  async measure(call: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    await call();
    this.#times.push(performance.now() - start);
  }

  /** The time that so many of 100 do not exceed; NaN where there are none. */
  percentile(percent: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
  }
}

async function repeat(
  seconds: number,
  pass: () => Promise<number>,
  serverPid?: number,
): Promise<Figures> {
  const server = serverPid === undefined ? undefined : processorMicroseconds(serverPid);
  const start = performance.now();
  const cpu = process.cpuUsage();
  let messages = 0;
  let elapsed = 0;
  do {
    messages += await pass();
    elapsed = performance.now() - start;
  } while (elapsed < seconds * 1000);
  const { user, system } = process.cpuUsage(cpu);
  const figures = {
    perSecond: (messages * 1000) / elapsed,
    cpuMicroseconds: (user + system) / messages,
  };
  if (server === undefined || serverPid === undefined) return figures;
  const serverMicroseconds = (processorMicroseconds(serverPid) - server) / messages;
  return { ...figures, serverMicroseconds };
}
