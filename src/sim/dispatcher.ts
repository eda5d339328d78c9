/**
 * Requests on their way from bytes to handlers.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { Codec } from "../codec/codec.ts";
import type { CompiledMessage } from "../codec/compiled_message.ts";
import { faultText } from "../codec/core.ts";
import { faultOf, kindOf, messageIdOf } from "../codec/delivery.ts";
import type { Deliver } from "../codec/outputs.ts";
import type { MessageView } from "../codec/view.ts";
import {
  CONTEXT_NONE,
  DELIVERY_HEADER,
  DELIVERY_SIZE,
  KIND_EVENT,
  KIND_UNKNOWN,
} from "../schema/constants.generated.ts";
import { Call, type Handler, type HandlerSlot } from "./call.ts";
import type { SimConnection } from "./connection.ts";
import type { MessageTable } from "./table.ts";
import type { VppRun } from "./run.ts";

/** Gets each request that could be decoded, in order, and who answers it. */
export type RequestSink = (call: Call, handler: Handler) => void;

interface KnownRequest {
  readonly compiled: CompiledMessage;
  readonly slot: HandlerSlot;
}

export class Dispatcher {
  readonly #vpp: VppRun;
  readonly #codec: Codec;
  readonly #sink: RequestSink;
  /** The requests that VPP has, by id. */
  readonly #requests: (KnownRequest | undefined)[] = [];

  constructor(
    vpp: VppRun,
    codec: Codec,
    table: MessageTable,
    slotOf: (message: string) => HandlerSlot,
    sink: RequestSink,
  ) {
    this.#vpp = vpp;
    this.#codec = codec;
    this.#sink = sink;
    for (const { id, message } of table.entries) {
      if (message.kind !== "request") continue;
      const compiled = codec.compile(message);
      this.#requests[id] = { compiled, slot: slotOf(message.name) };
      // To the core a request is an event: nothing here waits for an answer.
      codec.core.setMessage(id, CONTEXT_NONE, compiled.program);
    }
  }

  /** Works off whole frames of a client. What stands behind the end of its connection is dropped. */
  receive(connection: SimConnection, frames: Uint8Array): void {
    // Handlers may use the codec, so they run only when the core is through with the chunk.
    const outputs: Parameters<Deliver>[] = [];
    this.#codec.core.receive(frames, (...output) => outputs.push(output));
    for (const output of outputs) this.#workOff(connection, ...output);
  }

  #workOff(connection: SimConnection, batch: Batch, start: number, end: number): void {
    const { u32 } = batch;
    // In words.
    let at = start;
    while (at < end && !connection.closed) {
      if (kindOf(u32, at) === KIND_EVENT) this.#request(connection, batch, at);
      else this.#unusable(connection, u32, at);
      at += u32[at + DELIVERY_SIZE]! >> 2;
    }
  }

  #request(connection: SimConnection, batch: Batch, at: number): void {
    const known = this.#requests[messageIdOf(batch.u32, at)];
    if (known === undefined) return;
    const { compiled, slot } = known;
    const { context, clientIndex } = compiled.header;
    const record = (at << 2) + DELIVERY_HEADER;
    this.#sink(
      new Call<MessageView>(
        this.#vpp,
        { request: compiled.message, View: compiled.View, batch, record },
        context === undefined ? 0 : batch.u32[(record + context) >> 2]!,
        clientIndex === undefined
          ? connection.clientIndex
          : batch.u32[(record + clientIndex) >> 2]!,
        connection,
      ),
      slot.handler,
    );
  }

  /** As VPP does: what it cannot use is dropped with a warning, and the connection stays. */
  #unusable(connection: SimConnection, u32: Uint32Array, at: number): void {
    const id = messageIdOf(u32, at);
    const what = kindOf(u32, at) === KIND_UNKNOWN
      ? "VPP has no request with this id"
      : faultText(faultOf(u32, at));
    this.#vpp.log(`client ${connection.clientName}: message ${id} dropped: ${what}`);
  }
}
