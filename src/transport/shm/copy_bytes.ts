/** What is as short as most replies is copied faster by hand than by a call. */
export const shortBytes = 64;

/** Copies `from[start…end)` to `to`, at `position`. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  position: number,
): void {
  if (end - start > shortBytes) {
    to.set(from.subarray(start, end), position);
    return;
  }
  for (let at = start, out = position; at < end; at++, out++) to[out] = from[at]!;
}
