/**
 * The candidate that somebody probably meant by `word`, or undefined where none is near. Case and
 * the kind of word separator do not count; about one edit in three letters does.
 */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  const plain = normalize(word);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(plain.length * 0.3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain, normalize(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function normalize(word: string): string {
  return word.toLowerCase().replace(/[-_ .]/g, "");
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(above, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(above, column) + 1, at(current, column - 1) + 1));
    }
    above = current;
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
