/**
 * How values become a request and its answers become values again, for one session.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { CompiledMessage } from "../codec/compiled_message.ts";
import type { MessageDescriptor } from "../codec/descriptor.ts";
import type { MessageView } from "../codec/view.ts";
import { VppApiError, VppError } from "../errors.ts";
import { describeRetval } from "./retval.ts";
import type { CallPlan, SessionMessage } from "./session.ts";
import type { Decode } from "./single_request.ts";
import { eventSwitchOf } from "./event_switch.ts";

/** A request of one session with its decoders. */
export interface Call<Reply, Details> {
  readonly name: string;
  readonly plan: CallPlan;
  /** The only or last reply. @throws VppApiError where its retval is not 0 */
  readonly reply: Decode<Reply>;
  readonly details: Decode<Details>;
  /** Where the request turns events on or off: the name of the field that says which. */
  readonly eventSwitch: string | undefined;
  /** The same request in the session of the moment, where this one is over. */
  readonly again: () => Call<Reply, Details>;
}

/** The call of a plan whose values are read by the given functions. */
export function callOf<Reply, Details>(
  plan: CallPlan,
  decodeReply: Decode<Reply>,
  details: Decode<Details>,
  again: () => Call<Reply, Details>,
): Call<Reply, Details> {
  const { message } = plan.request.compiled;
  const { name } = message;
  const { reply } = plan;
  return {
    name,
    plan,
    reply: (batch, record) => {
      checkRetval(name, reply, batch, record);
      return decodeReply(batch, record);
    },
    details,
    eventSwitch: eventSwitchOf(message),
    again,
  };
}

/** VPP's EAGAIN: a cursor request has more, to be asked for with the cursor of this reply. */
const EAGAIN = -165;

/** The `retval` of a record, or 0 where its message has none. */
export function retvalOf(
  message: SessionMessage | undefined,
  batch: Batch,
  record: number,
): number {
  const offset = message?.compiled.header.retval;
  return offset === undefined ? 0 : batch.i32[(record + offset) >> 2] ?? 0;
}

/** @throws VppApiError where the retval is not 0 */
function checkRetval(
  request: string,
  message: SessionMessage | undefined,
  batch: Batch,
  record: number,
): void {
  const retval = retvalOf(message, batch, record);
  if (retval === 0) return;
  const { name, description } = describeRetval(retval);
  throw new VppApiError(request, retval, name, description);
}

/** The cursor to ask again with, where a cursor request's reply says that there is more. */
export function nextCursor(
  message: SessionMessage | undefined,
  batch: Batch,
  record: number,
): number | undefined {
  if (message === undefined || retvalOf(message, batch, record) !== EAGAIN) return undefined;
  const field = message.compiled.layout.fields.find((f) => f.name === "cursor");
  return field === undefined ? undefined : batch.u32[(record + field.offset) >> 2];
}

/** Makes views of a message; where there is no message, nothing is ever decoded. */
export function viewDecoder(
  message: { readonly compiled: CompiledMessage } | undefined,
): Decode<MessageView> {
  if (message === undefined) return noSuchAnswer;
  const { compiled } = message;
  return (batch, record) => new compiled.View(batch, record);
}

/** Reads a message as its bindings do; where there is no message, nothing is ever decoded. */
export function descriptorDecoder<T extends object>(
  descriptor: MessageDescriptor<T> | undefined,
): Decode<T> {
  if (descriptor === undefined) return noSuchAnswer;
  return (batch, record) => descriptor.decode(batch, record);
}

function noSuchAnswer(): never {
  throw new VppError("UNEXPECTED_MESSAGE", "This request has no such answer");
}
