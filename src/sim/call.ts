/**
 * One request on its way through the simulator, as its handler sees it.
 *
 * @module
 */
import type { Batch } from "../codec/batch.ts";
import type { MessageView, ViewClass } from "../codec/view.ts";
import { VppError } from "../errors.ts";
import type { Message } from "../schema/model.ts";
import type { SimConnection } from "./connection.ts";
import type { FrameBlock } from "./details_cache.ts";
import type { Frame } from "./outbox.ts";
import type { VppRun } from "./run.ts";

/**
 * Answers a request. Everything is answered before it returns, as a handler of VPP's main thread does.
 * `Fields` are the request's fields that the handler reads, in camelCase, as its definition has them.
 */
export type Handler<Fields = MessageView> = (call: Call<Fields>) => void;

/** Who answers a message: found once for each id, and another one after `Simulator.on`. */
export interface HandlerSlot {
  handler: Handler;
}

/** Enters a handler for a message by VPP's name; the last one entered counts. */
export type RegisterHandler = <Fields = MessageView>(
  message: string,
  handler: Handler<Fields>,
) => void;

/** The request of a call. */
export interface CalledRequest<Fields> extends Pick<Call<Fields>, "request" | "batch" | "record"> {
  readonly View: ViewClass<Fields>;
}

export class Call<Fields = MessageView> {
  /** The VPP that runs now: its state, its table. */
  readonly vpp: VppRun;
  readonly request: Message;
  /** Where the fields were read from, for handlers that are faster without values. */
  readonly batch: Batch;
  /** Byte offset of the request's record in the batch. */
  readonly record: number;
  readonly context: number;
  /** The request's client index; any number, for VPP does not check whose it is. */
  readonly clientIndex: number;
  /** The connection on which the request came. */
  readonly connection: SimConnection;
  /** Who has the request's client index, and gets the answers; undefined: nobody, no answer leaves. */
  readonly client: SimConnection | undefined;
  readonly #View: ViewClass<Fields>;
  #fields: Fields | undefined;

  constructor(
    vpp: VppRun,
    { request, View, batch, record }: CalledRequest<Fields>,
    context: number,
    clientIndex: number,
    connection: SimConnection,
  ) {
    this.vpp = vpp;
    this.request = request;
    this.batch = batch;
    this.record = record;
    this.context = context;
    this.clientIndex = clientIndex;
    this.connection = connection;
    this.client = clientIndex === connection.clientIndex ? connection : vpp.client(clientIndex);
    this.#View = View;
  }

  /** The request's fields. Made when they are first asked for: a ping has none that anybody reads. */
  get fields(): Fields {
    return this.#fields ??= new this.#View(this.batch, this.record);
  }

  /**
   * Sends the request's reply; what `fields` leaves out is 0.
   *
   * @throws EncodeError where a field cannot be put on the wire
   */
  reply(fields?: object): void {
    if (fields === undefined) this.replyRetval(0);
    else this.sendMessage(this.#answer("reply"), fields);
  }

  /** Sends the reply with a `retval` and nothing else. */
  replyRetval(retval: number): void {
    this.send(this.vpp.encoder.retvalFrame(this.#answer("reply"), retval));
  }

  /**
   * Sends one part of a dump's or cursor request's answer.
   *
   * @throws EncodeError where a field cannot be put on the wire
   */
  details(fields: object): void {
    this.sendMessage(this.#answer("details"), fields);
  }

  /** Sends a message by name with the request's context. */
  sendMessage(message: string, fields: object): void {
    if (this.client === undefined) return;
    this.client.sendBytes(this.vpp.encoder.encode(message, { context: this.context }, fields));
  }

  /** Sends a message that was encoded before, with the request's context. */
  send(frame: Frame): void {
    this.client?.send(frame, this.context);
  }

  /** Sends messages that were encoded before, each with the request's context. */
  sendBlock(block: FrameBlock): void {
    this.client?.sendBlock(block, this.context);
  }

  #answer(kind: "reply" | "details"): string {
    const name = this.request.service?.[kind];
    if (name === undefined) {
      throw new VppError(
        "UNEXPECTED_MESSAGE",
        `Cannot answer ${this.request.name}: its definition has no ${kind}`,
      );
    }
    return name;
  }
}
