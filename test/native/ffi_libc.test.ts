import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  createSharedMemory,
  isSealedAgainstShrinking,
  mapDescriptor,
} from "../../native/foreign_memory.ts";
import { cString, type Libc, openLibc, processExists } from "../../native/libc.ts";
import {
  acceptSeqPacket,
  connectSeqPacket,
  listenSeqPacket,
  peerProcessId,
  receiveDescriptor,
  sendDescriptor,
} from "../../native/unix_socket.ts";
import { assert, describe, it } from "../harness.ts";

async function withLibc(run: (libc: Libc, folder: string) => void) {
  const libc = await openLibc();
  const folder = mkdtempSync(join(tmpdir(), "govppmux-libc-"));
  try {
    run(libc, folder);
  } finally {
    rmSync(folder, { recursive: true });
    libc.close();
  }
}

/** What must be there; the calls do not wait, and everything happens in this one process. */
function present<T>(value: T | undefined): T {
  assert.notEqual(value, undefined);
  return value as T;
}

describe("a descriptor passed over a SOCK_SEQPACKET socket", () => {
  it("shares its memory with the receiver", () =>
    withLibc((libc, folder) => {
      const { close } = libc.symbols;
      const path = join(folder, "stats.sock");
      const memory = createSharedMemory(libc, "test", 8192);
      const listener = listenSeqPacket(libc, path, 5);
      assert.equal(acceptSeqPacket(libc, listener), undefined);

      const client = present(connectSeqPacket(libc, path));
      assert.equal(receiveDescriptor(libc, client), undefined);
      const server = present(acceptSeqPacket(libc, listener));
      assert.equal(sendDescriptor(libc, server, memory), true);
      assert.equal(peerProcessId(libc, client), process.pid);
      const received = present(receiveDescriptor(libc, client));

      const written = mapDescriptor(libc, memory, "write");
      const read = mapDescriptor(libc, received, "read");
      assert.equal(read.buffer.byteLength, 8192);
      new Uint8Array(written.buffer)[8191] = 42;
      assert.equal(new Uint8Array(read.buffer)[8191], 42);
      assert.equal(isSealedAgainstShrinking(libc, received), true);

      written.release();
      read.release();
      read.release(); // Harmless.
      for (const descriptor of [memory, listener, client, server, received]) {
        assert.equal(close(descriptor), 0);
      }
    }));

  it("is an error where the other side closes without one", () =>
    withLibc((libc, folder) => {
      const path = join(folder, "stats.sock");
      const listener = listenSeqPacket(libc, path, 5);
      const client = present(connectSeqPacket(libc, path));
      libc.symbols.close(present(acceptSeqPacket(libc, listener)));
      assert.throws(() => receiveDescriptor(libc, client), /Expected a descriptor/);
      libc.symbols.close(client);
      libc.symbols.close(listener);
    }));
});

describe("a socket path", () => {
  it("that nobody listens at is an error that says so", () =>
    withLibc((libc, folder) => {
      const path = join(folder, "stats.sock");
      assert.throws(() => connectSeqPacket(libc, path), /does not exist: is VPP running/);
      libc.symbols.close(listenSeqPacket(libc, path, 1));
      assert.throws(() => connectSeqPacket(libc, path), /Nobody listens: VPP has ended/);
      assert.throws(() => connectSeqPacket(libc, "x".repeat(108)), /108 bytes, and Linux allows/);
    }));

  it("is taken over from a dead process, but not from a live one", () =>
    withLibc((libc, folder) => {
      const path = join(folder, "stats.sock");
      libc.symbols.close(listenSeqPacket(libc, path, 1));
      const listener = listenSeqPacket(libc, path, 1);
      assert.throws(() => listenSeqPacket(libc, path, 1), /another process listens/);
      libc.symbols.close(listener);
    }));
});

describe("libc", () => {
  it("knows which processes exist", () =>
    withLibc((libc) => {
      assert.equal(processExists(libc, process.pid), true);
      assert.equal(processExists(libc, 0x3fff_ffff), false); // Above Linux's highest pid_max.
    }));

  it("does not map unsealed or empty memory unseen", () =>
    withLibc((libc) => {
      const memory = present(libc.symbols.memfd_create)(cString("test"), 0);
      assert.equal(isSealedAgainstShrinking(libc, memory), false);
      assert.throws(() => mapDescriptor(libc, memory, "read"), /it is empty/);
      libc.symbols.close(memory);
    }));

  it("gets no string with a NUL in it", () => {
    assert.throws(() => cString("a\0b"), /contains a NUL/);
  });
});
