/**
 * Builds programs around the peers, as they are published: for the benchmark and for the tests of
 * interoperation. What cannot be built is missing, with a reason, and no error.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

/** How to start a program, or why there is none. */
export type Prepared = { readonly command: readonly string[] } | { readonly missing: string };

/** Builds the Go module in `folder`; Go's cache makes it quick when nothing has changed. */
export function prepareGo(folder: string, output: string): Prepared {
  mkdirSync(dirname(output), { recursive: true });
  const failure = run("go", ["build", "-o", output, "."], folder);
  return failure === undefined ? { command: [output] } : { missing: failure };
}

/**
 * Makes a virtual environment in `environment` with what `folder/requirements.txt` pins, once for each
 * content of that file.
 */
export function preparePython(folder: string, environment: string, program: string): Prepared {
  const requirements = join(folder, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const stamp = join(environment, "installed.txt");
  const python = join(environment, "bin", "python");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    mkdirSync(dirname(environment), { recursive: true });
    const failure = run("python3", ["-m", "venv", "--clear", environment], folder) ??
      run(python, ["-m", "pip", "install", "--quiet", "-r", requirements], folder);
    if (failure !== undefined) return { missing: failure };
    writeFileSync(stamp, wanted);
  }
  return { command: [python, join(folder, program)] };
}

/** Returns why it failed, in one line. */
function run(command: string, args: readonly string[], cwd: string): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: 300_000,
    env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" },
  });
  if (error === undefined && status === 0) return undefined;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? `status ${status}`;
  return `${command} ${args.slice(0, 3).join(" ")} failed: ${reason}`;
}
