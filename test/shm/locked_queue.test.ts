/** A queue of the library's form in this process's own memory, with the real locks of libc. */
import { allocateMemory } from "../../native/foreign_memory.ts";
import { openLibc } from "../../native/libc.ts";
import { openLibrary } from "../../native/library.ts";
import { LockedQueue } from "../../src/transport/shm/locked_queue.ts";
import { mutexBytes, queueLayout } from "../../src/transport/shm/queue_layout.ts";
import type { LockFunctions } from "../../src/transport/shm/queue_lock.ts";
import { assert, describe, it } from "../harness.ts";

const mutex = { parameters: ["usize"], result: "i32" } as const;
const libc = await openLibc();
const pthread = openLibrary(libc.runtime, {
  name: "libpthread.so.0",
  alternatives: ["libc.so.6"],
  symbols: {
    pthread_mutex_trylock: mutex,
    pthread_mutex_consistent: mutex,
    pthread_mutex_unlock: mutex,
    pthread_cond_broadcast: mutex,
  },
  advice: "glibc has these in libc.so.6 since 2.34, and in libpthread.so.0 before",
}).symbols;

const maximum = 8;
const offset = 64;
/** The low halves alone would not tell the messages apart. */
const base = 0x1_3000_0000;

/** A queue that holds the messages 1, 2 and so on, the oldest in the slot `head`. */
function queueWith({ count, head }: { count: number; head: number }) {
  const memory = allocateMemory(libc, offset + queueLayout.end + maximum * 8);
  const view = new DataView(memory.buffer, offset);
  const virtualBase = Number(memory.address);
  view.setInt32(queueLayout.head, head, true);
  view.setInt32(queueLayout.tail, (head + count) % maximum, true);
  view.setInt32(queueLayout.currentSize, count, true);
  view.setInt32(queueLayout.maximumSize, maximum, true);
  for (let i = 0; i < count; i++) {
    const slot = queueLayout.end + ((head + i) % maximum) * 8;
    view.setBigUint64(slot, BigInt(base + 1 + i), true);
  }
  const signals: number[] = [];
  const functions: LockFunctions = {
    tryLock: pthread.pthread_mutex_trylock,
    makeConsistent: pthread.pthread_mutex_consistent,
    unlock: pthread.pthread_mutex_unlock,
    broadcast: (condition) => {
      signals.push(condition - virtualBase - offset);
      return pthread.pthread_cond_broadcast(condition);
    },
  };
  const queue = new LockedQueue(functions, { segment: memory.buffer, offset, virtualBase });
  const read = (at: number) => view.getInt32(at, true);
  return { queue, memory, signals, read, mutex: virtualBase + offset };
}

describe("a queue under its lock", () => {
  it("gives the oldest messages first, around its end", () => {
    const { queue, memory, read } = queueWith({ count: 5, head: 6 });
    const into = new Float64Array(3);
    assert.equal(queue.take(into), 3);
    assert.deepEqual([...into], [base + 1, base + 2, base + 3]);
    assert.equal(read(queueLayout.head), 1);
    assert.equal(read(queueLayout.currentSize), 2);
    assert.equal(queue.take(into), 2);
    assert.deepEqual([...into.subarray(0, 2)], [base + 4, base + 5]);
    assert.equal(queue.take(into), 0);
    memory.release();
  });

  it("wakes who waits for room, where there was none", () => {
    const { queue, memory, signals } = queueWith({ count: maximum, head: 3 });
    const into = new Float64Array(2);
    assert.equal(queue.take(into), 2);
    assert.deepEqual(signals, [mutexBytes]);
    assert.equal(queue.take(into), 2);
    assert.deepEqual(signals, [mutexBytes]);
    memory.release();
  });

  it("gives nothing as long as somebody keeps the lock", () => {
    const { queue, memory, mutex } = queueWith({ count: 2, head: 0 });
    const into = new Float64Array(4);
    assert.equal(pthread.pthread_mutex_trylock(mutex), 0);
    assert.equal(queue.take(into), 0);
    assert.equal(pthread.pthread_mutex_unlock(mutex), 0);
    assert.equal(queue.take(into), 2);
    memory.release();
  });

  it("leaves the lock free", () => {
    const { queue, memory, mutex } = queueWith({ count: 1, head: 0 });
    queue.take(new Float64Array(4));
    assert.equal(pthread.pthread_mutex_trylock(mutex), 0);
    memory.release();
  });

  it("gives nothing where the queue's words make no sense", () => {
    for (const head of [-1, maximum, 0x7fff_ffff]) {
      const { queue, memory } = queueWith({ count: 1, head: 0 });
      new DataView(memory.buffer, offset).setInt32(queueLayout.head, head, true);
      assert.equal(queue.take(new Float64Array(4)), 0);
      memory.release();
    }
    const { queue, memory } = queueWith({ count: 1, head: 0 });
    new DataView(memory.buffer, offset).setInt32(queueLayout.currentSize, maximum + 1, true);
    assert.equal(queue.take(new Float64Array(100)), 0);
    memory.release();
  });
});
