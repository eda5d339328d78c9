import picomatch from "picomatch";

/**
 * Which counters are meant:
 * - a name (`/if/rx`), or the folder that they lie in (`/if`);
 * - a glob: `*` and `?` stay within one part of the name, `**` does not (`/if/rx*`, `/err/**`);
 * - a regular expression, which may match anywhere in the name.
 */
export type StatsPattern = string | RegExp;

/** True for the names that match one of the patterns. */
export function nameMatcher(patterns: readonly StatsPattern[]): (name: string) => boolean {
  const matchers = patterns.map(matcherOf);
  return (name) => matchers.some((matches) => matches(name));
}

/** Differs between patterns that match differently. */
export function patternKey(pattern: StatsPattern): string {
  return typeof pattern === "string" ? `"${pattern}` : `${pattern}`;
}

function matcherOf(pattern: StatsPattern): (name: string) => boolean {
  if (pattern instanceof RegExp) {
    // Without "g" and "y": they would make a match depend on the one before.
    const expression = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (name) => expression.test(name);
  }
  const folder = pattern.endsWith("/") ? pattern : `${pattern}/`;
  const inFolder = (name: string) => name === pattern || name.startsWith(folder);
  if (!/[*?[{]/.test(pattern)) return inFolder;
  // Names contain spaces, parentheses and exclamation marks, which are meant as they are.
  const glob = picomatch(pattern, { dot: true, noextglob: true, nonegate: true });
  return (name) => glob(name) || name === pattern;
}
