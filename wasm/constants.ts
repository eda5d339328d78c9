// Numbers shared by the core and its host. Written here once; `scripts/constants.mjs` copies them to
// `src/schema/constants.generated.ts`.

// --- Opcodes of codec programs. docs/architecture.md describes each. -------------------------------

/** End of a program or of a body. */
export const OP_END: u32 = 0;
/** `n`: the next n wire bytes are of fixed layout; offsets of the following ops count from here. */
export const OP_SEGMENT: u32 = 1;
/** `record wire d0 d1 d2 d3 e0 e1 e2 e3`: 16 wire bytes, permuted by mask d, become 16 record bytes, and, by mask e, the other way. */
export const OP_SHUFFLE: u32 = 2;
/** `record wire n`: n bytes, unchanged. */
export const OP_BYTES: u32 = 3;
/** `record wire n hint`: text padded with NUL to n bytes; the hint is the core's own, 0 at first. */
export const OP_STRING: u32 = 4;
/** `record`: a u32 length, then as many bytes of text. */
export const OP_STRING_VAR: u32 = 5;
/** `record wire count recordStride wireStride words`, then a body: an array of fixed length. */
export const OP_REPEAT: u32 = 6;
/** `record countRecord countWidth recordStride wireStride words`, then a body: a counted array of elements of fixed length. */
export const OP_VLA: u32 = 7;
/** `record countRecord countWidth recordStride wireMinimum words`, then a body with segments of its own: elements of variable length. */
export const OP_VLA_VAR: u32 = 8;
/** `record count recordStride words`, then a body with segments of its own: a fixed number of elements of variable length. */
export const OP_REPEAT_VAR: u32 = 9;
/** `record countRecord countWidth`: a counted array of bytes. */
export const OP_VLA_BYTES: u32 = 10;

// --- A program's header, in words. The ops follow it. ----------------------------------------------

/** Bytes of the fixed part of a record. */
export const PROGRAM_RECORD_SIZE: u32 = 0;
export const PROGRAM_OPS: u32 = 1;

// --- Deliveries: a header of four u32, then the record. --------------------------------------------

/** `KIND_ | FAULT_ << 8 | message id << 16`: what came, and why it is malformed where it is. */
export const DELIVERY_WHAT: u32 = 0;
/** As the message carries it; 0 where it has none, which no request's is. */
export const DELIVERY_CONTEXT: u32 = 1;
/** Bytes from this header to the next. */
export const DELIVERY_SIZE: u32 = 2;
/** Bytes of the message on the wire, from its id on. */
export const DELIVERY_WIRE_LENGTH: u32 = 3;
/** Bytes of the header. */
export const DELIVERY_HEADER: u32 = 16;

/** The only reply of a request. */
export const KIND_REPLY: u32 = 1;
/** One of several answers. */
export const KIND_PART: u32 = 2;
/** The message that ends a dump (control_ping_reply) or a cursor request (its reply). */
export const KIND_END: u32 = 3;
export const KIND_EVENT: u32 = 4;
/** A reply whose request is over. */
export const KIND_STALE: u32 = 5;
/** A message id that is not in the table, or for which no program is loaded and nobody waits. */
export const KIND_UNKNOWN: u32 = 6;
/** A frame or message that contradicts its definition. */
export const KIND_MALFORMED: u32 = 7;
/** A message that answers a request with the wrong type. */
export const KIND_MISMATCH: u32 = 8;

/** The frame's payload has no room for a message id. */
export const FAULT_NO_ID: u32 = 1;
/** The payload is shorter than its definition demands. */
export const FAULT_SHORT: u32 = 2;
/** A count or length field reaches past the payload. */
export const FAULT_COUNT: u32 = 3;

// --- Kinds of requests. ----------------------------------------------------------------------------

/** One request, one reply. */
export const REQUEST_SINGLE: u32 = 1;
/** Details until the reply to the control_ping that was sent behind the request. */
export const REQUEST_DUMP: u32 = 2;
/** Details until the request's own reply. */
export const REQUEST_CURSOR: u32 = 3;

// --- How a message's context is found; part of its entry in the message table. ----------------------

export const CONTEXT_NONE: u32 = 0xffff;

// --- Results of `receive`. --------------------------------------------------------------------------

/** Everything that could be was decoded. */
export const RECEIVE_DONE: i32 = 0;
/** The output is full; take it and call again. */
export const RECEIVE_MORE: i32 = 1;
/** A frame is longer than the limit; the stream is lost. */
export const RECEIVE_FRAME_TOO_LONG: i32 = -1;
/** The core's memory is at its maximum. */
export const RECEIVE_NO_MEMORY: i32 = -2;

// --- Strings in a decoded record: word 0 is the id of an interned string, or, with the top bit set,
// --- the offset from the record's start to the bytes; word 1 is the length in bytes.
// --- In a record to be encoded: word 0 is the offset from the record's start, word 1 the length.

export const STRING_INLINE: u32 = 0x80000000;
/** Longer strings are not interned. */
export const STRING_INTERN_MAX: u32 = 128;

/** Bytes before each message: VPP's `msgbuf`. */
export const FRAME_HEADER: u32 = 16;
/** A context is `slot | generation << CONTEXT_SLOT_BITS`. */
export const CONTEXT_SLOT_BITS: u32 = 17;
/** Loads and stores of 16 bytes may run past an area's end by up to this much. */
export const SLACK: u32 = 16;
