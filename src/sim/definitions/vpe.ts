// deno-fmt-ignore-file: data, one definition a line, in the shape of `.api.json`.
/**
 * Data: every message of the API module `vpe` of VPP 26.06, with the types that they use. Names, fields
 * and CRCs are what VPP has on the wire; do not change them by hand.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";

export const vpeApi: ApiDefinition = {
  "module": "vpe",
  "types": [],
  "unions": [],
  "enums": [
    ["log_level", ["VPE_API_LOG_LEVEL_EMERG", 0], ["VPE_API_LOG_LEVEL_ALERT", 1], ["VPE_API_LOG_LEVEL_CRIT", 2], ["VPE_API_LOG_LEVEL_ERR", 3], ["VPE_API_LOG_LEVEL_WARNING", 4], ["VPE_API_LOG_LEVEL_NOTICE", 5], ["VPE_API_LOG_LEVEL_INFO", 6], ["VPE_API_LOG_LEVEL_DEBUG", 7], ["VPE_API_LOG_LEVEL_DISABLED", 8], {"enumtype": "u32"}],
  ],
  "enumflags": [],
  "aliases": {
    "timestamp": {"type": "f64"},
  },
  "messages": [
    ["show_version", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["show_version_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["string", "program", 32], ["string", "version", 32], ["string", "build_date", 32], ["string", "build_directory", 256], {"crc": "0xc919bde1", "options": {}}],
    ["show_vpe_system_time", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["show_vpe_system_time_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["vl_api_timestamp_t", "vpe_system_time"], {"crc": "0x7ffd8193", "options": {}}],
    ["log_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_timestamp_t", "start_timestamp"], {"crc": "0x6ab31753", "options": {}}],
    ["log_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["vl_api_timestamp_t", "timestamp"], ["vl_api_log_level_t", "level"], ["string", "msg_class", 32], ["string", "message", 256], {"crc": "0x03d61cc0", "options": {}}],
  ],
  "services": {
    "show_version": {"reply": "show_version_reply"},
    "show_vpe_system_time": {"reply": "show_vpe_system_time_reply"},
    "log_dump": {"reply": "log_details", "stream": true},
  },
  "options": {"version": "1.7.0"},
  "vl_api_version": "0xbbfa7484",
  "imports": [],
  "counters": [],
  "paths": [],
};
