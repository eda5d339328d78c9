import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openLibrary } from "../../native/library.ts";
import { libraryCandidates } from "../../native/library_search.ts";
import { loadNativeRuntime } from "../../native/runtime.ts";
import type { SymbolTable } from "../../native/types.ts";
import { VppError } from "../../src/errors.ts";
import { assert, describe, it } from "../harness.ts";

const symbols = {
  malloc: { parameters: ["usize"], result: "pointer" },
  free: { parameters: ["pointer"], result: "void" },
  close: { parameters: ["i32"], result: "i32" },
  copy: { name: "memcpy", parameters: ["buffer", "buffer", "usize"], result: "pointer" },
  store: { name: "memcpy", parameters: ["pointer", "buffer", "usize"], result: "pointer" },
  length: { name: "strlen", parameters: ["buffer"], result: "usize" },
  wait: { name: "usleep", parameters: ["u32"], result: "i32", nonblocking: true },
  copyLater: {
    name: "memcpy",
    parameters: ["buffer", "buffer", "usize"],
    result: "pointer",
    nonblocking: true,
  },
  absent: { name: "no_such_function", parameters: [], result: "void", optional: true },
} as const satisfies SymbolTable;

async function openLibc() {
  const runtime = await loadNativeRuntime();
  return { runtime, libc: runtime.open("libc.so.6", symbols) };
}

describe("foreign functions", () => {
  it("pass numbers, buffers and addresses", async () => {
    const { runtime, libc } = await openLibc();
    const target = new Uint8Array(4);
    const copied: bigint = libc.symbols.copy(target, Uint8Array.of(9, 8, 7, 6), 4);
    assert.deepEqual([...target], [9, 8, 7, 6]);
    assert.equal(copied, runtime.addressOf(target));
    assert.equal(libc.symbols.length(new TextEncoder().encode("prefix\0")), 6);
    assert.equal(libc.symbols.copy(null, null, 0), 0n);
    libc.close();
  });

  it("copy into a part of a buffer and into shared memory", async () => {
    const { libc } = await openLibc();
    for (const memory of [new ArrayBuffer(8), new SharedArrayBuffer(8)]) {
      libc.symbols.copy(new Uint8Array(memory, 3, 2), Uint8Array.of(1, 2), 2);
      assert.deepEqual([...new Uint8Array(memory)], [0, 0, 0, 1, 2, 0, 0, 0]);
    }
    libc.close();
  });

  it("view foreign memory without a copy", async () => {
    const { runtime, libc } = await openLibc();
    const address = libc.symbols.malloc(16);
    const view = new Uint8Array(runtime.view(address, 16));
    libc.symbols.store(address, Uint8Array.of(1, 2, 3), 3);
    assert.deepEqual([...view.subarray(0, 3)], [1, 2, 3]);
    view[0] = 77;
    assert.equal(new Uint8Array(runtime.view(address, 1))[0], 77);
    libc.symbols.free(address);
    libc.close();
  });

  it("report errno", async () => {
    const { runtime, libc } = await openLibc();
    assert.equal(libc.symbols.close(-1), -1);
    assert.equal(runtime.errno(), 9); // EBADF
    libc.close();
  });

  it("run on another thread where the table says so", async () => {
    const { libc } = await openLibc();
    const target = new Uint8Array(2);
    assert.equal(await libc.symbols.wait(1000), 0);
    assert.equal(typeof await libc.symbols.copyLater(target, Uint8Array.of(5, 6), 2), "bigint");
    assert.deepEqual([...target], [5, 6]);
    libc.close();
  });

  it("are undefined where they are optional and missing", async () => {
    const { libc } = await openLibc();
    assert.equal(libc.symbols.absent, undefined);
    libc.close();
  });
});

describe("opening a library", () => {
  it("says what was tried and what to do", async () => {
    const runtime = await loadNativeRuntime();
    const description = { name: "libnosuch.so", symbols: {}, advice: "Install the package nosuch" };
    assert.throws(() => openLibrary(runtime, description), (error) => {
      assert.ok(error instanceof VppError);
      assert.equal(error.code, "NATIVE");
      assert.match(error.message, /libnosuch\.so.*cannot open shared object.*Install the package/s);
      return true;
    });
  });

  it("names a missing function", async () => {
    const runtime = await loadNativeRuntime();
    const description = {
      name: "libc.so.6",
      symbols: { no_such_function: { parameters: [], result: "void" } },
      advice: "Install glibc",
    } as const;
    assert.throws(() => openLibrary(runtime, description), /no_such_function/);
  });
});

describe("the search for a library", () => {
  const name = "libthing.so";
  function withFolder(files: string[], run: (folder: string) => void) {
    const folder = mkdtempSync(join(tmpdir(), "govppmux-ffi-"));
    for (const file of files) writeFileSync(join(folder, file), "");
    try {
      run(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("takes the newest version of a given folder", () => {
    const files = ["libthing.so.9.10", "libthing.so.26.02", "libthing.so.26.06", "libthing.so.x"];
    withFolder(files, (folder) => {
      assert.deepEqual(
        [...libraryCandidates({ name, path: folder })],
        ["libthing.so.26.06", "libthing.so.26.02", "libthing.so.9.10"].map((f) => join(folder, f)),
      );
    });
  });

  it("takes a given file as it is, and nothing else", () => {
    const path = "/x/libthing.so.1";
    assert.deepEqual([...libraryCandidates({ name, path })], [path]);
  });

  it("takes the folder of the environment variable before the loader's", () => {
    const directoryVariable = "GOVPPMUX_TEST_LIB_DIR";
    withFolder(["libthing.so", "libthing.so.1"], (folder) => {
      process.env[directoryVariable] = folder;
      try {
        const found = [...libraryCandidates({ name, directoryVariable })];
        assert.deepEqual(found, [join(folder, name), join(folder, "libthing.so.1")]);
      } finally {
        delete process.env[directoryVariable];
      }
    });
  });

  it("asks the loader, then looks into the folders of LD_LIBRARY_PATH", () => {
    withFolder(["libthing.so.2"], (folder) => {
      const before = process.env["LD_LIBRARY_PATH"];
      mkdirSync(join(folder, "empty"));
      process.env["LD_LIBRARY_PATH"] = `${join(folder, "empty")}:${folder}`;
      try {
        assert.deepEqual([...libraryCandidates({ name })], [name, join(folder, "libthing.so.2")]);
      } finally {
        if (before === undefined) delete process.env["LD_LIBRARY_PATH"];
        else process.env["LD_LIBRARY_PATH"] = before;
      }
    });
  });
});
