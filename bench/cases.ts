/**
 * What is measured.
 *
 * @module
 */
import type { Parameters } from "./parameters.ts";

/** A row of the table, once for each client. */
export interface BenchCase {
  /** For `--case`. */
  readonly name: string;
  readonly work: string;
  readonly parameters?: Partial<Parameters>;
  /** Loopbacks that the server has; 10 where nothing is said. */
  readonly interfaces?: number;
  /** Routes that the server has, of the benchmark's own. */
  readonly routes?: number;
  /** What the server must be: any VPP, the simulator, a stats segment, or none at all. */
  readonly server?: "simulator" | "stats" | "none";
  /** What is compared: more a second is better, or fewer milliseconds are. */
  readonly unit: "perSecond" | "milliseconds";
  /** Also measured with our client's requests by name, which give lazy views. */
  readonly alsoNamed?: boolean;
  /** Also measured with addresses as bytes, as GoVPP has them, instead of as text. */
  readonly alsoBytes?: boolean;
  /** Also measured with our client's dumps into columns. */
  readonly alsoColumns?: boolean;
  /** Also measured with our client's `requestAll`, one call for many requests. */
  readonly alsoAll?: boolean;
  /** Also measured with our client looking for replies on the socket. */
  readonly alsoBusyPoll?: boolean;
}

const pipelined = [1, 16, 256, 512, 4096].map((window): BenchCase => ({
  name: `pipeline/${window}`,
  work: "pipelinedPing",
  parameters: { window },
  unit: "perSecond",
  alsoAll: true,
  alsoBusyPoll: true,
}));

const dumps = [10, 1000, 2000, 10_000].flatMap((interfaces) =>
  (["three", "all"] as const).map((fields): BenchCase => ({
    name: `dump/${interfaces}/${fields}`,
    work: "dump",
    parameters: { fields },
    interfaces,
    unit: "perSecond",
    alsoNamed: true,
    alsoColumns: fields === "three",
    alsoBusyPoll: fields === "three",
  }))
);

const routeDumps = [1000, 10_000, 100_000].map((routes): BenchCase => ({
  name: `routes/dump/${routes}`,
  work: "dumpRoutes",
  routes,
  unit: "perSecond",
  alsoColumns: true,
}));

/** In the order in which they run. */
export const cases: readonly BenchCase[] = [
  { name: "ping", work: "ping", unit: "perSecond", alsoBusyPoll: true },
  {
    name: "ping/paused",
    work: "pausedPing",
    parameters: { seconds: 8 },
    unit: "milliseconds",
  },
  ...pipelined,
  ...dumps,
  ...routeDumps,
  {
    name: "routes/growth",
    work: "growth",
    // A message of 10 is a difference of two large figures.
    parameters: { seconds: 8 },
    unit: "milliseconds",
    alsoColumns: true,
  },
  {
    name: "mixed/100",
    work: "mixed",
    parameters: { window: 100 },
    unit: "perSecond",
    alsoBusyPoll: true,
  },
  {
    name: "events",
    work: "events",
    parameters: { count: 100_000 },
    server: "simulator",
    unit: "perSecond",
  },
  {
    name: "routes/add",
    work: "addRoutes",
    parameters: { count: 10_000, window: 256 },
    unit: "perSecond",
    alsoAll: true,
  },
  { name: "codec/decode", work: "decode", server: "none", unit: "perSecond" },
  {
    name: "codec/encode",
    work: "encode",
    server: "none",
    unit: "perSecond",
    alsoNamed: true,
    alsoBytes: true,
  },
  { name: "stats", work: "stats", server: "stats", unit: "perSecond" },
  { name: "start-up", work: "startUp", interfaces: 10_000, unit: "milliseconds", alsoNamed: true },
];
