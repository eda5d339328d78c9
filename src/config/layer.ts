import type { Config, ConfigField } from "./config.ts";
import { ConfigError, type ConfigPlace, type ConfigProblem, formatPlace } from "./config_error.ts";
import { configKeys } from "./keys.ts";

/** What one source, a file or the environment, says about the configuration. */
export interface ConfigLayer {
  /** Only what the source gives; no defaults. */
  readonly values: Partial<Config>;
  /** Where each of `values` stands. */
  readonly places: Readonly<Partial<Record<ConfigField, ConfigPlace>>>;
  readonly warnings: readonly ConfigProblem[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Gathers a layer, and everything that is wrong with its source, before it throws. */
export class LayerDraft {
  readonly #values: Mutable<Partial<Config>> = {};
  readonly #places: Mutable<ConfigLayer["places"]> = {};
  readonly #warnings: ConfigProblem[] = [];
  readonly #problems: ConfigProblem[] = [];

  /** Takes the text that was given for a setting at a place. */
  set<F extends ConfigField>(field: F, text: string, place: ConfigPlace): void {
    const earlier = this.#places[field];
    if (earlier !== undefined) {
      return this.problem(place, `given twice, first at ${formatPlace(earlier)}`);
    }
    this.#places[field] = place;
    const { kind } = configKeys[field];
    const value = kind.read(text);
    if (kind.accepts(value)) {
      this.#values[field] = value;
      return;
    }
    const hint = kind.hint?.(text);
    const reason = `expected ${kind.expected}, not ${JSON.stringify(text)}`;
    this.problem(place, hint === undefined ? reason : `${reason}; ${hint}`);
  }

  problem(place: ConfigPlace, message: string): void {
    this.#problems.push({ ...place, message });
  }

  warn(place: ConfigPlace, message: string): void {
    this.#warnings.push({ ...place, message });
  }

  /** @throws {ConfigError} with every problem that was found */
  finish(): ConfigLayer {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
    return { values: this.#values, places: this.#places, warnings: this.#warnings };
  }
}
