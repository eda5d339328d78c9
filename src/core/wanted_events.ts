/**
 * The events that the user turned on (`want_interface_events` and its like): a new connection has none
 * of them, so they are asked for again.
 *
 * @module
 */
import type { Call } from "./call.ts";
import { turnsOn } from "./event_switch.ts";
import { toError } from "./error_text.ts";
import type { Problem } from "./problem.ts";

interface Wanted {
  readonly call: Call<unknown, unknown>;
  readonly fields: object;
}

/** Sends a call on the new session. */
export type SendAgain = (call: Call<unknown, unknown>, fields: object) => Promise<unknown>;

export class WantedEvents {
  /** By the message and what the events are wanted of. */
  readonly #wanted = new Map<string, Wanted>();

  /** VPP has agreed to a request: what it turned on is remembered, what it turned off forgotten. */
  note(call: Call<unknown, unknown>, fields: object, field: string): void {
    const { [field]: _, pid: __, ...scope } = fields as Readonly<Record<string, unknown>>;
    const key = `${call.name} ${describe(scope)}`;
    if (turnsOn(call.plan.request.compiled.message, fields, field)) {
      this.#wanted.set(key, { call, fields: { ...fields } });
    } else this.#wanted.delete(key);
  }

  /** Asks for all of them again, in the order in which they were asked for first. */
  async sendAgain(send: SendAgain): Promise<Problem[]> {
    const results = await Promise.all(
      [...this.#wanted.values()].map(async ({ call, fields }): Promise<Problem[]> => {
        try {
          await send(call.again(), fields);
          return [];
        } catch (thrown) {
          return [{ name: call.name, error: toError(thrown) }];
        }
      }),
    );
    return results.flat();
  }
}

/** The same text for the same values, whatever the order of their names. */
function describe(scope: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(scope).filter(([, value]) => value !== undefined).sort();
  return JSON.stringify(entries, (_, value) => typeof value === "bigint" ? String(value) : value);
}
