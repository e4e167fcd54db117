import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import type * as Y from 'yjs';

import { FIELDS, keyOf, LIST, markOf, namesOf, TEXT } from './record-names.js';
import { RecordRefused } from './record-error.js';
import { RECORD_LIMITS } from './record-schema.js';

/** Names that would reach what is not a member of the value. */
const NAMES_BARRED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '']);

type Scalar = string | number | boolean | null;

interface Node {
  readonly below: Map<string, Node>;
  value: Scalar | undefined;
  mark: 'object' | 'list' | 'text' | null;
}

/**
 * What a record says, as plain JSON. A field whose section was taken away at the same time brings the section back; one
 * whose item was taken away goes with it. Throws `record.refused` for what no record holds.
 */
// Attacker-controlled: by a member, who can write any field.
export function readTree(doc: Y.Doc): JsonObject {
  const root = treeOf(doc);
  const value = read(doc, root, '');
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw new RecordRefused('schema');
  return value;
}

function treeOf(doc: Y.Doc): Node {
  const root = emptyNode();
  const fields = doc.getMap(FIELDS);
  if (fields.size > RECORD_LIMITS.fields) throw new RecordRefused('size');
  for (const [place, value] of fields.entries()) {
    const node = nodeAt(root, place);
    const mark = markOf(value);
    if (mark !== null) node.mark = mark;
    else if (isScalar(value)) node.value = value;
    else throw new RecordRefused('content');
  }
  return root;
}

function emptyNode(): Node {
  return { below: new Map(), value: undefined, mark: null };
}

function nodeAt(root: Node, place: string): Node {
  const names = namesOf(place);
  if (names === null || names.length > RECORD_LIMITS.depth) throw new RecordRefused('schema');
  let node = root;
  for (const name of names) {
    if (NAMES_BARRED.has(name)) throw new RecordRefused('schema');
    const next = node.below.get(name) ?? emptyNode();
    node.below.set(name, next);
    node = next;
  }
  return node;
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function read(doc: Y.Doc, node: Node, place: string): JsonValue | undefined {
  if (node.mark === 'text') return doc.getText(`${TEXT}${place}`).toJSON();
  if (node.mark === 'list') return readList(doc, node, place);
  const isObject = node.mark === 'object' || node.below.size > 0 || place === '';
  return isObject ? readMembers(doc, node, place) : node.value;
}

function readMembers(doc: Y.Doc, node: Node, place: string): JsonObject {
  const members = [...node.below].flatMap(([name, inner]) => {
    const value = read(doc, inner, `${place}/${escaped(name)}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  // One record has one text, whoever wrote which field first.
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function readList(doc: Y.Doc, node: Node, place: string): readonly JsonValue[] {
  const seen = new Set<string>();
  return doc
    .getArray<unknown>(`${LIST}${place}`)
    .toArray()
    .flatMap((item): readonly JsonValue[] => {
      if (isScalar(item)) return [item];
      const key = keyOf(item);
      if (key === null || NAMES_BARRED.has(key)) throw new RecordRefused('content');
      // Two people added the same item at once: it is one.
      if (seen.has(key)) return [];
      seen.add(key);
      const inner = node.below.get(key) ?? emptyNode();
      return [read(doc, inner, `${place}/${escaped(key)}`) ?? {}];
    });
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
