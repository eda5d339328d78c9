/**
 * The definitions that a connection needs before it knows any other: the handshake, whose two message
 * ids are the same in every release, and the messages that the mux itself sends. Facts of VPP's
 * memclnt.api, vpe.api and vlib.api; the CRCs are those of releases 20.09 to 26.06.
 *
 * @module
 */
import type { Message } from "../schema/model.ts";
import { Schema } from "../schema/schema.ts";

const requestHead = [["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"]];
const replyHead = [["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"]];

const memclnt = {
  module: "memclnt",
  types: [["message_table_entry", ["u16", "index"], ["string", "name", 64]]],
  messages: [
    [
      "sockclnt_create",
      ["u16", "_vl_msg_id"],
      ["u32", "context"],
      ["string", "name", 64],
      { crc: "0x455fb9c4" },
    ],
    [
      "sockclnt_create_reply",
      ["u16", "_vl_msg_id"],
      ["u32", "client_index"],
      ["u32", "context"],
      ["i32", "response"],
      ["u32", "index"],
      ["u16", "count"],
      ["vl_api_message_table_entry_t", "message_table", 0, "count"],
      { crc: "0x35166268" },
    ],
    ["sockclnt_delete", ...requestHead, ["u32", "index"], { crc: "0x8ac76db6" }],
    [
      "sockclnt_delete_reply",
      ["u16", "_vl_msg_id"],
      ["u32", "context"],
      ["i32", "response"],
      { crc: "0x8f38b1ee" },
    ],
    ["control_ping", ...requestHead, { crc: "0x51077d14" }],
    [
      "control_ping_reply",
      ...replyHead,
      ["u32", "client_index"],
      ["u32", "vpe_pid"],
      { crc: "0xf6b0b8ca" },
    ],
    ["get_api_json", ...requestHead, { crc: "0x51077d14" }],
    ["get_api_json_reply", ...replyHead, ["string", "json", 0], { crc: "0xea715b59" }],
  ],
  services: {
    sockclnt_create: { reply: "sockclnt_create_reply" },
    sockclnt_delete: { reply: "sockclnt_delete_reply" },
    control_ping: { reply: "control_ping_reply" },
    get_api_json: { reply: "get_api_json_reply" },
  },
};

const vpe = {
  module: "vpe",
  types: [],
  messages: [
    ["show_version", ...requestHead, { crc: "0x51077d14" }],
    [
      "show_version_reply",
      ...replyHead,
      ["string", "program", 32],
      ["string", "version", 32],
      ["string", "build_date", 32],
      ["string", "build_directory", 256],
      { crc: "0xc919bde1" },
    ],
  ],
  services: { show_version: { reply: "show_version_reply" } },
};

const vlib = {
  module: "vlib",
  types: [],
  messages: [
    ["cli_inband", ...requestHead, ["string", "cmd", 0], { crc: "0xf8377302" }],
    ["cli_inband_reply", ...replyHead, ["string", "reply", 0], { crc: "0x05879051" }],
  ],
  services: { cli_inband: { reply: "cli_inband_reply" } },
};

/** The messages that every connection knows. */
export interface BootstrapMessages {
  readonly sockclntCreate: Message;
  readonly sockclntCreateReply: Message;
  readonly sockclntDelete: Message;
  readonly controlPing: Message;
  readonly controlPingReply: Message;
  readonly schema: Schema;
}

export function bootstrapMessages(): BootstrapMessages {
  const schema = Schema.fromJson(
    [memclnt, vpe, vlib].map((value) => ({ value, source: `the definitions of ${value.module}` })),
  );
  const message = (name: string): Message => {
    const found = schema.message(name);
    if (found === undefined) throw new TypeError(`No definition of ${name}`);
    return found;
  };
  return {
    sockclntCreate: message("sockclnt_create"),
    sockclntCreateReply: message("sockclnt_create_reply"),
    sockclntDelete: message("sockclnt_delete"),
    controlPing: message("control_ping"),
    controlPingReply: message("control_ping_reply"),
    schema,
  };
}
