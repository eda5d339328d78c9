/**
 * Which arm of a union counts. It is not on the wire; another field tells it, and from VPP 26.06 on the
 * definitions say which (`discriminator` of the union's field, `case` of each arm).
 *
 * @module
 */
import type { FieldLayout, StructLayout } from "./layout.ts";
import { resolveAlias, type Scalar, type UnionArm, type UnionType } from "./model.ts";

/** A field that tells which arm counts. */
export interface Discriminator {
  readonly scalar: Scalar;
  /** From the union's place in a record to the field's, in bytes. */
  readonly distance: number;
  /** The field's value → the index of the arm. */
  readonly arms: ReadonlyMap<number, number>;
}

/** The struct in which another struct lies as a field. */
export interface Surroundings {
  readonly layout: StructLayout;
  /** Offset of the inner struct in the outer. */
  readonly offset: number;
}

/**
 * Finds what tells the arm of the union at `field`.
 *
 * @param owner the struct or message that has the field
 * @param around the struct in which `owner` lies, where it lies in one
 * @returns undefined where nothing tells it
 */
export function discriminatorOf(
  field: FieldLayout,
  owner: StructLayout,
  around?: Surroundings,
): Discriminator | undefined {
  if (field.slot.kind !== "union") return undefined;
  const union = field.slot.type;
  const own = field.field.discriminator ?? (union.name === "address_union" ? "af" : undefined);
  const sibling = owner.fields.find((f) => f.name === own);
  if (sibling !== undefined) {
    return by(sibling, sibling.offset - field.offset, union, (arm) => arm.case);
  }
  if (around === undefined || owner.name !== nextHop.inner) return undefined;
  const outer = around.layout.fields.find((f) => f.name === nextHop.discriminator);
  if (outer === undefined) return undefined;
  return by(outer, outer.offset - around.offset - field.offset, union, () => undefined);
}

/** A path's next hop lies in a struct of its own; the path tells what it is (VPP, fib_types.api). */
const nextHop = { inner: "fib_path_nh", discriminator: "proto" };

/** `caseOf` names an arm's member; where it names none, the one that ends like the arm is meant. */
function by(
  field: FieldLayout,
  distance: number,
  union: UnionType,
  caseOf: (arm: UnionArm) => string | undefined,
): Discriminator | undefined {
  const type = resolveAlias(field.field.type);
  if (type.kind !== "enum") return undefined;
  const arms = new Map<number, number>();
  for (const [member, value] of type.members) {
    const index = union.arms.findIndex((arm) => {
      const name = caseOf(arm);
      return name === undefined ? member.endsWith(`_${arm.name.toUpperCase()}`) : name === member;
    });
    if (index >= 0) arms.set(value, index);
  }
  return { scalar: type.base, distance, arms };
}
