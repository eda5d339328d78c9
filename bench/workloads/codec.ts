import { IpRouteAddDel } from "../../src/binapi/ip.ts";
import { Codec } from "../../src/codec/codec.ts";
import type { Deliver } from "../../src/codec/outputs.ts";
import {
  CONTEXT_NONE,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
} from "../../src/schema/constants.generated.ts";
import type { Message } from "../../src/schema/model.ts";
import { ApiSet } from "../../src/sim/api_set.ts";
import { receiver } from "../codec_works.ts";
import { keep } from "../keep.ts";
import type { Figures, Parameters } from "../parameters.ts";
import { MESSAGE_ID, type Sample, samples } from "../samples.ts";
import { rate } from "../timing.ts";
import { routeOfBytes, routeRequest } from "./routes.ts";

/** Of which one call is far too short to be timed. */
const MESSAGES_A_PASS = 1000;
/** Routes of which a connection makes one write: 64 KiB. */
const MESSAGES_A_WRITE = 250;

/** Messages `sw_interface_details` in their frames: all clients decode the same ones. */
export function detailsFrames(): Uint8Array {
  return detailsSample(CONTEXT_NONE).chunk;
}

function detailsSample(context: number): Sample {
  const sample = samples(context).find(({ message }) => message.name === "sw_interface_details");
  if (sample === undefined) throw new Error("No sample of sw_interface_details");
  return sample;
}

/** Lazy views of `sw_interface_details`, of which three fields are read. */
export function decode(parameters: Parameters): Promise<Figures> {
  const { codec, context } = receiver();
  const { message, chunk, raw } = detailsSample(context);
  const { View, program, wireContext } = codec.compile(message);
  codec.core.setMessage(MESSAGE_ID, wireContext, program);
  const read: Deliver = (batch, start, end) => {
    const { u32 } = batch;
    for (let at = start; at < end; at += (u32[at + DELIVERY_SIZE] ?? 0) >> 2) {
      const { swIfIndex, flags, interfaceName } = new View(batch, (at << 2) + DELIVERY_HEADER);
      keep(swIfIndex);
      keep(flags);
      keep(interfaceName);
    }
  };
  return rate(parameters, () => {
    let messages = 0;
    for (; messages < MESSAGES_A_PASS; messages += raw.length) {
      codec.core.receive(chunk, read);
    }
    return Promise.resolve(messages);
  });
}

/** `ip_route_add_del` with one path, by its binding, or by its name or with addresses as bytes. */
export function encode(parameters: Parameters): Promise<Figures> {
  const codec = new Codec();
  const compiled = codec.compile(
    parameters.style === "named" ? definitionOf("ip_route_add_del") : IpRouteAddDel.message,
  );
  const request = parameters.style === "bytes" ? routeOfBytes(1, true) : routeRequest(1, true);
  return rate(parameters, () => {
    for (let i = 0; i < MESSAGES_A_PASS; i++) {
      codec.encode(compiled, 1, 2, 3, request);
      // As for a socket that has written what it was given before.
      if (i % MESSAGES_A_WRITE === 0) keep(codec.core.lendSend(true));
    }
    return Promise.resolve(MESSAGES_A_PASS);
  });
}

function definitionOf(name: string): Message {
  const message = ApiSet.builtIn().schema.message(name);
  if (message === undefined) throw new Error(`The simulator's definitions lack ${name}`);
  return message;
}
