import { openLibc } from "../../native/libc.ts";

/** Why no library can be called here, which busy polling needs; "" where one can. */
export async function whyUnpollable(): Promise<string> {
  try {
    (await openLibc()).close();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
