/**
 * The names that one generated file declares and uses.
 *
 * @module
 */
import { camelCase } from "../codec/names.ts";
import type { Message, Module, NamedType } from "../schema/model.ts";
import { differsAsInput } from "./input.ts";
import type { TypeHomes } from "./homes.ts";
import { identifier, NameTable, pascalCase } from "./names.ts";

/** What every generated file may import, and the globals that it uses. */
const reserved = [
  "Batch",
  "BindingModule",
  "CallOptions",
  "Caller",
  "CursorAnswers",
  "CursorDescriptor",
  "DumpDescriptor",
  "Map",
  "MessageDescriptor",
  "MultiAnswers",
  "Object",
  "OneArm",
  "OnewayDescriptor",
  "Promise",
  "SubscribeOptions",
  "TypeDefinitions",
  "Subscription",
  "Uint8Array",
  "UnaryDescriptor",
  "UnionValue",
];

/** The names of a type's declarations. */
export interface TypeNames {
  /** Of the decoded form. */
  readonly value: string;
  /** Of the form that is accepted; the same where the two do not differ. */
  readonly input: string;
  /** For a union: of the interface that lists its arms. */
  readonly arms: string;
  readonly armsInput: string;
}

/** The names that a module declares. They depend on the module alone, so that others can import them. */
export class Declarations {
  /** The class of the module's service, and the function that makes one. */
  readonly service: string;
  readonly serviceFunction: string;
  /** All names of the file, for those that it imports as well. */
  readonly table: NameTable;
  readonly #messages = new Map<string, string>();
  readonly #types = new Map<string, TypeNames>();

  constructor(module: Module, homes: TypeHomes) {
    const names = new NameTable(reserved);
    for (const { name } of module.messages) {
      this.#messages.set(name, names.claim(pascalCase(name)));
    }
    const own = [...module.types.values()].filter((t) => homes.homeOf(t, module) === module);
    const values = own.map((type) => names.claim(pascalCase(type.name)));
    own.forEach((type, i) => this.#types.set(type.name, typeNames(type, values[i] ?? "", names)));
    this.service = names.claim(`${pascalCase(module.name)}Service`);
    this.serviceFunction = names.claim(`${identifier(camelCase(module.name))}Service`);
    this.table = names;
  }

  message(name: string): string {
    return this.#messages.get(name) ?? pascalCase(name);
  }

  /** Undefined where the module does not declare the type. */
  type(name: string): TypeNames | undefined {
    return this.#types.get(name);
  }
}

function typeNames(type: NamedType, value: string, names: NameTable): TypeNames {
  const differs = differsAsInput(type);
  const input = differs ? names.claim(`${value}Input`) : value;
  if (type.kind !== "union") return { value, input, arms: "", armsInput: "" };
  const arms = names.claim(`${value}Arms`);
  const armsDiffer = type.arms.some((arm) => differsAsInput(arm.type));
  return { value, input, arms, armsInput: armsDiffer ? names.claim(`${value}ArmsInput`) : arms };
}

/** The names of the whole schema. */
export class Names {
  readonly homes: TypeHomes;
  readonly #declarations = new Map<Module, Declarations>();

  constructor(homes: TypeHomes) {
    this.homes = homes;
  }

  of(module: Module): Declarations {
    let declarations = this.#declarations.get(module);
    if (declarations === undefined) {
      declarations = new Declarations(module, this.homes);
      this.#declarations.set(module, declarations);
    }
    return declarations;
  }
}

/** The names that a module's file uses; collects what it has to import. */
export class FileScope {
  readonly module: Module;
  readonly own: Declarations;
  readonly #names: Names;
  /** Module name → the names that are imported from it → what they are called here. */
  readonly imports = new Map<string, Map<string, string>>();
  /** Names imported from the run-time part. */
  readonly runtime = new Set<string>();
  readonly runtimeTypes = new Set<string>();

  constructor(module: Module, names: Names) {
    this.module = module;
    this.#names = names;
    this.own = names.of(module);
  }

  message(message: Message | string): string {
    return this.own.message(typeof message === "string" ? message : message.name);
  }

  /** The name of one of a type's declarations, imported where it is another module's. */
  type(type: NamedType, which: keyof TypeNames): string {
    const home = this.#names.homes.homeOf(type, this.module);
    const names = this.#names.of(home).type(type.name);
    const name = names?.[which] ?? pascalCase(type.name);
    if (home === this.module) return name;
    return this.#import(home, name);
  }

  #import(home: Module, name: string): string {
    let imported = this.imports.get(home.name);
    if (imported === undefined) this.imports.set(home.name, imported = new Map());
    let here = imported.get(name);
    if (here === undefined) imported.set(name, here = this.own.table.claim(name));
    return here;
  }

  /** Notes the use of a value of the run-time part. */
  use(name: string): string {
    this.runtime.add(name);
    return name;
  }

  /** Notes the use of a type of the run-time part. */
  useType(name: string): string {
    this.runtimeTypes.add(name);
    return name;
  }
}
