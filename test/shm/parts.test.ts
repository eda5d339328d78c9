/** Parts of the transport over shared memory that need neither VPP nor the stand-in. */
import process from "node:process";
import { VppError } from "../../src/errors.ts";
import { findOccupant } from "../../src/transport/shm/address_space.ts";
import { frameEnd } from "../../src/transport/shm/frame_writer.ts";
import { segmentFiles } from "../../src/transport/shm/segment_files.ts";
import { shmTransport } from "../../src/transport/shm/shm.ts";
import {
  controlPing,
  farewell,
  handshake,
  parseHandshake,
} from "../../src/transport/shm/wake_frames.ts";
import { processExists } from "../../src/transport/shm/watch.ts";
import { assert, describe, it } from "../harness.ts";
import { request } from "./received.ts";

describe("what lies at an address", () => {
  const maps = [
    "130000000-134000000 rw-s 00000000 00:19 5   /dev/shm/vpp1-global_vm",
    "130100000-132100000 rw-s 00000000 00:19 6   /dev/shm/vpp1-vpe-api",
    "55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0   [heap]",
    "7f0000000000-7f0000100000 rw-s 00000000 00:19 9   /dev/shm/vpe-api (deleted)",
    "",
  ].join("\n");

  it("is nothing, where no mapping overlaps", () => {
    assert.deepEqual(findOccupant(maps, 0x10000, 0x1000), { kind: "nothing" });
    assert.deepEqual(findOccupant(maps, 0x134000000, 0x1000), { kind: "nothing" });
  });

  it("is a segment of VPP, also one that was removed", () => {
    const first = findOccupant(maps, 0x130000000, 0x4000000);
    assert.deepEqual(first, { kind: "segment", path: "/dev/shm/vpp1-vpe-api" });
    const second = findOccupant(maps, 0x7f0000000000, 1);
    assert.deepEqual(second, { kind: "segment", path: "/dev/shm/vpe-api (deleted)" });
  });

  it("is something else", () => {
    const found = findOccupant(maps, 0x55d0c0a20fff, 1);
    assert.equal(found.kind, "other");
  });
});

describe("the end of a frame", () => {
  const frame = request(5, 1);

  it("follows from its length", () => {
    assert.equal(frameEnd(frame, 0, frame.length), 26);
  });

  it("is unknown where the frame is cut, or too short for a client index", () => {
    assert.equal(frameEnd(frame, 0, 25), undefined);
    assert.equal(frameEnd(frame, 0, 15), undefined);
    const short = frame.slice();
    short[11] = 5;
    assert.equal(frameEnd(short, 0, short.length), undefined);
    const huge = frame.slice();
    huge.fill(0xff, 8, 12);
    assert.equal(frameEnd(huge, 0, huge.length), undefined);
  });
});

describe("the handshake of the wake-up", () => {
  /** A reply with these names; ids count from 100. */
  function reply(names: readonly string[]): Uint8Array {
    const message = new Uint8Array(20 + names.length * 66);
    const view = new DataView(message.buffer);
    view.setUint16(0, 16);
    view.setUint32(14, 0x80000003);
    view.setUint16(18, names.length);
    names.forEach((name, i) => {
      view.setUint16(20 + i * 66, 100 + i);
      new TextEncoder().encodeInto(name, message.subarray(22 + i * 66));
    });
    return message;
  }

  const farewellName = "sockclnt_delete_8ac76db6";

  it("finds the client index, and the ids of ping and farewell", () => {
    const message = reply([farewellName, "show_version_51077d14", "control_ping_51077d14"]);
    assert.deepEqual(
      parseHandshake(message),
      { clientIndex: 0x80000003, pingId: 102, deleteId: 100 },
    );
  });

  it("finds none in other messages, tables without it, and cut tables", () => {
    assert.equal(parseHandshake(new Uint8Array(3)), undefined);
    assert.equal(parseHandshake(reply([farewellName, "show_version_51077d14"])), undefined);
    assert.equal(parseHandshake(reply(["control_ping_51077d14"])), undefined);
    const whole = reply([farewellName, "control_ping_51077d14"]);
    assert.equal(parseHandshake(whole.subarray(0, whole.length - 1)), undefined);
    const other = whole.slice();
    other[1] = 17;
    assert.equal(parseHandshake(other), undefined);
  });

  it("has the frames that VPP expects", () => {
    const first = handshake("name");
    assert.equal(first.length, 16 + 70);
    assert.deepEqual([...first.subarray(8, 12)], [0, 0, 0, 70]);
    assert.deepEqual([...first.subarray(16, 18)], [0, 15]);
    const session = { pingId: 0x1234, clientIndex: 0x80000003, deleteId: 0x11 };
    const ping = controlPing(session);
    assert.deepEqual([...ping.subarray(16)], [0x12, 0x34, 0x80, 0, 0, 3, 0, 0, 0, 0]);
    const last = farewell(session);
    assert.deepEqual([...last.subarray(8, 12)], [0, 0, 0, 14]);
    assert.deepEqual(
      [...last.subarray(16)],
      [0, 0x11, 0x80, 0, 0, 3, 0, 0, 0, 0, 0x80, 0, 0, 3],
    );
  });
});

describe("options", () => {
  it("name the files", () => {
    const { api, global } = segmentFiles("vpp1");
    assert.equal(api, "/dev/shm/vpp1-vpe-api");
    assert.equal(global, "/dev/shm/vpp1-global_vm");
    assert.equal(segmentFiles(undefined).api, "/dev/shm/vpe-api");
    assert.equal(shmTransport({ prefix: "vpp1" }).name, "shm:/dev/shm/vpp1-vpe-api");
  });

  it("that are impossible are refused", () => {
    for (const options of [{ prefix: "a/b" }, { prefix: "" }, { clientName: "x".repeat(64) }]) {
      assert.throws(
        () => shmTransport(options),
        (error) => error instanceof VppError && error.code === "CONFIG",
      );
    }
  });
});

describe("a process", () => {
  it("exists, or does not", () => {
    assert.ok(processExists(process.pid));
    assert.ok(processExists(1));
    assert.equal(processExists(0x3fffffff), false);
  });
});
