/**
 * What is known of VPP's messages before any definition: the ids of the handshake, the only ones that are
 * the same in every release (memclnt.api), since the table of all others comes with its reply; and where
 * things stand in these messages, counted from the id.
 *
 * @module
 */

export const SOCKCLNT_CREATE_ID = 15;
export const SOCKCLNT_CREATE_REPLY_ID = 16;

/** `sockclnt_create`: u16 id, u32 context, name[64]. */
export const CREATE = { context: 2, name: 6, nameBytes: 64, bytes: 70 } as const;

/**
 * `sockclnt_create_reply`: u16 id, u32 client_index, u32 context, i32 response, u32 index, u16 count, then
 * an entry for each message: u16 id, char[64] name with CRC.
 */
export const CREATE_REPLY = {
  context: 6,
  response: 10,
  index: 14,
  count: 18,
  entries: 20,
  entryBytes: 66,
} as const;

/** `get_api_json_reply`: u16 id, u32 context, i32 retval, u32 length, then the text. */
export const API_JSON_REPLY = { context: 2, length: 10, text: 14 } as const;
