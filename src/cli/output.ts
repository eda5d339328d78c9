/**
 * Where commands print. Standard output may be a pipe whose reader leaves: that ends the command.
 *
 * @module
 */
import process from "node:process";

/** One line on standard output. */
export function printLine(line: string): void {
  process.stdout.write(line + "\n");
}

/** One line on standard error. */
export function printError(line: string): void {
  process.stderr.write(line + "\n");
}
