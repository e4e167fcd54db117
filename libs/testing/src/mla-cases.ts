import { readFileSync } from 'node:fs';

import { parseDay, parsePacks, type PackSet, type Severity } from '@enlace/mla';

/** JSON that a test edits; what it means is the model's business. */
type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** Edits by JSON pointer; null deletes. */
export type Edits = Readonly<Record<string, Json>>;

/** One way to make a rule speak, starting from the good request and the fixture packs. */
export interface RuleCase {
  readonly set: Edits;
  readonly packs?: Edits;
  readonly severity: Severity;
  readonly subject?: string;
  /** Edits under which the rule is silent, where the good request itself makes it speak. */
  readonly silent?: Edits;
}

/** The day of the frozen cases. */
export const MLA_TODAY = parseDay('2026-11-23');

/** A request in which every element is present, and a set of invented packs. Each call gives a copy of its own. */
export function goodRequest(): Json {
  return read('request-good.json');
}

export function fixturePacks(edits: Edits = {}): PackSet {
  return parsePacks([JSON.stringify(edited(read('packs-fixture.json'), edits))]);
}

/** For each rule of the catalogue the smallest edit that makes it speak. */
export function ruleCases(): Record<string, RuleCase> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a frozen file of the repository, in this form
  return read('rule-cases.json') as unknown as Record<string, RuleCase>;
}

/** A frozen file of the library, as data. */
export function mlaVector(name: string): Json {
  return read(name);
}

/** A copy of a document with edits made; parents that are absent are created. */
export function edited(document: Json, edits: Edits): Json {
  const copy = structuredClone(document);
  for (const [pointer, value] of Object.entries(edits)) edit(copy, pointer.slice(1), value);
  return copy;
}

function edit(parent: Json, pointer: string, value: Json): void {
  if (typeof parent !== 'object' || parent === null) throw new Error(`no parent at ${pointer}`);
  const [name = '', ...rest] = pointer.split('/');
  const members: { [member: string]: Json } = Array.isArray(parent)
    ? listAsMembers(parent)
    : parent;
  if (rest.length > 0) {
    members[name] ??= {};
    edit(members[name], rest.join('/'), value);
  } else if (value !== null) members[name] = value;
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete members[name];
}

function listAsMembers(list: Json[]): { [member: string]: Json } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an array is indexed by the last part of a pointer
  return list as unknown as { [member: string]: Json };
}

function read(name: string): Json {
  const url = new URL(`../../mla/vectors/${name}`, import.meta.url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
  return JSON.parse(readFileSync(url, 'utf8')) as Json;
}
