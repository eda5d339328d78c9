/**
 * The requests and events of a module as methods.
 *
 * @module
 */
import { bodyFields, camelCase } from "../codec/names.ts";
import { valueFields } from "../codec/zero_value.ts";
import type { Message, Module } from "../schema/model.ts";
import { docComment } from "./docs.ts";
import { WIDTH } from "./literal.ts";
import { messageDocs } from "./messages.ts";
import { propertyKey } from "./names.ts";
import { isOptionalInRequest } from "./optional.ts";
import type { FileScope } from "./scope.ts";

/** The service of a module, as lines; none where the module has no request. */
export function serviceDeclaration(module: Module, scope: FileScope): string[] {
  const requests = module.messages.filter((m) => m.kind === "request");
  const events = module.messages.filter((m) => m.kind === "event");
  if (requests.length + events.length === 0) return [];
  const name = scope.own.service;
  const caller = scope.useType("Caller");
  return [
    ...docComment([`The requests and events of module \`${module.name}\` as methods.`], ""),
    `export class ${name} {`,
    `  readonly #caller: ${caller};`,
    "",
    `  constructor(caller: ${caller}) {`,
    "    this.#caller = caller;",
    "  }",
    ...requests.flatMap((request) => ["", ...method(request, scope)]),
    ...events.flatMap((event) => ["", ...eventMethod(event, scope)]),
    "}",
    "",
    ...docComment([`Module \`${module.name}\` on a connection or a channel.`], ""),
    `export function ${scope.own.serviceFunction}(caller: ${caller}): ${name} {`,
    `  return new ${name}(caller);`,
    "}",
  ];
}

function method(request: Message, scope: FileScope): string[] {
  const name = scope.message(request);
  const { call, result } = answerOf(request, scope);
  const fields = valueFields(bodyFields(request.fields));
  const none = fields.every((field) => isOptionalInRequest(request, field)) ? " = {}" : "";
  const parameters = [`fields: ${name}${none}`, `options?: ${scope.useType("CallOptions")}`];
  return [
    ...docComment(messageDocs(request, scope), "  "),
    ...signature(propertyKey(camelCase(request.name)), parameters, result),
    `    return ${call};`,
    "  }",
  ];
}

/** How a request is sent, and what the method returns. */
function answerOf(request: Message, scope: FileScope): { call: string; result: string } {
  const call = (verb: string) => `this.#caller.${verb}(${scope.message(request)}, fields, options)`;
  const reply = request.service?.reply && scope.message(request.service.reply);
  const details = request.service?.details && scope.message(request.service.details);
  if (details !== undefined && reply !== undefined) {
    return {
      call: `${scope.use("cursorAnswers")}(${call("sendMultiRequest")})`,
      result: `${scope.useType("CursorAnswers")}<${details}, ${reply}>`,
    };
  }
  if (details !== undefined) {
    return {
      call: call("sendMultiRequest"),
      result: `${scope.useType("MultiAnswers")}<${details}, undefined>`,
    };
  }
  if (reply !== undefined) return { call: call("request"), result: `Promise<${reply}>` };
  return { call: call("send"), result: "Promise<void>" };
}

function eventMethod(event: Message, scope: FileScope): string[] {
  const name = scope.message(event);
  const result = `${scope.useType("Subscription")}<${name}>`;
  return [
    ...docComment(messageDocs(event, scope), "  "),
    ...signature(
      propertyKey(camelCase(event.name)),
      [`options?: ${scope.useType("SubscribeOptions")}`],
      result,
    ),
    `    return this.#caller.subscribeNotification(${name}, options);`,
    "  }",
  ];
}

function signature(name: string, parameters: readonly string[], result: string): string[] {
  const short = `  ${name}(${parameters.join(", ")}): ${result} {`;
  if (short.length <= WIDTH) return [short];
  return [`  ${name}(`, ...parameters.map((p) => `    ${p},`), `  ): ${result} {`];
}
