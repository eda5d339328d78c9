/**
 * Names of enum values. The bindings give an enum as a constant object, `{ HARDWARE: 0, SUB: 1 }`.
 *
 * @module
 */

/** The members of an enum of the bindings. */
export type EnumMembers = Readonly<Record<string, number>>;

/**
 * The name of a value: `nameOf(IfType, 0)` is `"HARDWARE"`.
 *
 * @returns undefined where no member has the value, as with a newer VPP
 */
export function nameOf<Members extends EnumMembers>(
  members: Members,
  value: number,
): (keyof Members & string) | undefined {
  for (const name in members) {
    if (members[name] === value) return name;
  }
  return undefined;
}

/**
 * The names of the flags that are set: `namesOf(IfStatusFlags, 3)` is `["ADMIN_UP", "LINK_UP"]`. Bits
 * that no member has are left out.
 */
export function namesOf<Members extends EnumMembers>(
  members: Members,
  value: number,
): (keyof Members & string)[] {
  const names: (keyof Members & string)[] = [];
  for (const name in members) {
    const bits = members[name] ?? 0;
    if (bits !== 0 && (value & bits) >>> 0 === bits >>> 0) names.push(name);
  }
  return names;
}
