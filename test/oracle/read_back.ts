/**
 * What a decoder must give for values that were encoded.
 *
 * @module
 */
import { type Message, resolveAlias, type StructType, type Type } from "../../src/schema/model.ts";
import { encodeUnion } from "./encode.ts";
import { isList, isObject, type RawObject, type RawValue, toHex } from "./raw.ts";

/**
 * The raw form in which `values` are read back: a union shows its bytes, because which arm was
 * written is not on the wire. Everything else stays as it is.
 */
export function readBack(message: Message, values: RawObject): RawObject {
  return fieldsBack(message, values);
}

function fieldsBack(owner: Pick<StructType, "fields">, values: RawObject): RawObject {
  const back: Record<string, RawValue> = {};
  for (const { name, type } of owner.fields) {
    const value = values[name];
    if (value !== undefined) back[name] = valueBack(type, value);
  }
  return back;
}

function valueBack(type: Type, value: RawValue): RawValue {
  const resolved = resolveAlias(type);
  switch (resolved.kind) {
    case "scalar":
    case "enum":
    case "string":
      return value;
    case "array":
    case "vla":
      return isList(value) ? value.map((item) => valueBack(resolved.element, item)) : value;
    case "struct":
      return isObject(value) ? fieldsBack(resolved, value) : value;
    case "union":
      return { $union: toHex(encodeUnion(resolved, value)) };
  }
}
