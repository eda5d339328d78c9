/**
 * Whether a type is accepted in more forms than it is given in: texts also by their parts, unions by
 * one arm, fields that may be left out.
 *
 * @module
 */
import { textTypeOf } from "../codec/text_types.ts";
import type { Type } from "../schema/model.ts";
import { isOptionalInType } from "./optional.ts";

export function differsAsInput(type: Type): boolean {
  switch (type.kind) {
    case "scalar":
    case "string":
    case "enum":
      return false;
    case "array":
    case "vla":
      return differsAsInput(type.element);
    case "union":
      return true;
    case "alias":
      return textTypeOf(type) !== undefined || differsAsInput(type.target);
    case "struct":
      return textTypeOf(type) !== undefined ||
        type.fields.some((f) => isOptionalInType(type.name, f) || differsAsInput(f.type));
  }
}
