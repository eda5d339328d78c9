import { Codec } from "../../src/codec/codec.ts";
import type { MessageView } from "../../src/codec/view.ts";
import type { Channel } from "../../src/core/channel.ts";
import { Mux } from "../../src/core/mux.ts";
import type { Subscription } from "../../src/core/subscription.ts";
import { VppApiError } from "../../src/errors.ts";
import type { Message } from "../../src/schema/model.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { dataPath, itWithData, jsonLines, releaseSchema } from "../data.ts";
import { assert, describe } from "../harness.ts";
import { seeded } from "../random.ts";
import { argumentsOf, assertSameMessage, type PapiObject } from "./papi_form.ts";
import { Replay, type WireLine } from "./replay.ts";

/** A call as vpp_papi made it and what it got: one reply, or details; a cursor's reply stands first. */
interface ExpectedCall {
  readonly call: string;
  readonly args: PapiObject;
  readonly replies: PapiObject | readonly (PapiObject | readonly PapiObject[])[];
}

interface ExpectedEvent {
  readonly event: string;
  readonly fields: PapiObject;
}

const WIRE = "capture/wire.jsonl.gz";
const EXPECT = "capture/expect.jsonl.gz";
const NEEDED = [WIRE, EXPECT, "api/26.06"];
const SEEDS = [1, 2];

function expectedLines(): readonly (ExpectedCall | ExpectedEvent)[] {
  return jsonLines<ExpectedCall | ExpectedEvent>(dataPath(EXPECT));
}

function expectedCalls(): readonly ExpectedCall[] {
  return expectedLines().filter((line) => "call" in line);
}

function expectedEvents(): readonly ExpectedEvent[] {
  return expectedLines().filter((line) => "event" in line);
}

/** A client of the recorded VPP. */
class Session {
  readonly schema: Schema;
  readonly replay: Replay;
  readonly mux: Mux;
  readonly channel: Channel;
  readonly events: Subscription<MessageView>;

  private constructor(schema: Schema, replay: Replay, mux: Mux) {
    this.schema = schema;
    this.replay = replay;
    this.mux = mux;
    this.channel = mux.newAPIChannelBuffered(200, 200);
    this.events = this.channel.subscribeNotification("sw_interface_event");
  }

  static async open(seed: number): Promise<Session> {
    const schema = releaseSchema("26.06");
    const replay = new Replay(jsonLines<WireLine>(dataPath(WIRE)), schema, seeded(seed));
    const mux = new Mux({
      transport: replay,
      schema,
      clientName: "capture",
      connectAttempts: 1,
      healthIntervalMs: 0,
      reconnect: false,
    });
    await mux.connect();
    return new Session(schema, replay, mux);
  }

  message(name: string): Message {
    const message = this.schema.message(name);
    assert.ok(message, name);
    return message;
  }

  /** The reply, or all details. */
  send({ call, args }: ExpectedCall): Promise<MessageView[]> {
    const fields = argumentsOf(args);
    if (this.message(call).service?.details !== undefined) {
      return this.channel.sendMultiRequest(call, fields).toArray();
    }
    return this.channel.sendRequest(call, fields).receiveReply().then((reply) => [reply]);
  }

  /** Asserts that an answer is what vpp_papi got. */
  async check(answer: Promise<MessageView[]>, { call, replies }: ExpectedCall): Promise<void> {
    const messages = [replies].flat(2);
    const retval = messages[0]?.["retval"];
    if (typeof retval === "number" && retval !== 0) {
      return assert.rejects(answer, (error: unknown) => {
        assert.ok(error instanceof VppApiError, call);
        assert.deepEqual([error.request, error.retval], [call, retval]);
        return true;
      });
    }
    const views = await answer;
    assert.equal(views.length, messages.length, call);
    messages.forEach((message, i) => this.#checkMessage(views[i], message));
  }

  /** Asserts that the events are those that vpp_papi got, in that order. */
  async checkEvents(): Promise<void> {
    for (const { fields } of expectedEvents()) {
      this.#checkMessage((await this.events.next()).value, fields);
    }
  }

  #checkMessage(view: MessageView | undefined, expected: PapiObject): void {
    assert.ok(view);
    const message = this.message(String(expected["$type"]));
    assertSameMessage(message, view, expected);
    assertSameMessage(message, view.toObject(), expected);
  }

  /** Closes; asserts that exactly the recorded requests were sent and nothing unexpected came. */
  async close(): Promise<void> {
    await this.mux.close();
    assert.deepEqual(this.replay.differences, []);
    assert.equal(this.replay.left, 0);
    const { stale, unclaimed, malformed, mismatched } = this.mux.counters;
    assert.deepEqual([stale, unclaimed, malformed, mismatched], [0, 0, 0, 0]);
  }
}

describe("a recorded session with a real VPP", () => {
  for (const seed of SEEDS) {
    itWithData(`one call after the other, cut with seed ${seed}`, NEEDED, async () => {
      const session = await Session.open(seed);
      for (const call of expectedCalls()) await session.check(session.send(call), call);
      await session.checkEvents();
      await session.close();
      assert.deepEqual(await session.events.next(), { value: undefined, done: true });
    });

    itWithData(`all calls at once, cut with seed ${seed}`, NEEDED, async () => {
      const session = await Session.open(seed);
      const calls = expectedCalls();
      const answers = calls.map((call) => session.send(call));
      await Promise.all(answers.map((answer, i) => session.check(answer, calls[i]!)));
      await session.checkEvents();
      await session.close();
    });
  }

  itWithData("goes back to the same bytes from every form", NEEDED, async () => {
    const session = await Session.open(4);
    const codec = new Codec();
    for (const call of expectedCalls()) {
      const expected = [call.replies].flat(2);
      const views = await session.send(call).catch(() => []);
      views.forEach((view, i) => {
        const message = session.message(String(expected[i]?.["$type"]));
        const bytes = codec.encodeMessage(message, view, "typescript");
        const json: object = JSON.parse(JSON.stringify(view));
        assert.deepEqual(codec.encodeMessage(message, view.toObject(), "typescript"), bytes);
        assert.deepEqual(codec.encodeMessage(message, view.toJSON(), "vpp"), bytes);
        assert.deepEqual(codec.encodeMessage(message, json, "vpp"), bytes);
      });
    }
    await session.close();
  });
});
