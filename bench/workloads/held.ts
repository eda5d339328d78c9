import type { Figures } from "../parameters.ts";

/** Of fewer messages the memory cannot be told from what else the engine does. */
const FEWEST = 10_000;

/**
 * The bytes, of objects and of typed arrays, that a message of a dump takes while the dump is held; no
 * figure for small dumps.
 */
export async function bytesHeld(
  dump: () => Promise<{ readonly length: number }>,
): Promise<Figures> {
  const { length } = await dump();
  if (length < FEWEST) return {};
  // Imported here, since the start of every client is measured.
  const { heapAfterCollection } = await import("../../test/garbage.ts");
  const before = heapAfterCollection();
  const held = await dump();
  const bytes = heapAfterCollection() - before;
  return { heldBytes: bytes / held.length };
}
