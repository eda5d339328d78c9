import type { Mux } from "./mux.ts";

/**
 * A mux that is connected; where it cannot be, it is closed again.
 *
 * @throws VppError code CONNECT after the last attempt; ABORTED where the signal ended it
 */
export async function connected(mux: Mux, signal: AbortSignal | undefined): Promise<Mux> {
  try {
    await mux.connect(signal);
    return mux;
  } catch (error) {
    await mux.close();
    throw error;
  }
}
