/**
 * The ids of VPP's handshake: the only ones that are the same in every release (memclnt.api), since the
 * table of all others comes with its reply.
 *
 * @module
 */

export const SOCKCLNT_CREATE_ID = 15;
export const SOCKCLNT_CREATE_REPLY_ID = 16;
