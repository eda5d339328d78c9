// deno-fmt-ignore-file: data, one definition a line, in the shape of `.api.json`.
/**
 * Data: every message of the API module `vlib` of VPP 26.06, with the types that they use. Names, fields
 * and CRCs are what VPP has on the wire; do not change them by hand.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";

export const vlibApi: ApiDefinition = {
  "module": "vlib",
  "types": [
    ["thread_data", ["u32", "id"], ["string", "name", 64], ["string", "type", 64], ["u32", "pid"], ["u32", "cpu_id"], ["u32", "core"], ["u32", "cpu_socket"], {}],
  ],
  "unions": [],
  "enums": [],
  "enumflags": [],
  "aliases": {
  },
  "messages": [
    ["cli", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u64", "cmd_in_shmem"], {"crc": "0x23bfbfff", "options": {}}],
    ["cli_inband", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["string", "cmd", 0], {"crc": "0xf8377302", "options": {}}],
    ["cli_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u64", "reply_in_shmem"], {"crc": "0x06d68297", "options": {}}],
    ["cli_inband_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["string", "reply", 0], {"crc": "0x05879051", "options": {}}],
    ["get_node_index", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["string", "node_name", 64], {"crc": "0xf1984c64", "options": {}}],
    ["get_node_index_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "node_index"], {"crc": "0xa8600b89", "options": {}}],
    ["add_node_next", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["string", "node_name", 64], ["string", "next_name", 64], {"crc": "0x2457116d", "options": {}}],
    ["add_node_next_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "next_index"], {"crc": "0x2ed75f32", "options": {}}],
    ["show_threads", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["show_threads_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "count"], ["vl_api_thread_data_t", "thread_data", 0, "count"], {"crc": "0xefd78e83", "options": {}}],
    ["get_node_graph", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["get_node_graph_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u64", "reply_in_shmem"], {"crc": "0x06d68297", "options": {}}],
    ["get_next_index", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["string", "node_name", 64], ["string", "next_name", 64], {"crc": "0x2457116d", "options": {}}],
    ["get_next_index_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "next_index"], {"crc": "0x2ed75f32", "options": {}}],
    ["get_f64_endian_value", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["f64", "f64_one", {"default": 1.0}], {"crc": "0x809fcd44", "options": {}}],
    ["get_f64_endian_value_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "retval"], ["f64", "f64_one_result"], {"crc": "0x7e02e404", "options": {}}],
    ["get_f64_increment_by_one", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["f64", "f64_value", {"default": 1.0}], {"crc": "0xb64f027e", "options": {}}],
    ["get_f64_increment_by_one_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "retval"], ["f64", "f64_value"], {"crc": "0xd25dbaa3", "options": {}}],
  ],
  "services": {
    "cli": {"reply": "cli_reply"},
    "cli_inband": {"reply": "cli_inband_reply"},
    "get_node_index": {"reply": "get_node_index_reply"},
    "add_node_next": {"reply": "add_node_next_reply"},
    "show_threads": {"reply": "show_threads_reply"},
    "get_node_graph": {"reply": "get_node_graph_reply"},
    "get_next_index": {"reply": "get_next_index_reply"},
    "get_f64_endian_value": {"reply": "get_f64_endian_value_reply"},
    "get_f64_increment_by_one": {"reply": "get_f64_increment_by_one_reply"},
  },
  "options": {"version": "1.0.0"},
  "vl_api_version": "0x9a9e84e4",
  "imports": [],
  "counters": [],
  "paths": [],
};
