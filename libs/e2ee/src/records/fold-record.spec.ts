import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalJson,
  parseHex,
  sha256,
  systemRandom,
  toHex,
  utf8,
  type JsonObject,
} from '@enlace/kernel';

import {
  encodeRecordSnapshot,
  encodeRecordUpdate,
  readRecordSnapshot,
  readRecordUpdate,
  type RecordId,
} from '../content/record-body.js';
import { foldRecord, type RecordEntry } from './fold-record.js';
import { RecordDocument } from './record-document.js';
import type { RecordSchema } from './record-schema.js';

const recordId = '0190a6e4-7c1f-7abc-8def-0123456789ab' as RecordId;
const SCHEMA: RecordSchema = {
  version: 1,
  texts: new Set(['/summary']),
  accepts: (value) => value['barred'] === undefined,
  hash: (value) => sha256(utf8(canonicalJson(value))),
};
const place = { form: 'inline', recordId, schemaVersion: 1 } as const;

type UpdateEntry = Extract<RecordEntry, { readonly kind: 'record-update' }>;
type SnapshotEntry = Extract<RecordEntry, { readonly kind: 'record-snapshot' }>;
const updateAt = (seq: number, update: Uint8Array, more: Partial<UpdateEntry['record']> = {}) =>
  ({ kind: 'record-update', seq, record: { ...place, baseSeq: 0, update, ...more } }) as const;
const snapshotAt = (
  seq: number,
  of: RecordDocument,
  more: Partial<SnapshotEntry['record']> = {},
): SnapshotEntry => ({
  kind: 'record-snapshot',
  seq,
  record: { ...place, coversSeq: seq - 1, projectionHash: of.hash, state: of.state(), ...more },
});
const hole = (seq: number): RecordEntry => ({ kind: 'unreadable', seq });
const fold = (entries: readonly RecordEntry[], at: readonly number[] = []) =>
  foldRecord(entries, { schema: SCHEMA, at });

describe('a record in the log', () => {
  let updates: readonly Uint8Array[] = [];
  let documents: readonly RecordDocument[] = [];
  const updateNo = (at: number): Uint8Array => updates[at] ?? new Uint8Array();
  const after = (at: number): RecordDocument => documents[at] ?? RecordDocument.empty(SCHEMA);
  const say = (at: number) => ({ v: '1.0', n: at, summary: 'Una red. '.repeat(at + 1) });

  beforeAll(() => {
    const record = RecordDocument.empty(SCHEMA);
    const made = [0, 1, 2, 3].map((at) => {
      const [update = new Uint8Array()] = record.change(say(at), systemRandom);
      return { update, document: RecordDocument.open(SCHEMA, record.state()) };
    });
    updates = made.map(({ update }) => update);
    documents = made.map(({ document }) => document);
  });
  const all = () => updates.map((update, at) => updateAt(at + 1, update));

  it('is what its updates say, and what it said at a place', () => {
    const folded = fold(all(), [2, 9]);
    expect(folded).toMatchObject({
      isWhole: true,
      marks: [],
      snapshotSeq: 0,
      updatesSince: 4,
      seq: 4,
    });
    expect(folded.document.value).toEqual(say(3));
    expect([...folded.values]).toEqual([
      [2, say(1)],
      [9, say(3)],
    ]);
  });

  it('passes over what is refused, marks it, and takes in what comes after', () => {
    const [one, two, ...rest] = all();
    const bad = updateAt(2, Uint8Array.of(7));
    const entries = [
      one,
      bad,
      { ...two, seq: 3 },
      ...rest.map((each) => ({ ...each, seq: each.seq + 1 })),
    ];
    const folded = fold(entries as RecordEntry[]);
    expect(folded.marks).toEqual([{ seq: 2, rule: 'form' }]);
    expect(folded.isWhole).toBe(true);
    expect(folded.document.value).toEqual(say(3));
  });

  it('compares a snapshot with itself, and wins over one that says something else', () => {
    const honest = [...all(), snapshotAt(5, after(3))];
    expect(fold(honest)).toMatchObject({ marks: [], snapshotSeq: 5, updatesSince: 0 });
    const lying = RecordDocument.empty(SCHEMA);
    lying.change({ v: '1.0', summary: 'Nada.' }, systemRandom);
    const folded = fold([...all(), snapshotAt(5, lying)]);
    expect(folded.marks).toEqual([{ seq: 5, rule: 'projection' }]);
    expect(folded.document.value).toEqual(say(3));
    expect(folded.snapshotSeq).toBe(0);
  });

  it('starts at a snapshot where what was before cannot be read, and takes in what the snapshot has not', () => {
    const [, , , last] = all();
    const entries = [
      hole(1),
      hole(2),
      updateAt(3, updateNo(2)),
      last,
      snapshotAt(5, after(2), { coversSeq: 3 }),
    ];
    const before = fold(entries.slice(0, 4) as RecordEntry[]);
    expect(before.isWhole).toBe(false);
    const folded = fold(entries as RecordEntry[]);
    expect(folded).toMatchObject({
      isWhole: true,
      marks: [],
      snapshotSeq: 5,
      updatesSince: 1,
      seq: 4,
    });
    expect(folded.document.value).toEqual(say(3));
  });

  it.each<[string, string, (of: RecordDocument) => Partial<SnapshotEntry['record']>]>([
    ['is none', 'form', () => ({ state: Uint8Array.of(1) })],
    ['does not say what it states', 'projection', () => ({ projectionHash: new Uint8Array(32) })],
    ['covers what comes later', 'form', () => ({ coversSeq: 7 })],
  ])('starts at no snapshot that %s', (_, rule, change) => {
    const folded = fold([hole(1), snapshotAt(2, after(0), change(after(0)))]);
    expect(folded.isWhole).toBe(false);
    expect(folded.marks).toEqual([{ seq: 2, rule }]);
  });

  it('is not whole with what a later build wrote, or what is in a file', () => {
    const later = updateAt(5, updateNo(0), { schemaVersion: 2 });
    const file = updateAt(6, updateNo(0), { form: 'attachment' });
    expect(fold([...all(), later, file])).toMatchObject({
      isWhole: false,
      marks: [
        { seq: 5, rule: 'newer-format' },
        { seq: 6, rule: 'attachment' },
      ],
    });
  });
});

interface Vectors {
  readonly updates: readonly {
    readonly body: string;
    readonly value: JsonObject;
    readonly hash: string;
  }[];
  readonly snapshot: { readonly body: string; readonly value: JsonObject };
  readonly refused: readonly {
    readonly why: string;
    readonly body: string;
    readonly rule: string;
  }[];
}

describe('the frozen records', () => {
  const path = new URL('../../vectors/record.json', import.meta.url);
  const { updates, snapshot, refused }: Vectors = JSON.parse(readFileSync(path, 'utf8'));

  it('are read as they were', () => {
    const record = RecordDocument.empty(SCHEMA);
    for (const { body, value, hash } of updates) {
      const read = readRecordUpdate(parseHex(body));
      expect(toHex(encodeRecordUpdate(read))).toBe(body);
      record.apply(read.update);
      expect(record.value).toEqual(value);
      expect(toHex(record.hash)).toBe(hash);
    }
  });

  it('are the bytes that are written again from the same chance', () => {
    const random = countingRandom();
    const record = RecordDocument.empty(SCHEMA);
    const made = updates.flatMap(({ value }) => record.change(value, random));
    const bodies = made.map((update) =>
      toHex(encodeRecordUpdate({ ...place, baseSeq: 0, update })),
    );
    expect(bodies).toEqual(updates.map(({ body }) => body));
    const { projectionHash, state } = readRecordSnapshot(parseHex(snapshot.body));
    expect(toHex(encodeRecordSnapshot({ ...place, coversSeq: 3, projectionHash, state }))).toBe(
      snapshot.body,
    );
    expect(toHex(state)).toBe(toHex(record.state()));
    expect(RecordDocument.open(SCHEMA, state).value).toEqual(snapshot.value);
  });

  it.each(refused)('are refused: $why', ({ body, rule }) => {
    const record = RecordDocument.open(SCHEMA, readRecordSnapshot(parseHex(snapshot.body)).state);
    const { update } = readRecordUpdate(parseHex(body));
    expect(() => record.apply(update)).toThrow(expect.objectContaining({ rule }));
    expect(record.value).toEqual(snapshot.value);
  });
});

/** Bytes 1, 2, 3 and so on: what the vectors were made with. */
function countingRandom() {
  let next = 0;
  return {
    bytes: (length: number) => Uint8Array.from({ length }, () => (next += 1) % 256),
  };
}
