/**
 * The processor time of another process.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** Of the numbers in `/proc/PID/stat`: a hundredth of a second on every Linux. */
const TICKS_A_SECOND = 100;

/** Microseconds that a process has used, in user code and in the kernel, as proc(5) has them. */
export function processorMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // `utime` and `stime`, the 14th and 15th value, counted behind the name in parentheses.
  const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(values[11]) + Number(values[12])) * 1e6) / TICKS_A_SECOND;
}
