/** A small seeded generator (mulberry32), so that a failing random test can be repeated. */
export interface Random {
  /** The next unsigned 32-bit integer. */
  u32(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** `n` random bytes. */
  bytes(n: number): Uint8Array;
  pick<T>(list: readonly T[]): T;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const u32 = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (bound: number) => Math.floor((u32() / 4294967296) * bound);
  return {
    u32,
    below,
    bytes: (n) => Uint8Array.from({ length: n }, () => u32() & 255),
    pick: (list) => {
      if (list.length === 0) throw new RangeError("pick from an empty list");
      return list[below(list.length)]!;
    },
  };
}
