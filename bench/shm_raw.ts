/**
 * Measures the shared-memory transport by itself, without codec and channels, on a running VPP:
 * control_ping pipelined and one at a time. Arguments: [prefix] [api socket].
 *
 * @module
 */
import process from "node:process";
import { shmTransport } from "../src/transport/shm/shm.ts";
import type { Transport } from "../src/transport/transport.ts";

const frameHeaderBytes = 16;
const pingBytes = frameHeaderBytes + 10;

/** Sends pings and counts what comes back. */
class Pinger {
  #transport: Transport | undefined;
  #pingId = 0;
  #received = 0;
  /** Bytes of the current frame that have not come yet; its header may be cut, too. */
  #skip = 0;
  readonly #header = new Uint8Array(frameHeaderBytes);
  #headerFill = 0;
  #arrived: () => void = () => {};

  async open(prefix: string | undefined, wakeSocket: string | undefined): Promise<void> {
    const factory = shmTransport({
      ...(prefix ? { prefix } : {}),
      ...(wakeSocket ? { wakeSocket } : {}),
      log: (message) => console.error(message),
    });
    const sink = {
      chunk: (bytes: Uint8Array) => this.#take(bytes),
      ended: (error: Error | undefined) => error && console.error(error.message),
    };
    this.#transport = await factory.open(sink, { timeoutMs: 5000 });
    this.#pingId = this.#transport.session?.messageId("control_ping_51077d14") ?? 0;
  }

  async close(): Promise<void> {
    await this.#transport?.close();
  }

  /** Sends `count` pings, at most `window` of them unanswered. Returns pings a second. */
  async pipelined(count: number, window: number): Promise<number> {
    this.#received = 0;
    let sent = 0;
    const start = performance.now();
    while (this.#received < count) {
      const batch = Math.min(window - (sent - this.#received), count - sent);
      if (batch > 0) this.#send(batch);
      sent += batch;
      await this.#next();
    }
    return count / (performance.now() - start) * 1000;
  }

  /** One ping after the other, with pauses. Returns microseconds, sorted. */
  async latencies(count: number, pauseMs: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const start = performance.now();
      this.#send(1);
      await this.#next();
      times.push((performance.now() - start) * 1000);
    }
    return times.sort((a, b) => a - b);
  }

  #send(count: number): void {
    const frames = new Uint8Array(count * pingBytes);
    const view = new DataView(frames.buffer);
    for (let at = 0; at < frames.length; at += pingBytes) {
      view.setUint32(at + 8, 10);
      view.setUint16(at + frameHeaderBytes, this.#pingId);
    }
    this.#transport?.send(frames);
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#arrived = resolve);
  }

  #take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#header[this.#headerFill++] = bytes[at++] ?? 0;
      if (this.#headerFill < frameHeaderBytes) continue;
      this.#headerFill = 0;
      this.#skip = new DataView(this.#header.buffer).getUint32(8);
      this.#received++;
    }
    this.#arrived();
  }
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
}

const [prefix, wakeSocket] = process.argv.slice(2);
const pinger = new Pinger();
await pinger.open(prefix, wakeSocket);
await pinger.pipelined(20_000, 512);
for (let round = 0; round < 3; round++) {
  console.log(`512 outstanding: ${Math.round(await pinger.pipelined(300_000, 512))}/s`);
}
for (let round = 0; round < 3; round++) {
  console.log(`1 outstanding: ${Math.round(await pinger.pipelined(20_000, 1))}/s`);
}
for (const pause of [0, 1, 2, 5, 10, 20]) {
  const times = await pinger.latencies(pause === 0 ? 5000 : 200, pause);
  console.log(
    `after ${pause} ms: p50 ${percentile(times, 0.5)} p90 ${percentile(times, 0.9)} ` +
      `p99 ${percentile(times, 0.99)} µs`,
  );
}
await pinger.close();
