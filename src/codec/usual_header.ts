/**
 * The fields with which most messages begin. Generated bindings leave them out.
 *
 * @module
 */
import type { MessageKind } from "../schema/model.ts";

/** The field with which every message begins. */
export const MESSAGE_ID = "_vl_msg_id";

const ID = ["u16", MESSAGE_ID] as const;
const CLIENT = ["u32", "client_index"] as const;
const CONTEXT = ["u32", "context"] as const;

/** The first fields of most messages of a kind, in the form of `.api.json`. */
export function usualHeader(kind: MessageKind): readonly (readonly [type: string, name: string])[] {
  switch (kind) {
    case "request":
      return [ID, CLIENT, CONTEXT];
    case "reply":
    case "details":
      return [ID, CONTEXT];
    case "event":
      return [ID, CLIENT];
  }
}
