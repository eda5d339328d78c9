/**
 * Which messages go through to VPP.
 *
 * @module
 */
import picomatch from "picomatch";
import { VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";

export interface PolicyOptions {
  /** Names or patterns (`sw_interface_*`) of requests that may pass; all where none is given. */
  readonly allow?: readonly string[];
  /** Names or patterns of requests that may not pass, whatever `allow` says. */
  readonly deny?: readonly string[];
  /** Only what reads: dumps, gets, shows and pings. */
  readonly readOnly?: boolean;
  /** With `readOnly`: also the requests that do no more than ask for events (`want_interface_events`). */
  readonly events?: boolean;
}

/**
 * Never passed on. The first five patterns make VPP call a function or trust a pointer out of the
 * message, or concern the connection, which is not the client's own. Of the others, some hand over
 * pointers as well, some are answered with file descriptors that no remote client can get and that break
 * VPP's stream for everybody, and the ids of `get_first_msg_id` are not those of the proxy.
 */
const never = [
  "rpc_call",
  "memclnt_*",
  "sockclnt_*",
  "sock_init_shm",
  "trace_plugin_msg_ids",
  "rx_thread_exit",
  "cli",
  "get_node_graph",
  "app_attach",
  "app_worker_add_del",
  "selog_get_shm",
  "get_first_msg_id",
];

/** A word of the names of requests that read. */
const READS = /(^|_)(get|dump|show)(_|$)/;

/**
 * The fields of requests that ask for events and do nothing else: whether, and of what. Others set how
 * many addresses VPP learns (`want_l2_macs_events`) or make it send pings (`want_ping_finished_events`).
 */
const ASKS_FOR_EVENTS: ReadonlySet<string> = new Set([
  ...["_vl_msg_id", "client_index", "context", "pid", "enable", "enable_disable"],
  ...["sw_if_index", "ip", "peer_index"],
]);

export class Policy {
  readonly #never = matcher(never);
  readonly #allow: ((name: string) => boolean) | undefined;
  readonly #deny: (name: string) => boolean;
  readonly #readOnly: boolean;
  readonly #events: boolean;
  /** Patterns are matched once a message, not once a request. */
  readonly #known = new WeakMap<Message, { readonly objection: string | undefined }>();

  /** @throws VppError code CONFIG where a pattern is empty */
  constructor({ allow, deny = [], readOnly = false, events = false }: PolicyOptions) {
    this.#allow = allow === undefined || allow.length === 0 ? undefined : matcher(allow);
    this.#deny = matcher(deny);
    this.#readOnly = readOnly;
    this.#events = events;
  }

  /** Why a request may not pass, or undefined where it may. */
  objection(message: Message): string | undefined {
    let known = this.#known.get(message);
    if (known === undefined) {
      known = { objection: this.#judge(message) };
      this.#known.set(message, known);
    }
    return known.objection;
  }

  #judge(message: Message): string | undefined {
    const { name } = message;
    if (this.#never(name)) return "it never passes a proxy";
    if (message.kind !== "request") return "it is no request";
    if (this.#deny(name)) return "the proxy's deny list has it";
    // Every dump ends with a ping, and without pings a client cannot tell whether VPP lives.
    if (name === "control_ping") return undefined;
    if (this.#readOnly && !reads(message) && !(this.#events && asksForEvents(message))) {
      return `the proxy is read-only: dumps, gets, shows and pings pass${
        this.#events ? ", and what only asks for events" : ""
      }`;
    }
    if (this.#allow?.(name) === false) return "the proxy's allow list does not have it";
    return undefined;
  }
}

function reads(message: Message): boolean {
  return message.service?.details !== undefined || READS.test(message.name);
}

function asksForEvents({ name, fields, service }: Message): boolean {
  return name.startsWith("want_") && service !== undefined && service.events.length > 0 &&
    fields.every((field) => ASKS_FOR_EVENTS.has(field.name));
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.map((pattern) => {
    if (pattern.trim() === "") {
      throw new VppError(
        "CONFIG",
        `Cannot start the proxy: a pattern of messages is empty; expected a name or a pattern like "sw_interface_*"`,
      );
    }
    return picomatch(pattern, { noextglob: true, nonegate: true });
  });
  return (name) => matchers.some((matches) => matches(name));
}
