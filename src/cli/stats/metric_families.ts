/**
 * Which Prometheus metrics the counters of a stats segment are. VPP's folders become names, and its
 * indexes become labels: `/if/rx` is `vpp_interface_rx_packets_total{interface="loop0",thread="0"}`.
 *
 * @module
 */
import type { CombinedCounters, SimpleCounters, StatsValue } from "../../stats/mod.ts";

export type MetricKind = "counter" | "gauge" | "histogram";

/** One line of a metric. */
export interface MetricSample {
  readonly labels: Record<string, string | number>;
  /** Prometheus has floating point: counters above 2^53 are rounded. */
  readonly value: number;
  /** Of histograms: `_bucket`, `_sum` or `_count`. */
  readonly suffix?: string;
}

/** A metric with all its labels. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  readonly samples: MetricSample[];
}

/**
 * The metrics of what was read. Symlinks but those of errors show counters that are there under
 * another name as well, and are left out; so are names and rings, which are no numbers.
 */
export function metricFamilies(values: ReadonlyMap<string, StatsValue>): MetricFamily[] {
  const families = new FamilyCollection(values);
  for (const [name, value] of values) families.add(name, value);
  return families.list();
}

/** VPP's place for the counters that `/err` links to. */
const errorVector = "/node/errors";
/** What VPP writes in the place of the name of an interface that was deleted. */
const deletedName = "deleted";
const heapFields = [
  "total",
  "used",
  "free",
  "used_mmap",
  "total_alloc",
  "free_chunks",
  "releasable",
];

class FamilyCollection {
  readonly #families = new Map<string, MetricFamily>();
  readonly #interfaces: readonly (string | undefined)[];
  readonly #nodes: readonly (string | undefined)[];
  /** The main thread and the workers; Infinity where that was not read. */
  readonly #threads: number;

  constructor(values: ReadonlyMap<string, StatsValue>) {
    const names = (name: string) => {
      const value = values.get(name);
      return value?.type === "names" ? value.names : [];
    };
    this.#interfaces = names("/if/names").map((name) => name === deletedName ? undefined : name);
    this.#nodes = names("/sys/node/names");
    const workers = values.get("/sys/num_worker_threads");
    this.#threads = workers?.type === "gauge" || workers?.type === "scalar"
      ? Number(workers.value) + 1
      : Infinity;
  }

  list(): MetricFamily[] {
    return [...this.#families.values()];
  }

  add(name: string, value: StatsValue): void {
    const [, folder = "", ...rest] = name.split("/");
    switch (value.type) {
      case "scalar":
      case "gauge":
        return this.#addNumber(name, folder, rest, Number(value.value));
      case "simple":
      case "combined":
        if (folder === "err") return this.#addError(rest, value);
        if (value.link === undefined && name !== errorVector) {
          return this.#addCounters(name, folder, rest, value);
        }
        return;
      case "histogram":
        return this.#addHistogram(name, value.minExponent, value.sums());
    }
  }

  #sample(
    kind: MetricKind,
    name: string,
    help: string,
    labels: Record<string, string | number>,
    value: number,
    suffix?: string,
  ): void {
    let family = this.#families.get(name);
    if (family === undefined) {
      this.#families.set(name, family = { name, help, kind, samples: [] });
    }
    family.samples.push(suffix === undefined ? { labels, value } : { labels, value, suffix });
  }

  #addNumber(name: string, folder: string, rest: string[], value: number): void {
    if (folder === "buffer-pools") {
      const [pool = "", state = ""] = rest;
      this.#sample("gauge", "vpp_buffers", "Buffers of a pool", { pool, state }, value);
    } else if (folder === "sys") {
      this.#sample("gauge", metricName(rest), `VPP's ${name}`, {}, value);
    } else this.#sample("gauge", metricName([folder, ...rest]), `VPP's ${name}`, {}, value);
  }

  #addError([node = "", ...reason]: string[], value: SimpleCounters | CombinedCounters): void {
    if (value.type !== "simple") return;
    for (let thread = 0; thread < value.threads; thread++) {
      this.#sample(
        "counter",
        "vpp_node_errors_total",
        "Events, mostly errors, that a node counted",
        { node, reason: reason.join("/"), thread },
        Number(value.at(thread, 0)),
      );
    }
  }

  #addCounters(
    name: string,
    folder: string,
    rest: string[],
    value: SimpleCounters | CombinedCounters,
  ): void {
    if (folder === "mem") return this.#addHeap(rest.join("/"), value.rows[0] ?? []);
    if (name === "/sys/vector_rate_per_worker" || name === "/sys/loops_per_worker") {
      return this.#addPerThread(metricName(rest), name, value.rows[0] ?? []);
    }
    const { base, label } = this.#subject(folder, rest);
    for (let index = 0; index < value.length; index++) {
      const subject = label(index);
      if (subject === undefined) continue;
      for (let thread = 0; thread < value.threads; thread++) {
        this.#addCount(base, name, { ...subject, thread }, value, index, thread);
      }
    }
  }

  #addCount(
    base: string,
    name: string,
    labels: Record<string, string | number>,
    value: SimpleCounters | CombinedCounters,
    index: number,
    thread: number,
  ): void {
    if (value.type === "simple") {
      const count = Number(value.at(thread, index));
      return this.#sample("counter", `${base}_total`, `VPP's ${name}`, labels, count);
    }
    const { packets, bytes } = value.at(thread, index);
    const help = (unit: string) => `VPP's ${name}, ${unit}`;
    this.#sample("counter", `${base}_packets_total`, help("packets"), labels, Number(packets));
    this.#sample("counter", `${base}_bytes_total`, help("bytes"), labels, Number(bytes));
  }

  /** What the index of a counter stands for. undefined: of something that is gone. */
  #subject(
    folder: string,
    rest: string[],
  ): { base: string; label: (index: number) => Record<string, string | number> | undefined } {
    if (folder === "if") {
      const label = (index: number) => {
        const name = this.#interfaces[index];
        return name === undefined ? undefined : { interface: name };
      };
      return { base: metricName(["interface", ...rest]), label };
    }
    if (folder === "sys" && rest[0] === "node") {
      const label = (index: number) => ({ node: this.#nodes[index] ?? `${index}` });
      return { base: metricName(rest), label };
    }
    return { base: metricName([folder, ...rest]), label: (index) => ({ index }) };
  }

  #addHeap(heap: string, row: Iterable<bigint>): void {
    let i = 0;
    for (const value of row) {
      const kind = heapFields[i++];
      if (kind === undefined) return;
      this.#sample("gauge", "vpp_heap_bytes", "The use of a heap", { heap, kind }, Number(value));
    }
  }

  /** VPP's vector has one place more than there are threads. */
  #addPerThread(metric: string, name: string, row: Iterable<bigint>): void {
    let thread = 0;
    for (const value of row) {
      if (thread >= this.#threads) return;
      this.#sample("gauge", metric, `VPP's ${name}`, { thread: thread++ }, Number(value));
    }
  }

  /** VPP keeps no sum; as `vpp_get_stats` does, every value counts as its bin's upper bound. */
  #addHistogram(name: string, minExponent: number, bins: BigUint64Array): void {
    const metric = metricName(name.split("/").slice(1));
    const sample = (labels: Record<string, string>, value: number, suffix: string) =>
      this.#sample("histogram", metric, `VPP's ${name}`, labels, value, suffix);
    let count = 0;
    let sum = 0;
    bins.forEach((bin, i) => {
      const bound = 2 ** (minExponent + i);
      count += Number(bin);
      sum += Number(bin) * bound;
      sample({ le: `${bound}` }, count, "_bucket");
    });
    sample({ le: "+Inf" }, count, "_bucket");
    sample({}, sum, "_sum");
    sample({}, count, "_count");
  }
}

function metricName(parts: readonly string[]): string {
  return ["vpp", ...parts].join("_").replace(/[^A-Za-z0-9_]/g, "_");
}
