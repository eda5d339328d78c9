// Packs the core for its place in bundles; src/codec/embedded_core.ts undoes it, and tells the format.
const MIN_LENGTH = 3;
const MAX_LENGTH = MIN_LENGTH + 15;
const MAX_DISTANCE = 1 << 12;
/** In bits, the flag included. */
const BYTE_COST = 9;
const REPEAT_COST = 17;

export function pack(bytes) {
  const packed = [];
  let flagsAt = 0;
  let bit = 8;
  const next = (isByte, ...item) => {
    if (bit === 8) {
      flagsAt = packed.push(0) - 1;
      bit = 0;
    }
    packed[flagsAt] |= Number(isByte) << bit++;
    packed.push(...item);
  };
  const steps = cheapestSteps(bytes);
  for (let at = 0; at < bytes.length; at += steps[at].length) {
    const { length, distance } = steps[at];
    if (length === 1) next(true, bytes[at]);
    else next(false, (distance - 1) >> 4, (((distance - 1) & 15) << 4) | (length - MIN_LENGTH));
  }
  return Uint8Array.from(packed);
}

/** For each byte the step from it on which the shortest way to the end begins. */
function cheapestSteps(bytes) {
  const costs = Array(bytes.length + 1).fill(0);
  const steps = [];
  for (let at = bytes.length - 1; at >= 0; at--) {
    steps[at] = { length: 1, distance: 0 };
    costs[at] = costs[at + 1] + BYTE_COST;
    const repeat = longestRepeat(bytes, at);
    for (let length = MIN_LENGTH; length <= repeat.length; length++) {
      const cost = costs[at + length] + REPEAT_COST;
      if (cost >= costs[at]) continue;
      costs[at] = cost;
      steps[at] = { length, distance: repeat.distance };
    }
  }
  return steps;
}

/** The longest run from `at` on that stands before it as well. */
function longestRepeat(bytes, at) {
  let longest = { length: 0, distance: 0 };
  for (let distance = 1; distance <= Math.min(at, MAX_DISTANCE); distance++) {
    let length = 0;
    while (length < MAX_LENGTH && bytes[at + length] === bytes[at + length - distance]) length++;
    length = Math.min(length, bytes.length - at);
    if (length > longest.length) longest = { length, distance };
  }
  return longest;
}
