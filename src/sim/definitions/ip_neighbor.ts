// deno-fmt-ignore-file: data, one definition a line, in the shape of `.api.json`.
/**
 * Data: the messages that the simulator knows of the API module `ip_neighbor` of VPP 26.06, with the types that they use. Names, fields
 * and CRCs are what VPP has on the wire; do not change them by hand.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";

export const ipNeighborApi: ApiDefinition = {
  "module": "ip_neighbor",
  "types": [
    ["address", ["vl_api_address_family_t", "af"], ["vl_api_address_union_t", "un", {"discriminator": "af"}]],
    ["ip_neighbor", ["vl_api_interface_index_t", "sw_if_index"], ["vl_api_ip_neighbor_flags_t", "flags"], ["vl_api_mac_address_t", "mac_address"], ["vl_api_address_t", "ip_address"], {}],
  ],
  "unions": [
    ["address_union", ["vl_api_ip4_address_t", "ip4", {"case": "ADDRESS_IP4"}], ["vl_api_ip6_address_t", "ip6", {"case": "ADDRESS_IP6"}]],
  ],
  "enums": [
    ["address_family", ["ADDRESS_IP4", 0], ["ADDRESS_IP6", 1], {"enumtype": "u8"}],
    ["ip_neighbor_flags", ["IP_API_NEIGHBOR_FLAG_NONE", 0], ["IP_API_NEIGHBOR_FLAG_STATIC", 1], ["IP_API_NEIGHBOR_FLAG_NO_FIB_ENTRY", 2], {"enumtype": "u8"}],
    ["ip_neighbor_event_flags", ["IP_NEIGHBOR_API_EVENT_FLAG_ADDED", 1], ["IP_NEIGHBOR_API_EVENT_FLAG_REMOVED", 2], {"enumtype": "u32"}],
  ],
  "enumflags": [],
  "aliases": {
    "ip4_address": {"type": "u8", "length": 4},
    "ip6_address": {"type": "u8", "length": 16},
    "mac_address": {"type": "u8", "length": 6},
    "interface_index": {"type": "u32"},
  },
  "messages": [
    ["ip_neighbor_add_del", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["bool", "is_add"], ["vl_api_ip_neighbor_t", "neighbor"], {"crc": "0x0607c257", "options": {}}],
    ["ip_neighbor_add_del_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "stats_index"], {"crc": "0x1992deab", "options": {}}],
    ["ip_neighbor_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_interface_index_t", "sw_if_index", {"default": 4294967295}], ["vl_api_address_family_t", "af"], {"crc": "0xd817a484", "options": {}}],
    ["ip_neighbor_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["f64", "age"], ["vl_api_ip_neighbor_t", "neighbor"], {"crc": "0xe29d79f0", "options": {}}],
    ["ip_neighbor_flush", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_address_family_t", "af"], ["vl_api_interface_index_t", "sw_if_index", {"default": 4294967295}], {"crc": "0x16aa35d2", "options": {}}],
    ["ip_neighbor_flush_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["want_ip_neighbor_events_v2", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["bool", "enable"], ["u32", "pid"], ["vl_api_address_t", "ip"], ["vl_api_interface_index_t", "sw_if_index", {"default": 4294967295}], {"crc": "0x73e70a86", "options": {}}],
    ["want_ip_neighbor_events_v2_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["ip_neighbor_event_v2", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "pid"], ["vl_api_ip_neighbor_event_flags_t", "flags"], ["vl_api_ip_neighbor_t", "neighbor"], {"crc": "0xc1d53dc0", "options": {}}],
  ],
  "services": {
    "want_ip_neighbor_events_v2": {"reply": "want_ip_neighbor_events_v2_reply", "events": ["ip_neighbor_event_v2"]},
    "ip_neighbor_add_del": {"reply": "ip_neighbor_add_del_reply"},
    "ip_neighbor_dump": {"reply": "ip_neighbor_details", "stream": true},
    "ip_neighbor_flush": {"reply": "ip_neighbor_flush_reply"},
  },
  "options": {"version": "1.0.1"},
  "vl_api_version": "0x36db39bd",
  "imports": [],
  "counters": [],
  "paths": [],
};
