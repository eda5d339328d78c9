/**
 * The session as our own client has it.
 *
 * @module
 */
import { camelKeys } from "../../src/codec/names.ts";
import { type Channel, connect, type Fields, VppApiError } from "../../src/mod.ts";
import type { SessionCall } from "./session.ts";

/** What came of a call: the reply; the details; or both, of a cursor request. */
export type Replies = object | readonly [reply: object, details: readonly object[]];

export interface OwnSession {
  readonly replies: readonly Replies[];
  readonly events: readonly object[];
}

/** Performs the calls one after the other, each with its fields in camelCase. */
export async function ownSession(
  socket: string,
  calls: readonly SessionCall[],
): Promise<OwnSession> {
  await using mux = await connect({ socket, schema: "vpp" });
  const channel = mux.newAPIChannel({ replyBuffer: 1000 });
  const subscription = channel.subscribeNotification("sw_interface_event");
  const replies: Replies[] = [];
  for (const call of calls) replies.push(await perform(channel, call));
  subscription.unsubscribe();
  const events: object[] = [];
  for await (const event of subscription) events.push(event.toObject());
  return { replies, events };
}

async function perform(channel: Channel, { call, args, style }: SessionCall): Promise<Replies> {
  const fields = camelKeys(args) as Fields;
  if (style === "unary") {
    return await orRefusal(async () => (await channel.request(call, fields)).toObject());
  }
  const context = channel.sendMultiRequest(call, fields);
  const details: object[] = [];
  const reply = await orRefusal(async () => {
    while (true) {
      const { message, stop } = await context.receiveReply();
      if (stop) return message?.toObject() ?? {};
      details.push(message.toObject());
    }
  });
  return style === "dump" ? details : [reply, details];
}

/** To our client a retval below 0 is an error, of which the retval is known and nothing else. */
async function orRefusal(call: () => Promise<object>): Promise<object> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof VppApiError) return { retval: error.retval };
    throw error;
  }
}
