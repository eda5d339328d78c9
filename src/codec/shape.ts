/**
 * Objects whose fields are known at run time only.
 *
 * @module
 */

/** Up to so many fields an object is quickest made by adding them one by one. */
const FEW_FIELDS = 12;

/**
 * Makes a function that makes objects to which these fields are then given, in this order. The objects
 * may have the fields already, as null.
 *
 * An object that is given more than a dozen fields one by one becomes a hash table in V8, which costs
 * half as much again to make and forty times as much to loop over. Copies of what JSON.parse has made
 * share one hidden class instead.
 */
export function objectMaker(names: readonly string[]): () => Record<string, unknown> {
  if (names.length <= FEW_FIELDS) return () => ({});
  const shape: Record<string, unknown> = JSON.parse(
    JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))),
  );
  return () => ({ ...shape });
}
