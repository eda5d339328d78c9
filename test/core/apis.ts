/** Other VPPs: the simulator's own API with some of it changed, as another release has it. */
import { ApiSet } from "../../src/sim/api_set.ts";
import { builtInDefinitions } from "../../src/sim/definitions/mod.ts";

/** A message in the form of `.api.json`: its name, its fields, its CRC. */
type MessageDefinition = [name: string, ...rest: unknown[]];

interface Definition {
  readonly module: string;
  messages: MessageDefinition[];
  services: Record<string, unknown>;
}

/** The definitions as somebody may change them. */
export class OtherVpp {
  readonly #modules = structuredClone(builtInDefinitions) as unknown as Definition[];

  /** Without this module: its plugin is not loaded. */
  without(module: string): this {
    this.#modules.splice(this.#modules.findIndex((m) => m.module === module), 1);
    return this;
  }

  /** With this field in front of the others of a message, and another CRC. */
  withField(message: string, field: readonly [type: string, name: string], crc: string): this {
    const found = this.#message(message);
    const header = found.findIndex((item) => Array.isArray(item) && isFirstOfBody(item[1]));
    found.splice(header, 0, field);
    (found.at(-1) as { crc: string }).crc = `0x${crc}`;
    return this;
  }

  /** With a message in another module, where its id differs from start to start. */
  moved(message: string, from: string, to: string): this {
    const source = this.#module(from);
    const target = this.#module(to);
    for (const name of [message, `${message}_reply`]) {
      const at = source.messages.findIndex(([own]) => own === name);
      target.messages.push(...source.messages.splice(at, 1));
    }
    target.services[message] = source.services[message];
    delete source.services[message];
    return this;
  }

  api(): ApiSet {
    return ApiSet.from([{ value: this.#modules, source: "another VPP" }]);
  }

  #module(name: string): Definition {
    const found = this.#modules.find((module) => module.module === name);
    if (found === undefined) throw new Error(`There is no module ${name}`);
    return found;
  }

  #message(name: string): MessageDefinition {
    const found = this.#modules.flatMap((m) => m.messages).find(([own]) => own === name);
    if (found === undefined) throw new Error(`There is no message ${name}`);
    return found;
  }
}

function isFirstOfBody(field: unknown): boolean {
  return !["_vl_msg_id", "client_index", "context", "retval", "pid"].includes(String(field));
}
