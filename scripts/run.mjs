// Runs the steps of a build: a program with its arguments, its output passed on.
import { spawnSync } from "node:child_process";

/** Runs a program of node_modules/.bin or a script; ends this process where it fails. */
export function run(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const result = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    console.error(`\n${title}: failed (${command} ${args.join(" ")})`);
    process.exit(result.status ?? 1);
  }
}

/** The path of a program that npm installed. */
export function bin(name) {
  return `node_modules/.bin/${name}`;
}
