/**
 * Forwarding tables: what `ip_route_add_del` fills and `ip_route_dump` shows.
 *
 * @module
 */
import { DetailsCache } from "../details_cache.ts";
import { NO_PATHS_IN_ROUTE } from "../retvals.ts";
import { type NetworkKey, Prefix } from "./prefix.ts";
import type { FrameEncoder } from "./state.ts";

/** Who made a route; of several the lowest counts (VPP's `fib_source_t`). */
export const SOURCE_SPECIAL = 1;
export const SOURCE_INTERFACE = 4;
export const SOURCE_API = 8;
export const SOURCE_ADJACENCY = 15;
export const SOURCE_DEFAULT_ROUTE = 20;

/** `fib_path_type` of VPP's fib_types.api. */
export const PATH_NORMAL = 0;
export const PATH_LOCAL = 1;
export const PATH_DROP = 2;

const NO_INTERFACE = 0xffffffff;

/** An address, or the bytes of one where its family is not known. */
export interface NextHop {
  readonly ip4?: string | undefined;
  readonly ip6?: string | undefined;
  readonly $union?: Uint8Array | undefined;
}

/** A path as the API has it, in camelCase. */
export interface FibPath {
  readonly swIfIndex: number;
  readonly tableId?: number;
  readonly weight?: number;
  readonly preference?: number;
  readonly type: number;
  readonly flags?: number;
  /** 0: IPv4, 1: IPv6. */
  readonly proto: number;
  readonly nh?: { readonly address?: NextHop };
  readonly nLabels?: number | undefined;
  readonly labelStack?: readonly object[] | undefined;
}

export interface Route {
  /** As whoever made the route wrote it, with bits beyond the length, as VPP keeps it. */
  readonly prefix: Prefix;
  readonly tableId: number;
  readonly statsIndex: number;
  /** What each source has, the one that counts first. */
  sources: readonly RouteSource[];
}

export interface RouteSource {
  readonly source: number;
  readonly paths: readonly FibPath[];
}

/** One table of one family. */
export class FibTable {
  readonly id: number;
  readonly isIp6: boolean;
  readonly name: string;
  /** The routes as `ip_route_details`, and as `ip_route_v2_details`. */
  readonly details: DetailsCache<Route>;
  readonly detailsV2: DetailsCache<Route>;
  readonly #routes = new Map<NetworkKey, Route>();
  readonly #nextStatsIndex: () => number;

  constructor(
    id: number,
    isIp6: boolean,
    name: string,
    nextStatsIndex: () => number,
    frame: FrameEncoder,
  ) {
    this.id = id;
    this.isIp6 = isIp6;
    this.name = name === "" ? `${isIp6 ? "ipv6" : "ipv4"}-VRF:${id}` : name;
    this.#nextStatsIndex = nextStatsIndex;
    this.details = new DetailsCache((route) =>
      frame("ip_route_details", { route: routeFields(route) })
    );
    this.detailsV2 = new DetailsCache((route) =>
      frame("ip_route_v2_details", { route: routeFieldsV2(route) })
    );
    this.#addSpecialRoutes();
  }

  get size(): number {
    return this.#routes.size;
  }

  /** In the order in which they were added. VPP's is that of a hash. */
  [Symbol.iterator](): Iterator<Route> {
    return this.#routes.values();
  }

  /** The route of exactly this prefix. */
  exact(prefix: Prefix): Route | undefined {
    return this.#routes.get(prefix.networkKey());
  }

  /** The most specific route that covers the prefix. */
  lookup(prefix: Prefix): Route | undefined {
    for (let length = prefix.length; length >= 0; length--) {
      const route = this.#routes.get(prefix.networkKey(length));
      if (route !== undefined) return route;
    }
    return undefined;
  }

  /** Sets the paths that a source has for a prefix. */
  set(prefix: Prefix, source: number, paths: readonly FibPath[]): Route {
    const key = prefix.networkKey();
    let route = this.#routes.get(key);
    if (route === undefined) {
      route = { prefix, tableId: this.id, statsIndex: this.#nextStatsIndex(), sources: [] };
      this.#routes.set(key, route);
    }
    const own = { source, paths };
    route.sources = isOnlySource(source, route)
      ? [own]
      : [...othersThan(source, route), own].sort((one, other) => one.source - other.source);
    this.#changed(route);
    return route;
  }

  /** Takes away what a source has for a prefix; harmless where it has nothing. */
  remove(prefix: Prefix, source: number): void {
    const key = prefix.networkKey();
    const route = this.#routes.get(key);
    if (route === undefined || pathsOf(source, route) === undefined) return;
    route.sources = isOnlySource(source, route) ? [] : othersThan(source, route);
    if (route.sources.length === 0) this.#routes.delete(key);
    this.#changed(route);
  }

  /**
   * What `ip_route_add_del` does.
   *
   * @returns the retval and, where a route was added, its statistics index
   */
  change(
    prefix: Prefix,
    paths: readonly FibPath[],
    options: { readonly isAdd: boolean; readonly isMultipath: boolean; readonly source: number },
  ): { readonly retval: number; readonly statsIndex?: number } {
    const { isAdd, isMultipath, source } = options;
    if (paths.length === 0 && (isAdd || isMultipath)) return { retval: NO_PATHS_IN_ROUTE };
    const route = isMultipath ? this.exact(prefix) : undefined;
    const old = route === undefined ? [] : pathsOf(source, route) ?? [];
    const wanted = isAdd ? union(old, paths) : without(old, paths);
    if (wanted.length > 0) {
      const { statsIndex } = this.set(prefix, source, wanted);
      return isAdd ? { retval: 0, statsIndex } : { retval: 0 };
    }
    this.remove(prefix, source);
    return { retval: 0 };
  }

  /** Takes away all that a source has. */
  flush(source: number): void {
    for (const route of [...this.#routes.values()]) this.remove(route.prefix, source);
  }

  #changed(route: Route): void {
    this.details.changed(route);
    this.detailsV2.changed(route);
  }

  /** What every table has from its start (VPP's `ip4_specials`; `ip6_fib.c`). */
  #addSpecialRoutes(): void {
    const special = (text: string, source: number, type: number) => {
      const prefix = Prefix.parse(text);
      const paths = [
        { swIfIndex: NO_INTERFACE, type, proto: Number(this.isIp6), weight: 1 },
      ];
      if (prefix !== undefined) this.set(prefix, source, paths);
    };
    if (this.isIp6) {
      special("::/0", SOURCE_DEFAULT_ROUTE, PATH_DROP);
      special("fe80::/10", SOURCE_SPECIAL, PATH_NORMAL);
      return;
    }
    special("0.0.0.0/0", SOURCE_DEFAULT_ROUTE, PATH_DROP);
    special("0.0.0.0/32", SOURCE_DEFAULT_ROUTE, PATH_DROP);
    special("240.0.0.0/4", SOURCE_SPECIAL, PATH_DROP);
    special("224.0.0.0/4", SOURCE_SPECIAL, PATH_DROP);
    special("255.255.255.255/32", SOURCE_DEFAULT_ROUTE, PATH_DROP);
  }
}

/** Sorted by preference, as VPP keeps them; of equal paths the first stays. */
function union(old: readonly FibPath[], added: readonly FibPath[]): readonly FibPath[] {
  if (old.length === 0 && added.length === 1) return added;
  return [...old, ...without(added, old)]
    .sort((one, other) => (one.preference ?? 0) - (other.preference ?? 0));
}

function without(paths: readonly FibPath[], removed: readonly FibPath[]): readonly FibPath[] {
  if (paths.length === 0) return paths;
  return paths.filter((path) => !removed.some((other) => samePath(path, other)));
}

/** Weight and preference do not tell paths apart. */
function samePath(one: FibPath, other: FibPath): boolean {
  return one.type === other.type && one.swIfIndex === other.swIfIndex &&
    one.proto === other.proto && (one.tableId ?? 0) === (other.tableId ?? 0) &&
    nextHop(one) === nextHop(other);
}

function nextHop(path: FibPath): string {
  const { ip4, ip6, $union } = path.nh?.address ?? {};
  return ip4 ?? ip6 ?? $union?.join() ?? "";
}

/** What one source has for a route. */
export function pathsOf(source: number, route: Route): readonly FibPath[] | undefined {
  return route.sources.find((entry) => entry.source === source)?.paths;
}

/** Whether nobody else has made the route; true also where nobody has. */
function isOnlySource(source: number, { sources }: Route): boolean {
  return sources.length === 0 || (sources.length === 1 && sources[0]?.source === source);
}

function othersThan(source: number, route: Route): RouteSource[] {
  return route.sources.filter((entry) => entry.source !== source);
}

/** The fields of VPP's `ip_route`. */
export function routeFields(route: Route): object {
  return {
    tableId: route.tableId,
    statsIndex: route.statsIndex,
    prefix: route.prefix.text,
    paths: route.sources[0]?.paths,
  };
}

/** The fields of VPP's `ip_route_v2`. */
export function routeFieldsV2(route: Route): object {
  const best = route.sources[0];
  return {
    tableId: route.tableId,
    statsIndex: route.statsIndex,
    prefix: route.prefix.text,
    src: best?.source,
    paths: best?.paths,
  };
}
