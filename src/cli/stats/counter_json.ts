/**
 * Counters as JSON. Numbers of 64 bits are decimal strings, since JSON's readers keep 53 bits.
 *
 * @module
 */
import type { CounterRates, StatsValue } from "../../stats/mod.ts";

/** What JSON can hold. */
export type Json = string | number | null | Json[] | { [key: string]: Json };

/** @param rates change per second; left out where undefined. */
export function counterJson(
  value: StatsValue,
  perThread: boolean,
  rates: CounterRates | undefined,
): Json {
  const type = { type: value.type };
  switch (value.type) {
    case "scalar":
    case "gauge":
      return { ...type, value: `${value.value}`, ...(rates && { rate: rates[0] ?? null }) };
    case "simple":
    case "combined":
      return {
        ...type,
        ...(perThread
          ? { threads: value.rows.map((row) => countsOf(row, value.type)) }
          : { values: countsOf(value.sums(), value.type) }),
        ...(rates && { rates: ratesOf(rates, value.type) }),
      };
    case "names":
      return { ...type, names: value.names.map((name) => name ?? null) };
    case "histogram":
      return {
        ...type,
        minExponent: value.minExponent,
        ...(perThread
          ? { threads: value.rows.map((_, thread) => decimals(value.bins(thread))) }
          : { bins: decimals(value.sums()) }),
      };
    case "ring":
      return {
        ...type,
        entrySize: value.entrySize,
        ringSize: value.ringSize,
        threads: value.threads.map((thread) => ({
          sequence: `${thread.sequence}`,
          entries: thread.entriesSince().entries.map(hex),
        })),
      };
    case "unknown":
      return { ...type, typeCode: value.typeCode, value: `${value.value}` };
  }
}

function countsOf(row: BigUint64Array, type: "simple" | "combined"): Json[] {
  const counts = decimals(row);
  return type === "simple" ? counts : pairs(counts);
}

function ratesOf(rates: CounterRates, type: "simple" | "combined"): Json[] {
  return type === "simple" ? [...rates] : pairs([...rates]);
}

function pairs(values: readonly Json[]): Json[] {
  return Array.from({ length: values.length / 2 }, (_, i) => ({
    packets: values[2 * i] ?? null,
    bytes: values[2 * i + 1] ?? null,
  }));
}

function decimals(row: BigUint64Array): string[] {
  return Array.from(row, (count) => `${count}`);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
