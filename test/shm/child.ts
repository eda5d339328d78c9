/**
 * Programs that tests start in a process of their own, on the runtime that runs the test. The end of
 * their standard input tells them that the test is over.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A running program. */
export class Child {
  /** Resolves with exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcess;
  #output = "";
  #changed: () => void = () => {};

  /** @param name a module beside this one, without its ending. */
  constructor(name: string, args: readonly string[]) {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const file = fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
    const isDeno = "Deno" in globalThis;
    const runtimeArgs = isDeno ? ["run", "--quiet", "-A", "--no-check", file] : [file];
    this.#process = spawn(process.execPath, [...runtimeArgs, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#changed();
    });
    this.ended = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        resolve(code ?? signal ?? 0);
        this.#changed();
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves when the program has printed `text`; rejects when it ends without. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
        throw new Error(`The program ended without printing "${text}": ${this.#output}`);
      }
      await new Promise<void>((resolve) => this.#changed = resolve);
    }
  }

  /** Kills it and waits for its end. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#signal(signal);
    await this.ended;
  }

  stop(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  /** Deno's `ChildProcess.kill` sends one signal only, whichever it is. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      process.kill(this.pid, signal);
    }
  }
}
