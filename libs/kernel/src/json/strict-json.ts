import type { JsonValue } from './canonical-json.js';
import { MalformedInput } from '../malformed-input.js';

/** Member names that reach a prototype when an object is copied carelessly; no contract of ours has them. */
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Levels of arrays and objects that a JSON text may nest, everywhere on the wire. */
export const JSON_DEPTH_LIMIT = 12;

/**
 * The one parser of JSON that comes from outside, on the server and on clients alike. Refuses what `JSON.parse` lets
 * pass silently: duplicate members, `__proto__` and its like, numbers that are no integers below 2^53, lone
 * surrogates, strings not in NFC, more than `depthLimit` levels. Throws `body.malformed`; runs in linear time without
 * recursion on the text.
 */
export function parseStrictJson(text: string, depthLimit = JSON_DEPTH_LIMIT): JsonValue {
  scanNesting(text, depthLimit);
  let value: JsonValue;
  try {
    value = JSON.parse(text, refuseUnsafeValue);
  } catch (cause) {
    if (cause instanceof MalformedInput) throw cause;
    throw new MalformedInput('not valid JSON');
  }
  return value;
}

function refuseUnsafeValue(_name: string, value: JsonValue): JsonValue {
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    throw new MalformedInput('a number is not an integer below 2^53');
  }
  if (typeof value === 'string') assertSafeString(value);
  return value;
}

function assertSafeString(text: string): void {
  if (!text.isWellFormed()) throw new MalformedInput('a string has a lone surrogate');
  if (text.normalize('NFC') !== text) throw new MalformedInput('a string is not in NFC');
}

// Attacker-controlled: runs before JSON.parse on text of any shape, and only counts. It is exact for valid JSON;
// invalid JSON that slips through here is refused by JSON.parse.
function scanNesting(text: string, depthLimit: number): void {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (open.length === depthLimit) {
        throw new MalformedInput('JSON is nested too deeply', { facts: { depthLimit } });
      }
      open.push(character === '{' ? new Set() : null);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const members = open.at(-1);
      if (members && isMemberName(text, end)) addMember(members, text.slice(at, end + 1));
      at = end;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  if (at >= text.length) throw new MalformedInput('not valid JSON');
  return at;
}

function isMemberName(text: string, endOfName: number): boolean {
  let at = endOfName + 1;
  while (' \t\n\r'.includes(text[at] ?? 'x')) at += 1;
  return text[at] === ':';
}

function addMember(members: Set<string>, token: string): void {
  const name = decodeName(token);
  assertSafeString(name);
  if (FORBIDDEN_MEMBERS.has(name)) throw new MalformedInput('a member name is not allowed');
  if (members.has(name)) throw new MalformedInput('a member stands twice in one object');
  members.add(name);
}

function decodeName(token: string): string {
  try {
    const name: unknown = JSON.parse(token);
    if (typeof name === 'string') return name;
  } catch {
    // falls through: the token is no JSON string
  }
  throw new MalformedInput('not valid JSON');
}
