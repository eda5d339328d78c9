/**
 * The session that every client has with the simulator: the calls of a recorded one with a real VPP
 * 26.06, and some that VPP refuses.
 *
 * @module
 */

export interface SessionCall {
  readonly call: string;
  /** By VPP's names, as vpp_papi takes them. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly style: "unary" | "dump" | "cursor";
}

export interface Session {
  readonly calls: readonly SessionCall[];
  /** Interface events that come during the calls. */
  readonly events: number;
}

const INTERFACES = 6;
const ALL = 0xffff_ffff;
const ADMIN_UP = 1;

function unary(call: string, args: SessionCall["args"] = {}): SessionCall {
  return { call, args, style: "unary" };
}

function dump(call: string, args: SessionCall["args"] = {}): SessionCall {
  return { call, args, style: "dump" };
}

const numbers = Array.from({ length: INTERFACES }, (_, i) => i);

const beginning: readonly SessionCall[] = [
  unary("show_version"),
  unary("control_ping"),
  unary("show_vpe_system_time"),
  unary("cli_inband", { cmd: "show version" }),
  unary("want_interface_events", { enable_disable: 1, pid: 4242 }),
];

const interfaces: readonly SessionCall[] = [
  ...numbers.map((i) =>
    unary("create_loopback_instance", {
      mac_address: `02:fe:00:00:00:0${i}`,
      is_specified: true,
      user_instance: i,
    })
  ),
  ...numbers.flatMap((i) => [
    unary("sw_interface_tag_add_del", { is_add: true, sw_if_index: i + 1, tag: `tenant-${i}` }),
    unary("sw_interface_set_flags", { sw_if_index: i + 1, flags: ADMIN_UP }),
    unary("sw_interface_add_del_address", {
      sw_if_index: i + 1,
      is_add: true,
      prefix: `10.${i}.0.1/24`,
    }),
    unary("sw_interface_add_del_address", {
      sw_if_index: i + 1,
      is_add: true,
      prefix: `2001:db8:${i}::1/64`,
    }),
  ]),
  dump("sw_interface_dump", { sw_if_index: ALL }),
  dump("sw_interface_dump", { sw_if_index: 2 }),
  dump("ip_address_dump", { sw_if_index: 1, is_ipv6: false }),
  dump("ip_address_dump", { sw_if_index: 1, is_ipv6: true }),
];

const routes: readonly SessionCall[] = [
  ...numbers.map((i) =>
    unary("ip_route_add_del", {
      is_add: true,
      is_multipath: false,
      route: {
        table_id: 0,
        prefix: `192.168.${i}.0/24`,
        n_paths: 1,
        paths: [path(i + 1, `10.${i}.0.2`)],
      },
    })
  ),
  dump("ip_route_dump", { table: { table_id: 0, is_ip6: false } }),
  dump("ip_route_v2_dump", { table: { table_id: 0, is_ip6: true }, src: 0 }),
];

function path(swIfIndex: number, nextHop: string): object {
  const label = { is_uniform: 0, label: 0, ttl: 0, exp: 0 };
  return {
    sw_if_index: swIfIndex,
    table_id: 0,
    rpf_id: 0,
    weight: 1,
    preference: 0,
    type: 0,
    flags: 0,
    proto: 0,
    nh: { address: { ip4: nextHop }, via_label: 0, obj_id: 0, classify_table_index: 0 },
    n_labels: 0,
    label_stack: Array.from({ length: 16 }, () => label),
  };
}

const acls: readonly SessionCall[] = [
  unary("acl_add_replace", {
    acl_index: ALL,
    tag: "web",
    count: 2,
    r: [rule("10.0.0.0/8", "0.0.0.0/0", 6, 80), rule("2001:db8::/32", "::/0", 17, 53)],
  }),
  dump("acl_dump", { acl_index: ALL }),
];

function rule(source: string, destination: string, proto: number, port: number): object {
  return {
    is_permit: 1,
    src_prefix: source,
    dst_prefix: destination,
    proto,
    srcport_or_icmptype_first: 0,
    srcport_or_icmptype_last: 65535,
    dstport_or_icmpcode_first: port,
    dstport_or_icmpcode_last: port,
    tcp_flags_mask: 0,
    tcp_flags_value: 0,
  };
}

const bridgeDomains: readonly SessionCall[] = [
  unary("bridge_domain_add_del_v2", {
    bd_id: 7,
    flood: true,
    uu_flood: true,
    forward: true,
    learn: true,
    arp_term: false,
    mac_age: 5,
    bd_tag: "bd7",
    is_add: true,
  }),
  unary("sw_interface_set_l2_bridge", {
    rx_sw_if_index: 2,
    bd_id: 7,
    port_type: 0,
    shg: 0,
    enable: true,
  }),
  dump("bridge_domain_dump", { bd_id: ALL, sw_if_index: ALL }),
];

const refused: readonly SessionCall[] = [
  unary("sw_interface_set_flags", { sw_if_index: 999_999, flags: ADMIN_UP }),
  unary("delete_loopback", { sw_if_index: 999_999 }),
  unary("sw_interface_tag_add_del", { is_add: true, sw_if_index: 999_999, tag: "none" }),
];

const ending: readonly SessionCall[] = [
  { call: "sw_interface_tx_placement_get", args: { cursor: 0, sw_if_index: ALL }, style: "cursor" },
  unary("sw_interface_set_flags", { sw_if_index: 3, flags: 0 }),
  unary("delete_loopback", { sw_if_index: INTERFACES }),
  unary("want_interface_events", { enable_disable: 0, pid: 4242 }),
  unary("get_api_json"),
];

export const sessionCalls: readonly SessionCall[] = [
  ...beginning,
  ...interfaces,
  ...routes,
  ...acls,
  ...bridgeDomains,
  ...refused,
  ...ending,
];
