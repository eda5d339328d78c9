/**
 * VPP's names for the `retval` of a reply.
 *
 * The numbers and names are those of `foreach_vnet_error` in VPP's `src/vnet/error.h` (until 21.10
 * `src/vnet/api_errno.h`), every release from 20.05 to 26.06: no number changed its name in that
 * time. A few messages answer with numbers of their own, which mean something else: some of the
 * session layer (`session_rule_add_del`: `foreach_session_error` in `session_types.h`).
 *
 * @module
 */

/** What a `retval` means. */
export interface Retval {
  /** VPP's own name, for example `INVALID_SW_IF_INDEX`; `UNKNOWN` where VPP has none up to 26.06. */
  readonly name: string;
  /** For people: half a sentence. */
  readonly description: string;
}

/** VPP's name of a retval, for example `INVALID_SW_IF_INDEX` for -2, and what it means; 0 is `OK`. */
export function describeRetval(retval: number): Retval {
  return RETVALS.get(retval) ?? UNKNOWN;
}

const UNKNOWN: Retval = { name: "UNKNOWN", description: "no error number of VPP up to 26.06" };

/** A line each: number, name, description. As text it is a sixth shorter in a bundle than as a list. */
const TABLE = `
10 IN_PROGRESS the operation goes on (until 19.04)
0 OK success (VPP itself has no name for it)
-1 UNSPECIFIED VPP gives no reason
-2 INVALID_SW_IF_INDEX no interface has this sw_if_index
-3 NO_SUCH_FIB there is no such FIB or VRF
-4 NO_SUCH_INNER_FIB there is no such inner FIB or VRF
-5 NO_SUCH_LABEL there is no such label
-6 NO_SUCH_ENTRY there is no such entry
-7 INVALID_VALUE a value is not valid
-8 INVALID_VALUE_2 the second value is not valid
-9 UNIMPLEMENTED VPP does not implement this
-10 INVALID_SW_IF_INDEX_2 no interface has the second sw_if_index
-11 SYSCALL_ERROR_1 the first system call of the operation failed
-12 SYSCALL_ERROR_2 the second system call of the operation failed
-13 SYSCALL_ERROR_3 the third system call of the operation failed
-14 SYSCALL_ERROR_4 the fourth system call of the operation failed
-15 SYSCALL_ERROR_5 the fifth system call of the operation failed
-16 SYSCALL_ERROR_6 the sixth system call of the operation failed
-17 SYSCALL_ERROR_7 the seventh system call of the operation failed
-18 SYSCALL_ERROR_8 the eighth system call of the operation failed
-19 SYSCALL_ERROR_9 the ninth system call of the operation failed
-20 SYSCALL_ERROR_10 the tenth system call of the operation failed
-30 FEATURE_DISABLED VPP's configuration turns this feature off
-31 INVALID_REGISTRATION the registration is not valid
-50 NEXT_HOP_NOT_IN_FIB the next hop is not in the FIB
-51 UNKNOWN_DESTINATION the destination is not known
-52 NO_PATHS_IN_ROUTE the route names no path
-53 NEXT_HOP_NOT_FOUND_MP the multipath route does not have this next hop
-54 NO_MATCHING_INTERFACE no interface matches the probe
-55 INVALID_VLAN the VLAN id is not valid
-56 VLAN_ALREADY_EXISTS the VLAN subinterface exists already
-57 INVALID_SRC_ADDRESS the source address is not valid
-58 INVALID_DST_ADDRESS the destination address is not valid
-59 ADDRESS_LENGTH_MISMATCH the length of the address or prefix is wrong
-60 ADDRESS_NOT_FOUND_FOR_INTERFACE the interface does not have this address
-61 ADDRESS_NOT_DELETABLE this address cannot be deleted
-62 IP6_NOT_ENABLED IPv6 is not enabled on the interface
-63 NO_SUCH_NODE there is no such graph node
-64 NO_SUCH_NODE2 there is no such second graph node
-65 NO_SUCH_TABLE there is no such table
-66 NO_SUCH_TABLE2 there is no such second table
-67 NO_SUCH_TABLE3 there is no such third table
-68 SUBIF_ALREADY_EXISTS the subinterface exists already
-69 SUBIF_CREATE_FAILED the subinterface could not be created
-70 INVALID_MEMORY_SIZE the memory size asked for is not valid
-71 INVALID_INTERFACE this interface cannot be used here
-72 INVALID_VLAN_TAG_COUNT the operation does not take this number of VLAN tags
-73 INVALID_ARGUMENT an argument is not valid
-74 UNEXPECTED_INTF_STATE the interface is in another state than this needs
-75 TUNNEL_EXIST the tunnel exists already
-76 INVALID_DECAP_NEXT the node to follow decapsulation is not valid
-77 RESPONSE_NOT_READY the answer is not ready yet
-78 NOT_CONNECTED there is no connection to the data plane
-79 IF_ALREADY_EXISTS the interface exists already
-80 BOND_SLAVE_NOT_ALLOWED a member of a bond cannot do this
-81 VALUE_EXIST the value exists already
-82 SAME_SRC_DST source and destination are the same
-83 IP6_MULTICAST_ADDRESS_NOT_PRESENT an IPv6 multicast address is needed
-84 SR_POLICY_NAME_NOT_PRESENT a segment routing policy name is needed
-85 NOT_RUNNING_AS_ROOT VPP does not run as root
-86 ALREADY_CONNECTED there is a connection to the data plane already
-87 UNSUPPORTED_JNI_VERSION this JNI version is not supported
-88 IP_PREFIX_INVALID the prefix has bits set beyond its length
-89 INVALID_WORKER there is no such worker thread
-90 LISP_DISABLED LISP is turned off
-91 CLASSIFY_TABLE_NOT_FOUND there is no such classify table
-92 INVALID_EID_TYPE LISP does not support this kind of EID
-93 CANNOT_CREATE_PCAP_FILE the capture file cannot be created
-94 INCORRECT_ADJACENCY_TYPE this kind of adjacency cannot do this
-95 EXCEEDED_NUMBER_OF_RANGES_CAPACITY more ranges than are configured for
-96 EXCEEDED_NUMBER_OF_PORTS_CAPACITY more ports than there is room for
-97 INVALID_ADDRESS_FAMILY the address family is not valid here
-98 INVALID_SUB_SW_IF_INDEX no subinterface has this sw_if_index
-99 TABLE_TOO_BIG the table is too big
-100 CANNOT_ENABLE_DISABLE_FEATURE the feature cannot be turned on or off
-101 BFD_EEXIST the BFD object exists already
-102 BFD_ENOENT there is no such BFD object
-103 BFD_EINUSE the BFD object is in use
-104 BFD_NOTSUPP BFD does not support this
-105 ADDRESS_IN_USE the address is in use
-106 ADDRESS_NOT_IN_USE the address is not in use
-107 QUEUE_FULL the queue is full
-108 APP_UNSUPPORTED_CFG the application's configuration is not supported
-109 URI_FIFO_CREATE_FAILED the FIFO segment for the URI could not be created
-110 LISP_RLOC_LOCAL the RLOC address is a local one
-111 BFD_EAGAIN the BFD object cannot be changed right now
-112 INVALID_GPE_MODE the GPE mode is not valid
-113 LISP_GPE_ENTRIES_PRESENT there are LISP GPE entries still
-114 ADDRESS_FOUND_FOR_INTERFACE the interface has this address
-115 SESSION_CONNECT the session could not connect
-116 ENTRY_ALREADY_EXISTS the entry exists already
-117 SVM_SEGMENT_CREATE_FAIL the shared memory segment could not be created
-118 APPLICATION_NOT_ATTACHED the application is not attached
-119 BD_ALREADY_EXISTS the bridge domain exists already
-120 BD_IN_USE the bridge domain has interfaces in it
-121 BD_NOT_MODIFIABLE bridge domain 0 can be neither changed nor deleted
-122 BD_ID_EXCEED_MAX the bridge domain id is above 16,777,215
-123 SUBIF_DOESNT_EXIST there is no such subinterface
-124 L2_MACS_EVENT_CLINET_PRESENT another client receives the L2 MAC events already
-125 INVALID_QUEUE there is no such queue
-126 UNSUPPORTED this is not supported
-127 DUPLICATE_IF_ADDRESS another interface has this address
-128 APP_INVALID_NS there is no such application namespace
-129 APP_WRONG_NS_SECRET the application namespace has another secret
-130 APP_CONNECT_SCOPE the connect is outside its scope
-131 APP_ALREADY_ATTACHED the application is attached already
-132 SESSION_REDIRECT the session could not be redirected
-133 ILLEGAL_NAME the name is not allowed
-134 NO_NAME_SERVERS no name server is configured
-135 NAME_SERVER_NOT_FOUND there is no such name server
-136 NAME_RESOLUTION_NOT_ENABLED name resolution is not enabled
-137 NAME_SERVER_FORMAT_ERROR the name server found the query malformed, a bug of VPP
-138 NAME_SERVER_NO_SUCH_NAME the name server does not know the name
-139 NAME_SERVER_NO_ADDRESSES the name has no address
-140 NAME_SERVER_NEXT_SERVER the next name server is to be asked
-141 APP_CONNECT_FILTERED a filter refused the connect
-142 ACL_IN_USE_INBOUND the ACL is applied on input somewhere
-143 ACL_IN_USE_OUTBOUND the ACL is applied on output somewhere
-144 INIT_FAILED the initialization failed
-145 NETLINK_ERROR netlink gave an error
-146 BIER_BSL_UNSUP this BIER bit string length is not supported
-147 INSTANCE_IN_USE the instance number is taken
-148 INVALID_SESSION_ID the session id is out of range
-149 ACL_IN_USE_BY_LOOKUP_CONTEXT an ACL lookup context uses the ACL
-150 INVALID_VALUE_3 the third value is not valid
-151 NON_ETHERNET the interface is no Ethernet interface
-152 BD_ALREADY_HAS_BVI the bridge domain has a BVI already
-153 INVALID_PROTOCOL the protocol is not valid
-154 INVALID_ALGORITHM the algorithm is not valid
-155 RSRC_IN_USE the resource is in use
-156 KEY_LENGTH the key does not have the right length
-157 FIB_PATH_UNSUPPORTED_NH_PROTO a FIB path does not support this next hop protocol
-159 API_ENDIAN_FAILED the byte order of the message is wrong
-160 NO_CHANGE the table is as it was
-161 MISSING_CERT_KEY the certificate or its key is missing
-162 LIMIT_EXCEEDED a limit is exceeded
-163 IKE_NO_PORT IKE does not manage this port
-164 UDP_PORT_TAKEN the UDP port is taken
-165 EAGAIN there is more: repeat the request with the cursor
-166 INVALID_VALUE_4 the fourth value is not valid
-167 BUSY VPP is busy with this
-168 BUG VPP found a bug in itself
-169 FEATURE_ALREADY_DISABLED the feature is off already
-170 FEATURE_ALREADY_ENABLED the feature is on already
-171 INVALID_PREFIX_LENGTH the prefix length is not valid
`;

const RETVALS = /* @__PURE__ */ readTable();

function readTable(): ReadonlyMap<number, Retval> {
  const lines = TABLE.trim().split("\n").map((line) => line.split(" "));
  return new Map(
    lines.map(([retval, name = "", ...words]) => [
      Number(retval),
      { name, description: words.join(" ") },
    ]),
  );
}
