import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  sha256,
  systemRandom,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import * as Y from 'yjs';

import { RecordDocument } from './record-document.js';
import { RECORD_LIMITS, type RecordSchema } from './record-schema.js';

/** A small request: what `libs/mla` has, in short. */
const SCHEMA: RecordSchema = {
  version: 1,
  texts: new Set(['/summary', '/facts/text', '/paragraphs/*/text']),
  accepts: (value) => value['barred'] === undefined,
  hash: (value) => sha256(utf8(canonicalJson(value))),
};

const DRAFT: JsonObject = {
  v: '1.0',
  summary: 'Una red traslada personas.',
  persons: [
    { id: 'p1', roles: ['suspect'], minor: false },
    { id: 'p2', roles: ['victim', 'witness'] },
  ],
  paragraphs: [
    { n: 1, text: 'El 3 de mayo salieron de la costa.' },
    { n: 2, text: 'El 4 llegaron al puerto.' },
  ],
  facts: {},
  annexes: [],
};

const random = systemRandom;
const write = (record: RecordDocument, next: JsonObject) => record.change(next, random);
/** Two people who have read the same, each on their own from here. */
function both(value: JsonObject = DRAFT): readonly [RecordDocument, RecordDocument] {
  const first = RecordDocument.empty(SCHEMA);
  write(first, value);
  return [RecordDocument.open(SCHEMA, first.state()), RecordDocument.open(SCHEMA, first.state())];
}

function exchange(
  [rosa, omar]: readonly [RecordDocument, RecordDocument],
  [byRosa, byOmar]: readonly [readonly Uint8Array[], readonly Uint8Array[]],
): JsonObject {
  for (const update of byOmar) rosa.apply(update);
  for (const update of byRosa) omar.apply(update);
  expect(omar.value).toEqual(rosa.value);
  expect(omar.hash).toEqual(rosa.hash);
  return rosa.value;
}

const refused = (rule: string) => expect.objectContaining({ code: 'record.refused', rule });

describe('a record', () => {
  it('says what was written, to whoever has its updates and to whoever has its state', () => {
    const record = RecordDocument.empty(SCHEMA);
    const updates = write(record, DRAFT);
    const follower = RecordDocument.empty(SCHEMA);
    for (const update of updates) follower.apply(update);
    expect(record.value).toEqual(DRAFT);
    expect(follower.value).toEqual(DRAFT);
    expect(RecordDocument.open(SCHEMA, record.state()).value).toEqual(DRAFT);
    expect(write(record, DRAFT)).toEqual([]);
  });

  it('becomes any other value, however the two are made', () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.string({ maxLength: 12 }),
      fc.constant(null),
    );
    const name = fc.constantFrom('a', 'b~/c', 'id', 'n', 'text', 'summary', 'paragraphs', 'facts');
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }).filter((items) => !items.some(Array.isArray)),
        fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const root = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });
    const schema = { ...SCHEMA, hash: () => new Uint8Array(32) };
    fc.assert(
      fc.property(fc.array(root, { minLength: 2, maxLength: 4 }), (values) => {
        const record = RecordDocument.empty(schema);
        const follower = RecordDocument.empty(schema);
        for (const next of values) {
          for (const update of record.change(next, random)) follower.apply(update);
          expect(record.value).toEqual(next);
          expect(follower.value).toEqual(next);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what two people write into one text, offline', () => {
    const [rosa, omar] = both();
    const byRosa = write(rosa, { ...DRAFT, summary: 'Una red criminal traslada personas.' });
    const byOmar = write(omar, { ...DRAFT, summary: 'Una red traslada personas por mar.' });
    const { summary } = exchange([rosa, omar], [byRosa, byOmar]);
    expect(summary).toBe('Una red criminal traslada personas por mar.');
  });

  it('keeps a section that both begin at once, and both texts in it', () => {
    const [rosa, omar] = both({ v: '1.0' });
    const byRosa = write(rosa, { v: '1.0', facts: { text: 'De Rosa.', period: 'mayo' } });
    const byOmar = write(omar, { v: '1.0', facts: { text: 'De Omar.', place: 'puerto' } });
    const { facts } = exchange([rosa, omar], [byRosa, byOmar]);
    expect(facts).toMatchObject({ period: 'mayo', place: 'puerto' });
    expect(Object(facts).text).toMatch(/De Rosa\.De Omar\.|De Omar\.De Rosa\./);
  });

  it('keeps items that both add, one where it is the same, and what is written in one that moves', () => {
    const [rosa, omar] = both();
    const [p1, p2] = DRAFT['persons'] as readonly JsonObject[];
    const [one, two] = DRAFT['paragraphs'] as readonly JsonObject[];
    const p3 = { id: 'p3', minor: true };
    const byRosa = write(rosa, {
      ...DRAFT,
      persons: [p1, p2, p3] as never,
      paragraphs: [two, one] as never,
    });
    const byOmar = write(omar, {
      ...DRAFT,
      persons: [p1, { ...p2, minor: false }, { id: 'p3', roles: ['victim'] }] as never,
      paragraphs: [one, { ...two, text: 'El 4 llegaron al puerto, de noche.' }] as never,
    });
    const merged = exchange([rosa, omar], [byRosa, byOmar]);
    expect(merged['persons']).toEqual([
      p1,
      { ...p2, minor: false },
      { id: 'p3', minor: true, roles: ['victim'] },
    ]);
    expect(merged['paragraphs']).toEqual([
      { ...two, text: 'El 4 llegaron al puerto, de noche.' },
      one,
    ]);
  });

  it('brings back a section in which somebody wrote while somebody else took it away', () => {
    const [rosa, omar] = both({ v: '1.0', facts: { text: 'Hechos.', period: 'mayo' } });
    const byRosa = write(rosa, { v: '1.0' });
    const byOmar = write(omar, { v: '1.0', facts: { text: 'Hechos.', period: 'junio' } });
    expect(exchange([rosa, omar], [byRosa, byOmar])).toEqual({
      v: '1.0',
      facts: { period: 'junio' },
    });
  });

  it('comes to the same in whatever order two people are heard', () => {
    const edit = fc.record({
      summary: fc.string({ unit: 'grapheme', maxLength: 20 }),
      persons: fc.uniqueArray(
        fc.record({ id: fc.constantFrom('p1', 'p2', 'p3'), age: fc.nat(9) }),
        {
          selector: ({ id }) => id,
        },
      ),
      facts: fc.record(
        { text: fc.string({ maxLength: 8 }), place: fc.nat(3) },
        { requiredKeys: [] },
      ),
    });
    const schema = { ...SCHEMA, hash: () => new Uint8Array(32) };
    fc.assert(
      fc.property(edit, edit, edit, (start, a, b) => {
        const first = RecordDocument.empty(schema);
        first.change(start, random);
        const [rosa, omar] = [0, 1].map(() => RecordDocument.open(schema, first.state()));
        if (rosa === undefined || omar === undefined) throw new RangeError('two');
        const [byRosa, byOmar] = [rosa.change(a, random), omar.change(b, random)];
        for (const update of byOmar) rosa.apply(update);
        for (const update of byRosa) omar.apply(update);
        expect(omar.value).toEqual(rosa.value);
        // A third edit starts from what both have.
        for (const update of rosa.change(start, random)) omar.apply(update);
        expect(omar.value).toEqual(rosa.value);
        expect(rosa.value).toEqual(start);
      }),
      { numRuns: 60 },
    );
  });

  it('writes a long text in updates that each fit into an entry, and cuts no character', () => {
    const record = RecordDocument.empty(SCHEMA);
    const summary = '😀ñ'.repeat(9_000);
    const updates = write(record, { v: '1.0', summary });
    expect(updates.length).toBeGreaterThan(2);
    for (const { length } of updates) expect(length).toBeLessThanOrEqual(RECORD_LIMITS.inlineBytes);
    const follower = RecordDocument.empty(SCHEMA);
    for (const update of updates) follower.apply(update);
    expect(follower.value['summary']).toBe(summary);
  });

  it('holds no letter that was deleted in its state', () => {
    const record = RecordDocument.empty(SCHEMA);
    write(record, { v: '1.0', summary: 'El testigo Hortensio vive aquí.' });
    write(record, { v: '1.0', summary: 'El testigo vive aquí.' });
    expect(Buffer.from(record.state()).toString('latin1')).not.toContain('Hortensio');
  });

  it('writes nothing of what its schema refuses, and goes on from where it was', () => {
    const record = RecordDocument.empty(SCHEMA);
    write(record, DRAFT);
    expect(() => write(record, { ...DRAFT, summary: 'Otra.', barred: true })).toThrow(
      refused('schema'),
    );
    expect(record.value).toEqual(DRAFT);
    expect(write(record, { ...DRAFT, summary: 'Otra.' })).toHaveLength(1);
  });
});

describe('an update of somebody hostile', () => {
  const record = RecordDocument.empty(SCHEMA);
  write(record, DRAFT);
  const state = record.state();
  /** What a modified client makes of the record: anything that Yjs can. */
  const forged = (act: (doc: Y.Doc) => void): Uint8Array => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, state);
    let made = new Uint8Array();
    doc.on('update', (update: Uint8Array) => {
      made = Uint8Array.from(update);
    });
    doc.transact(() => act(doc));
    return made;
  };
  const fields = (doc: Y.Doc) => doc.getMap('f');

  it.each<[string, string, () => Uint8Array]>([
    ['nothing', 'form', () => new Uint8Array()],
    ['noise', 'form', () => Uint8Array.of(255, 255, 255, 1, 2)],
    ['too much', 'size', () => new Uint8Array(RECORD_LIMITS.stateBytes + 1)],
    ['a type inside a type', 'content', () => forged((doc) => fields(doc).set('/a', new Y.Map()))],
    ['a document inside it', 'content', () => forged((doc) => fields(doc).set('/a', new Y.Doc()))],
    ['bytes', 'content', () => forged((doc) => fields(doc).set('/a', Uint8Array.of(1)))],
    [
      'a format',
      'content',
      () => forged((doc) => doc.getText('t/summary').format(0, 3, { b: true })),
    ],
    [
      'a picture',
      'content',
      () => forged((doc) => doc.getText('t/summary').insertEmbed(0, { src: 'x' })),
    ],
    ['another shared type', 'content', () => forged((doc) => doc.getMap('hidden').set('a', 1))],
    ['an object as a value', 'content', () => forged((doc) => fields(doc).set('/a', { b: 1 }))],
    ['no key of an item', 'content', () => forged((doc) => doc.getArray('l/persons').push([{}]))],
    ['a prototype', 'schema', () => forged((doc) => fields(doc).set('/__proto__', 1))],
    [
      'an item named as a prototype',
      'content',
      () => forged((doc) => doc.getArray('l/persons').push([['__proto__']])),
    ],
    ['no place', 'schema', () => forged((doc) => fields(doc).set('a', 1))],
    ['a deep place', 'schema', () => forged((doc) => fields(doc).set('/a'.repeat(13), 1))],
    ['what the schema refuses', 'schema', () => forged((doc) => fields(doc).set('/barred', 1))],
    [
      'more fields than any',
      'size',
      () =>
        forged((doc) => {
          for (let at = 0; at <= RECORD_LIMITS.fields; at += 1) fields(doc).set(`/${at}`, 1);
        }),
    ],
    [
      'a stack that runs out',
      'form',
      () => {
        let value: JsonValue = [];
        for (let depth = 0; depth < 60_000; depth += 1) value = [value];
        return deep(value);
      },
    ],
    [
      'the name of a writer whom all have read',
      'writer',
      () =>
        forged((doc) => {
          doc.clientID = [...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()][0] ?? 0;
          fields(doc).set('/v', '9');
        }),
    ],
    [
      'two writers',
      'writer',
      () => {
        const doc = new Y.Doc();
        fields(doc).set('/a', 1);
        doc.clientID += 1;
        fields(doc).set('/b', 1);
        return Y.encodeStateAsUpdate(doc);
      },
    ],
    [
      'its own middle',
      'writer',
      () => {
        const doc = new Y.Doc();
        fields(doc).set('/a', 1);
        const known = Y.encodeStateVector(doc);
        fields(doc).set('/b', 1);
        return Y.encodeStateAsUpdate(doc, known);
      },
    ],
    [
      'what goes on from nowhere',
      'missing',
      () => {
        const doc = new Y.Doc();
        doc.getText('t/summary').insert(0, 'a');
        let made = new Uint8Array();
        doc.clientID += 1;
        doc.on('update', (update: Uint8Array) => {
          made = Uint8Array.from(update);
        });
        doc.getText('t/summary').insert(1, 'b');
        return made;
      },
    ],
  ])('is refused and nothing is lost: %s', (_, rule, make) => {
    const target = RecordDocument.open(SCHEMA, state);
    expect(() => target.apply(make())).toThrow(refused(rule));
    expect(target.value).toEqual(DRAFT);
    // Whoever is honest goes on.
    const other = RecordDocument.open(SCHEMA, state);
    for (const update of write(other, { ...DRAFT, summary: 'Sigue.' })) target.apply(update);
    expect(target.value['summary']).toBe('Sigue.');
  });

  it('is never taken twice', () => {
    const target = RecordDocument.open(SCHEMA, state);
    const [update = new Uint8Array()] = write(RecordDocument.open(SCHEMA, state), {
      ...DRAFT,
      summary: 'Otra.',
    });
    target.apply(update);
    expect(() => target.apply(update)).toThrow(refused('writer'));
  });

  it('is refused changed in any byte, or gives a record of the schema', () => {
    const [update = new Uint8Array()] = write(RecordDocument.open(SCHEMA, state), {
      ...DRAFT,
      summary: 'Una red.',
      facts: { place: 'puerto' },
    });
    for (let at = 0; at < update.length; at += 1) {
      const target = RecordDocument.open(SCHEMA, state);
      const changed = Uint8Array.from(update);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      const told = outcomeOf(target, changed);
      const isSound = told === 'taken' ? SCHEMA.accepts(target.value) : told === 'record.refused';
      expect([at, told, isSound]).toEqual([at, told, true]);
      const isWhole = told === 'taken' || canonicalJson(target.value) === canonicalJson(DRAFT);
      expect([at, isWhole]).toEqual([at, true]);
    }
  });

  it('as the state of a snapshot is refused too', () => {
    const doc = new Y.Doc();
    fields(doc).set('/barred', 1);
    expect(() => RecordDocument.open(SCHEMA, Y.encodeStateAsUpdate(doc))).toThrow(
      refused('schema'),
    );
    expect(() => RecordDocument.open(SCHEMA, Uint8Array.of(9, 9))).toThrow(refused('form'));
  });
});

/** An update with one value that is nested without end, written by hand: the encoder itself would run out. */
function deep(value: JsonValue): Uint8Array {
  let depth = 0;
  for (let inner = value; Array.isArray(inner) && inner.length > 0; inner = inner[0]) depth += 1;
  const key = Buffer.from('/a');
  const head = [1, 1, 7, 0, 0x20 | 8, 1, 1, 0x66, key.length, ...key, 1];
  return Uint8Array.from([
    ...head,
    ...Array.from({ length: depth }, () => [117, 1]).flat(),
    117,
    0,
    0,
  ]);
}

function outcomeOf(record: RecordDocument, update: Uint8Array): string {
  try {
    record.apply(update);
    return 'taken';
  } catch (error) {
    return String(Object(error).code);
  }
}
