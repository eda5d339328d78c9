// Written by hand as a pattern for the generator, which replaces it.
import { BindingModule } from "../codec/binding.ts";
import type { DumpDescriptor, MessageDescriptor, UnaryDescriptor } from "../codec/descriptor.ts";

const api = /* @__PURE__ */ new BindingModule("interface", () => ({
  enums: [["if_status_flags", ["IF_STATUS_API_FLAG_ADMIN_UP", 1], ["IF_STATUS_API_FLAG_LINK_UP", 2], {
    "enumtype": "u32",
  }]],
  aliases: { "interface_index": { "type": "u32" } },
}));

export interface SwInterfaceSetFlags {
  readonly swIfIndex: number;
  readonly flags: number;
}

export const SwInterfaceSetFlags: UnaryDescriptor<SwInterfaceSetFlags, SwInterfaceSetFlagsReply> =
  /* @__PURE__ */ api.unary({
    name: "sw_interface_set_flags",
    crc: "f5aec1b8",
    layout: 0xe49c3a73,
    fields: () => [
      ["u16", "_vl_msg_id"],
      ["u32", "client_index"],
      ["u32", "context"],
      ["vl_api_interface_index_t", "sw_if_index"],
      ["vl_api_if_status_flags_t", "flags"],
    ],
    decode: (b, r) => ({ swIfIndex: b.u32[(r + 12) >> 2]!, flags: b.u32[(r + 16) >> 2]! }),
  }, () => SwInterfaceSetFlagsReply);

export interface SwInterfaceSetFlagsReply {
  readonly retval: number;
}

export const SwInterfaceSetFlagsReply: MessageDescriptor<SwInterfaceSetFlagsReply> =
  /* @__PURE__ */ api.message("reply", {
    name: "sw_interface_set_flags_reply",
    crc: "e8d4e804",
    layout: 0xc546464b,
    fields: () => [["u16", "_vl_msg_id"], ["u32", "context"], ["i32", "retval"]],
    decode: (b, r) => ({ retval: b.i32[(r + 8) >> 2]! }),
  });


export interface SwInterfaceDump {
  /** Default 4294967295. */
  readonly swIfIndex?: number;
  readonly nameFilterValid?: boolean;
  readonly nameFilter?: string;
}

export const SwInterfaceDump: DumpDescriptor<SwInterfaceDump, SwInterfaceDetails> =
  /* @__PURE__ */ api.dump({
    name: "sw_interface_dump",
    crc: "aa610c27",
    layout: 0x58c73909,
    fields: () => [
      ["u16", "_vl_msg_id"],
      ["u32", "client_index"],
      ["u32", "context"],
      ["vl_api_interface_index_t", "sw_if_index", { "default": 4294967295 }],
      ["bool", "name_filter_valid"],
      ["string", "name_filter", 0],
    ],
    decode: (b, r) => ({
      swIfIndex: b.u32[(r + 12) >> 2]!,
      nameFilterValid: b.u8[r + 16] !== 0,
      nameFilter: b.text(r + 20, r),
    }),
  }, () => SwInterfaceDetails);

export interface SwInterfaceDetails {
  readonly swIfIndex: number;
  readonly interfaceName: string;
}

export const SwInterfaceDetails: MessageDescriptor<SwInterfaceDetails> = /* @__PURE__ */ api
  .message("details", {
    name: "sw_interface_details",
    crc: "6c221fc7",
    layout: 0x6ed1d906,
    fields: () => [
      ["u16", "_vl_msg_id"],
      ["u32", "context"],
      ["vl_api_interface_index_t", "sw_if_index"],
      ["u32", "sup_sw_if_index"],
      ["u8", "l2_address", 6],
      ["vl_api_if_status_flags_t", "flags"],
      ["u32", "type"],
      ["u32", "link_duplex"],
      ["u32", "link_speed"],
      ["u16", "link_mtu"],
      ["u32", "mtu", 4],
      ["u32", "sub_id"],
      ["u8", "sub_number_of_tags"],
      ["u16", "sub_outer_vlan_id"],
      ["u16", "sub_inner_vlan_id"],
      ["u32", "sub_if_flags"],
      ["u32", "vtr_op"],
      ["u32", "vtr_push_dot1q"],
      ["u32", "vtr_tag1"],
      ["u32", "vtr_tag2"],
      ["u16", "outer_tag"],
      ["u8", "b_dmac", 6],
      ["u8", "b_smac", 6],
      ["u16", "b_vlanid"],
      ["u32", "i_sid"],
      ["string", "interface_name", 64],
      ["string", "interface_dev_type", 64],
      ["string", "tag", 64],
    ],
    decode: (b, r) => ({
      swIfIndex: b.u32[(r + 8) >> 2]!,
      interfaceName: b.text(r + 112, r),
    }),
  });
