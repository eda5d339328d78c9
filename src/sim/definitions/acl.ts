// deno-fmt-ignore-file: data, one definition a line, in the shape of `.api.json`.
/**
 * Data: the messages that the simulator knows of the API module `acl` of VPP 26.06, with the types that they use. Names, fields
 * and CRCs are what VPP has on the wire; do not change them by hand.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";

export const aclApi: ApiDefinition = {
  "module": "acl",
  "types": [
    ["address", ["vl_api_address_family_t", "af"], ["vl_api_address_union_t", "un", {"discriminator": "af"}]],
    ["prefix", ["vl_api_address_t", "address"], ["u8", "len"]],
    ["acl_rule", ["vl_api_acl_action_t", "is_permit"], ["vl_api_prefix_t", "src_prefix"], ["vl_api_prefix_t", "dst_prefix"], ["vl_api_ip_proto_t", "proto"], ["u16", "srcport_or_icmptype_first"], ["u16", "srcport_or_icmptype_last"], ["u16", "dstport_or_icmpcode_first"], ["u16", "dstport_or_icmpcode_last"], ["u8", "tcp_flags_mask"], ["u8", "tcp_flags_value"]],
  ],
  "unions": [
    ["address_union", ["vl_api_ip4_address_t", "ip4", {"case": "ADDRESS_IP4"}], ["vl_api_ip6_address_t", "ip6", {"case": "ADDRESS_IP6"}]],
  ],
  "enums": [
    ["address_family", ["ADDRESS_IP4", 0], ["ADDRESS_IP6", 1], {"enumtype": "u8"}],
    ["ip_proto", ["IP_API_PROTO_HOPOPT", 0], ["IP_API_PROTO_ICMP", 1], ["IP_API_PROTO_IGMP", 2], ["IP_API_PROTO_TCP", 6], ["IP_API_PROTO_UDP", 17], ["IP_API_PROTO_GRE", 47], ["IP_API_PROTO_ESP", 50], ["IP_API_PROTO_AH", 51], ["IP_API_PROTO_ICMP6", 58], ["IP_API_PROTO_EIGRP", 88], ["IP_API_PROTO_OSPF", 89], ["IP_API_PROTO_SCTP", 132], ["IP_API_PROTO_RESERVED", 255], {"enumtype": "u8"}],
    ["acl_action", ["ACL_ACTION_API_DENY", 0], ["ACL_ACTION_API_PERMIT", 1], ["ACL_ACTION_API_PERMIT_REFLECT", 2], {"enumtype": "u8"}],
  ],
  "enumflags": [],
  "aliases": {
    "ip4_address": {"type": "u8", "length": 4},
    "ip6_address": {"type": "u8", "length": 16},
    "interface_index": {"type": "u32"},
  },
  "messages": [
    ["acl_plugin_get_version", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["acl_plugin_get_version_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "major"], ["u32", "minor"], {"crc": "0x9b32cf86", "options": {}}],
    ["acl_plugin_control_ping", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], {"crc": "0x51077d14", "options": {}}],
    ["acl_plugin_control_ping_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], ["u32", "client_index"], ["u32", "vpe_pid"], {"crc": "0xf6b0b8ca", "options": {}}],
    ["acl_add_replace", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "acl_index"], ["string", "tag", 64], ["u32", "count"], ["vl_api_acl_rule_t", "r", 0, "count"], {"crc": "0xee5c2f18", "options": {"vat_help": "<acl-idx> <permit|permit+reflect|deny|action N> [src IP/plen] [dst IP/plen] [sport X-Y] [dport X-Y] [proto P] [tcpflags FL MASK], ... , ..."}}],
    ["acl_add_replace_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "acl_index"], ["i32", "retval"], {"crc": "0xac407b0c", "options": {}}],
    ["acl_del", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "acl_index"], {"crc": "0xef34fea4", "options": {"vat_help": "<acl-idx>"}}],
    ["acl_del_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {"vat_help": "<acl-idx>"}}],
    ["acl_interface_add_del", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["bool", "is_add", {"default": "true"}], ["bool", "is_input"], ["vl_api_interface_index_t", "sw_if_index"], ["u32", "acl_index"], {"crc": "0x4b54bebd", "options": {"vat_help": "<intfc> | sw_if_index <if-idx> [add|del] [input|output] acl <acl-idx>"}}],
    ["acl_interface_add_del_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {"vat_help": "<intfc> | sw_if_index <if-idx> [add|del] [input|output] acl <acl-idx>"}}],
    ["acl_interface_set_acl_list", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_interface_index_t", "sw_if_index"], ["u8", "count"], ["u8", "n_input"], ["u32", "acls", 0, "count"], {"crc": "0x473982bd", "options": {"vat_help": "<intfc> | sw_if_index <if-idx> input [acl-idx list] output [acl-idx list]"}}],
    ["acl_interface_set_acl_list_reply", ["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"], {"crc": "0xe8d4e804", "options": {"vat_help": "<intfc> | sw_if_index <if-idx> input [acl-idx list] output [acl-idx list]"}}],
    ["acl_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["u32", "acl_index"], {"crc": "0xef34fea4", "options": {"vat_help": "[<acl-idx>]"}}],
    ["acl_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["u32", "acl_index"], ["string", "tag", 64], ["u32", "count"], ["vl_api_acl_rule_t", "r", 0, "count"], {"crc": "0x95babae0", "options": {}}],
    ["acl_interface_list_dump", ["u16", "_vl_msg_id"], ["u32", "client_index"], ["u32", "context"], ["vl_api_interface_index_t", "sw_if_index", {"default": 4294967295}], {"crc": "0xf9e6675e", "options": {"vat_help": "[<intfc> | sw_if_index <if-idx>]"}}],
    ["acl_interface_list_details", ["u16", "_vl_msg_id"], ["u32", "context"], ["vl_api_interface_index_t", "sw_if_index"], ["u8", "count"], ["u8", "n_input"], ["u32", "acls", 0, "count"], {"crc": "0xe695d256", "options": {}}],
  ],
  "services": {
    "acl_plugin_get_version": {"reply": "acl_plugin_get_version_reply"},
    "acl_plugin_control_ping": {"reply": "acl_plugin_control_ping_reply"},
    "acl_add_replace": {"reply": "acl_add_replace_reply"},
    "acl_del": {"reply": "acl_del_reply"},
    "acl_interface_add_del": {"reply": "acl_interface_add_del_reply"},
    "acl_interface_set_acl_list": {"reply": "acl_interface_set_acl_list_reply"},
    "acl_dump": {"reply": "acl_details", "stream": true},
    "acl_interface_list_dump": {"reply": "acl_interface_list_details", "stream": true},
  },
  "options": {"version": "2.0.1"},
  "vl_api_version": "0x5133bba0",
  "imports": [],
  "counters": [],
  "paths": [],
};
