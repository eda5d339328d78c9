// deno-fmt-ignore-file: data, one definition a line, in the shape of `.api.json`.
/**
 * Data: the messages that the simulator knows of the API module `l2` of VPP 26.06, with the types that they use. Names, fields
 * and CRCs are what VPP has on the wire; do not change them by hand.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";

export const l2Api: ApiDefinition = {
  "module": "l2",
  "types": [
    ["bridge_domain_sw_if", ["u32", "context"], ["vl_api_interface_index_t", "sw_if_index"], ["u8", "shg"], {}],
  ],
  "unions": [],
  "enums": [
    ["bd_flags", ["BRIDGE_API_FLAG_NONE", 0], ["BRIDGE_API_FLAG_LEARN", 1], ["BRIDGE_API_FLAG_FWD", 2], ["BRIDGE_API_FLAG_FLOOD", 4], ["BRIDGE_API_FLAG_UU_FLOOD", 8], ["BRIDGE_API_FLAG_ARP_TERM", 16], ["BRIDGE_API_FLAG_ARP_UFWD", 32], {"enumtype": "u32"}],
    ["l2_port_type", ["L2_API_PORT_TYPE_NORMAL", 0], ["L2_API_PORT_TYPE_BVI", 1], ["L2_API_PORT_TYPE_UU_FWD", 2], {"enumtype": "u32"}],
  ],
  "enumflags": [],
  "aliases": {
    "mac_address": {"type": "u8", "length": 6},
    "interface_index": {"type": "u32"},
  },
  "messages": [
    ["l2_xconnect_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["vl_api_interface_index_t", "rx_sw_if_index"], ["vl_api_interface_index_t", "tx_sw_if_index"], {"crc": "0x472b6b67", "options": {}}],
    ["l2_xconnect_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["l2_fib_table_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "bd_id"], ["vl_api_mac_address_t", "mac"], ["vl_api_interface_index_t", "sw_if_index"], ["bool", "static_mac"], ["bool", "filter_mac"], ["bool", "bvi_mac"], {"crc": "0xa44ef6b8", "options": {}}],
    ["l2_fib_table_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], {"crc": "0xc25fdce6", "options": {}}],
    ["l2fib_flush_all", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["l2fib_flush_all_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["l2fib_flush_bd", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], {"crc": "0xc25fdce6", "options": {}}],
    ["l2fib_flush_bd_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["l2fib_add_del", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_mac_address_t", "mac"], ["u32", "bd_id"], ["vl_api_interface_index_t", "sw_if_index"], ["bool", "is_add", {"default": "true"}], ["bool", "static_mac"], ["bool", "filter_mac"], ["bool", "bvi_mac"], {"crc": "0xeddda487", "options": {}}],
    ["l2fib_add_del_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["bridge_domain_set_mac_age", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], ["u8", "mac_age"], {"crc": "0xb537ad7b", "options": {}}],
    ["bridge_domain_set_mac_age_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["bridge_domain_add_del", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], ["bool", "flood"], ["bool", "uu_flood"], ["bool", "forward"], ["bool", "learn"], ["bool", "arp_term"], ["bool", "arp_ufwd"], ["u8", "mac_age"], ["string", "bd_tag", 64], ["bool", "is_add", {"default": "true"}], {"crc": "0x600b7170", "options": {"deprecated": null}}],
    ["bridge_domain_add_del_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {"deprecated": null}}],
    ["bridge_domain_add_del_v2", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], ["bool", "flood"], ["bool", "uu_flood"], ["bool", "forward"], ["bool", "learn"], ["bool", "arp_term"], ["bool", "arp_ufwd"], ["u8", "mac_age"], ["string", "bd_tag", 64], ["bool", "is_add", {"default": "true"}], {"crc": "0x600b7170", "options": {}}],
    ["bridge_domain_add_del_v2_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "bd_id"], {"crc": "0xfcb1e980", "options": {}}],
    ["bridge_domain_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id", {"default": 4294967295}], ["vl_api_interface_index_t", "sw_if_index", {"default": 4294967295}], {"crc": "0x74396a43", "options": {}}],
    ["bridge_domain_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "bd_id"], ["bool", "flood"], ["bool", "uu_flood"], ["bool", "forward"], ["bool", "learn"], ["bool", "arp_term"], ["bool", "arp_ufwd"], ["u8", "mac_age"], ["string", "bd_tag", 64], ["vl_api_interface_index_t", "bvi_sw_if_index"], ["vl_api_interface_index_t", "uu_fwd_sw_if_index"], ["u32", "n_sw_ifs"], ["vl_api_bridge_domain_sw_if_t", "sw_if_details", 0, "n_sw_ifs"], {"crc": "0x0fa506fd", "options": {}}],
    ["bridge_flags", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "bd_id"], ["bool", "is_set"], ["vl_api_bd_flags_t", "flags"], {"crc": "0x1b0c5fbd", "options": {}}],
    ["bridge_flags_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "resulting_feature_bitmap"], {"crc": "0x29b2a2b3", "options": {}}],
    ["sw_interface_set_l2_xconnect", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_interface_index_t", "rx_sw_if_index"], ["vl_api_interface_index_t", "tx_sw_if_index"], ["bool", "enable", {"default": "true"}], {"crc": "0x4fa28a85", "options": {}}],
    ["sw_interface_set_l2_xconnect_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
    ["sw_interface_set_l2_bridge", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_interface_index_t", "rx_sw_if_index"], ["u32", "bd_id"], ["vl_api_l2_port_type_t", "port_type"], ["u8", "shg"], ["bool", "enable", {"default": "true"}], {"crc": "0xd0678b13", "options": {}}],
    ["sw_interface_set_l2_bridge_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {}}],
  ],
  "services": {
    "l2_xconnect_dump": {"reply": "l2_xconnect_details", "stream": true},
    "l2_fib_table_dump": {"reply": "l2_fib_table_details", "stream": true},
    "l2fib_flush_all": {"reply": "l2fib_flush_all_reply"},
    "l2fib_flush_bd": {"reply": "l2fib_flush_bd_reply"},
    "l2fib_add_del": {"reply": "l2fib_add_del_reply"},
    "bridge_domain_set_mac_age": {"reply": "bridge_domain_set_mac_age_reply"},
    "bridge_domain_add_del": {"reply": "bridge_domain_add_del_reply"},
    "bridge_domain_add_del_v2": {"reply": "bridge_domain_add_del_v2_reply"},
    "bridge_domain_dump": {"reply": "bridge_domain_details", "stream": true},
    "bridge_flags": {"reply": "bridge_flags_reply"},
    "sw_interface_set_l2_xconnect": {"reply": "sw_interface_set_l2_xconnect_reply"},
    "sw_interface_set_l2_bridge": {"reply": "sw_interface_set_l2_bridge_reply"},
  },
  "options": {"version": "3.3.0"},
  "vl_api_version": "0x1a53d6cc",
  "imports": [],
  "counters": [],
  "paths": [],
};
