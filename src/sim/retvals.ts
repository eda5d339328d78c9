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
export const INVALID_REGISTRATION = -31;
