import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { ConfigError, type ConfigPlace } from "./config_error.ts";
import { configFields, configKeys, fieldsByKey } from "./keys.ts";
import { type ConfigLayer, LayerDraft } from "./layer.ts";
import { nearMiss } from "./near_miss.ts";

/**
 * Reads the text of a `govpp.conf`: a YAML mapping of keys to single values.
 *
 * @param where `file` is the name that errors and places give
 * @throws {ConfigError} naming everything that is wrong: not YAML, an unknown key, a bad value, a
 * key given twice
 */
export function parseConfig(text: string, where: { readonly file: string }): ConfigLayer {
  const lines = new LineCounter();
  // Keys given twice are found by the draft, which knows the old names as well.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const placeAt = (offset: number): ConfigPlace => ({
    source: where.file,
    line: lines.linePos(offset).line,
  });
  refuseBadYaml(document, placeAt);
  const draft = new LayerDraft();
  for (const pair of topLevelPairs(document, placeAt)) readPair(pair, draft, placeAt);
  return draft.finish();
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;
type PlaceAt = (offset: number) => ConfigPlace;

function refuseBadYaml(document: Document.Parsed, placeAt: PlaceAt): void {
  const faults = [...document.errors, ...document.warnings];
  if (faults.length === 0) return;
  throw new ConfigError(faults.map((fault) => ({
    ...placeAt(fault.pos[0]),
    message: `not valid YAML: ${fault.message}`,
  })));
}

function topLevelPairs(document: Document.Parsed, placeAt: PlaceAt): readonly ParsedPair[] {
  const { contents } = document;
  if (isMap(contents)) return contents.items;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  throw new ConfigError([{
    ...placeAt(contents.range[0]),
    message: "expected lines of the form key: value, such as reply-timeout: 1s",
  }]);
}

function readPair({ key, value }: ParsedPair, draft: LayerDraft, placeAt: PlaceAt): void {
  const name = isScalar(key) ? key.source : String(key);
  const place = { ...placeAt(key.range[0]), key: name };
  const field = fieldsByKey.get(name);
  if (field === undefined) return draft.problem(place, unknownKey(name));
  const { key: current, kind } = configKeys[field];
  if (name !== current) draft.warn(place, `old name; write ${current} instead`);
  if (isScalar(value) && value.value !== null) return draft.set(field, value.source, place);
  draft.problem(place, `${describe(value)}; expected ${kind.expected}`);
}

function unknownKey(name: string): string {
  const meant = nearMiss(name, configFields.map((field) => configKeys[field].key));
  if (meant !== undefined) return `unknown key; did you mean ${meant}?`;
  return "unknown key; expected one of those that `govppmux config example` prints";
}

function describe(value: ParsedNode | null): string {
  if (isMap(value)) return "a mapping is no value";
  if (isSeq(value)) return "a list is no value";
  if (isAlias(value)) return "a YAML alias is no value";
  return "there is no value (leave the line out to have the default)";
}
