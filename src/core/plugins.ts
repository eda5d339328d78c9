/**
 * Which plugin brings an API module.
 *
 * Read from VPP 26.06: `plugins/<plugin>/CMakeLists.txt` names the modules of each plugin, and the
 * package installs the definitions of VPP itself in `api/core`. Nothing at run time says it: a plugin
 * that is not loaded is not there to be asked.
 *
 * @module
 */

/** The modules of VPP itself: no plugin is needed for them. */
const coreModules: ReadonlySet<string> = new Set(
  `arp bfd bier bond classify crypto dev feature fib flow gso interface ip ip6_dad ip6_nd ip_neighbor
  ipfix_export ipip ipsec l2 memclnt mpls p2p_ethernet pg pipe punt qos rd_cp session sfdp span sr sr_pt
  syslog tcp teib tm udp virtio vlib vpe`.split(/\s+/),
);

/** By plugin: its modules, where they do not have its name. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  dhcp: ["dhcp6_ia_na_client_cp", "dhcp6_pd_client_cp"],
  ioam: [
    "ioam_cache",
    "ioam_export",
    "ioam_vxlan_gpe",
    "pot",
    "trace",
    "udp_ping",
    "vxlan_gpe_ioam_export",
  ],
  linux_cp: ["lcp"],
  lisp: ["lisp_gpe", "one"],
  nat: ["nat44_ed"],
  sfdp_services: ["gateway", "interface_input", "nat", "tcp_check"],
  srmpls: ["sr_mpls"],
  srv6mobile: ["sr_mobile"],
  tap: ["tapv2"],
  tlsopenssl: ["tls_openssl"],
  tracedump: ["graph"],
  vhost: ["vhost_user"],
  "vxlan-gpe": ["vxlan_gpe"],
};

const plugins: ReadonlyMap<string, string> = new Map(
  Object.entries(otherNames).flatMap(([plugin, modules]) =>
    modules.map((module) => [module, plugin] as const)
  ),
);

/**
 * The plugin that brings an API module, as `show plugins` names it without its ending; undefined for a
 * module of VPP itself. A module that 26.06 does not have is taken for a plugin of its name, as most are.
 */
export function pluginOf(module: string): string | undefined {
  return coreModules.has(module) ? undefined : plugins.get(module) ?? module;
}
