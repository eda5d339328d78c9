/**
 * The `retval`s with which the simulator refuses, by VPP's names (`foreach_vnet_error` in VPP's
 * `vnet/error.h`).
 *
 * @module
 */
export const UNSPECIFIED = -1;
export const INVALID_SW_IF_INDEX = -2;
export const NO_SUCH_FIB = -3;
export const NO_SUCH_ENTRY = -6;
export const INVALID_VALUE = -7;
export const INVALID_VALUE_2 = -8;
export const UNIMPLEMENTED = -9;
export const INVALID_SW_IF_INDEX_2 = -10;
export const FEATURE_DISABLED = -30;
export const INVALID_REGISTRATION = -31;
export const NO_PATHS_IN_ROUTE = -52;
export const NO_MATCHING_INTERFACE = -54;
export const INVALID_VLAN = -55;
export const VLAN_ALREADY_EXISTS = -56;
export const INVALID_SRC_ADDRESS = -57;
export const INVALID_DST_ADDRESS = -58;
export const ADDRESS_LENGTH_MISMATCH = -59;
export const ADDRESS_NOT_FOUND_FOR_INTERFACE = -60;
export const INVALID_INTERFACE = -71;
export const ADDRESS_IN_USE = -105;
export const ADDRESS_FOUND_FOR_INTERFACE = -114;
export const ENTRY_ALREADY_EXISTS = -116;
export const BD_ALREADY_EXISTS = -119;
export const BD_IN_USE = -120;
export const BD_NOT_MODIFIABLE = -121;
export const BD_ID_EXCEED_MAX = -122;
export const UNSUPPORTED = -126;
export const DUPLICATE_IF_ADDRESS = -127;
export const ACL_IN_USE_INBOUND = -142;
export const ACL_IN_USE_OUTBOUND = -143;
export const NON_ETHERNET = -151;
export const BD_ALREADY_HAS_BVI = -152;
export const EAGAIN = -165;
export const INVALID_PREFIX_LENGTH = -171;
