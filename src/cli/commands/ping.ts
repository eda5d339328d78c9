/**
 * `govppmux ping`: how fast VPP answers.
 *
 * @module
 */
import type { Command } from "commander";
import type { Channel } from "../../core/channel.ts";
import { withLog, withTrace } from "../log.ts";
import { printLine } from "../output.ts";
import { positive, type TargetOptions, useTarget, withTarget } from "../target.ts";

interface PingOptions extends TargetOptions {
  readonly count: number;
  readonly window: number;
  readonly json?: boolean;
}

/** Latencies in milliseconds. */
interface PingResult {
  readonly count: number;
  readonly window: number;
  readonly seconds: number;
  readonly callsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function registerPing(program: Command): void {
  const command = withTarget(
    program.command("ping").description("measure control_ping: calls a second and latency"),
  );
  withTrace(withLog(command))
    .option("--count <n>", "calls", positive, 1000)
    .option("--window <w>", "calls that are under way at once", positive, 1)
    .option("--json", "the result as one JSON object")
    .action(ping);
}

async function ping(options: PingOptions): Promise<void> {
  await useTarget(options, async (mux) => {
    const result = await measure(mux.newAPIChannel(), options.count, options.window);
    printLine(options.json === true ? JSON.stringify(result) : describe(result));
  });
}

async function measure(channel: Channel, count: number, window: number): Promise<PingResult> {
  const latencies = new Float64Array(count);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const start = performance.now();
      await channel.request("control_ping");
      latencies[index] = performance.now() - start;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: Math.min(window, count) }, worker));
  const seconds = (performance.now() - start) / 1000;
  latencies.sort();
  const quantile = (q: number): number => latencies[Math.ceil(q * count) - 1] ?? 0;
  return {
    count,
    window,
    seconds: round(seconds),
    callsPerSecond: Math.round(count / seconds),
    p50: round(quantile(0.5)),
    p99: round(quantile(0.99)),
    max: round(quantile(1)),
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function describe(r: PingResult): string {
  return `${r.count} calls, window ${r.window}: ${
    r.callsPerSecond.toLocaleString("en")
  } calls/s, ` +
    `p50 ${r.p50} ms, p99 ${r.p99} ms, max ${r.max} ms`;
}
