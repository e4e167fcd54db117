import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson, parseUtf8, utf8, type JsonObject } from '@enlace/kernel';

import { CONTENT_LIMITS } from './content-fields.js';
import { encodeContent, readContent, type Content, type ContentKind } from './content.js';

const vectors: {
  readonly accepted: readonly { readonly kind: ContentKind; readonly text: string }[];
  readonly refused: readonly {
    readonly why: string;
    readonly kind: ContentKind;
    readonly text: string;
    readonly code: string;
  }[];
} = JSON.parse(readFileSync(new URL('../../vectors/content.json', import.meta.url), 'utf8'));

const OPTIONAL: ReadonlySet<string> = new Set([
  'attachments',
  'caseRef',
  'caseTitle',
  'conditions',
  'declined',
  'derivedFrom',
  'description',
  'expiresOn',
  'extent',
  'mentions',
  'on',
  'reason',
  'receipt',
  'replyTo',
  'restrictions',
  'route',
  'subjects',
  'why',
]);

/** One of each type. */
const EXAMPLES = vectors.accepted.map(
  ({ kind, text }): { kind: ContentKind; content: Content } => ({
    kind,
    content: JSON.parse(text),
  }),
);

function example<Type extends Content['type']>(type: Type): Extract<Content, { type: Type }> {
  const found = EXAMPLES.find(({ content }) => content.type === type)?.content;
  return found as Extract<Content, { type: Type }>;
}

const place = { kind: 'message', seq: 10 } as const;
const read = (value: JsonObject, kind: ContentKind = 'message') =>
  readContent(utf8(canonicalJson(value)), { kind, seq: 10 });
const code = (name: string) => expect.objectContaining({ code: name });

describe('a content', () => {
  it.each(EXAMPLES)('of kind $kind comes back as it was: $content.type', ({ kind, content }) => {
    const bytes = encodeContent(kind, content);
    expect(parseUtf8(bytes)).toBe(canonicalJson(content));
    expect(readContent(bytes, { kind, seq: 10 })).toEqual(content);
  });

  it.each(vectors.refused)('is refused: $why', ({ kind, text, code: expected }) => {
    expect(() => readContent(utf8(text), { kind, seq: 10 })).toThrow(code(expected));
  });

  it('has an example of each type here', () => {
    const types = EXAMPLES.map(({ content }) => content.type);
    expect(types.toSorted()).toEqual([
      'ack.given',
      'ack.request',
      'custody.seal',
      'custody.transfer',
      'edit',
      'handling.ask',
      'handling.consent',
      'handling.notice',
      'handling.refusal',
      'info.answer',
      'info.request',
      'info.spontaneous',
      'mark',
      'opinion.give',
      'opinion.request',
      'read',
      'record.close',
      'record.create',
      'record.freeze',
      'record.sign',
      'record.waive',
      'request.step',
      'text',
      'thread.meta',
      'verified',
      'withdraw',
    ]);
  });

  it.each(EXAMPLES)('has nothing but its own members: $content.type', ({ kind, content }) => {
    expect(() => read({ ...content, more: 1 }, kind)).toThrow(code('content.malformed'));
    const required = Object.keys(content).filter((name) => !OPTIONAL.has(name));
    for (const name of required) {
      const without = Object.fromEntries(Object.entries(content).filter(([one]) => one !== name));
      expect(() => read(without, kind)).toThrow(code('content.malformed'));
    }
  });

  it('of another version or type was made by a later build', () => {
    const text = example('text');
    expect(() => read({ ...text, type: 'poll' })).toThrow(code('content.newer'));
    expect(() => read({ ...text, v: 2, layout: 'rich' })).toThrow(code('content.newer'));
    for (const wrong of [{ v: 1 }, { type: 'text' }, { v: '1', type: 'text' }]) {
      expect(() => read(wrong)).toThrow(code('content.malformed'));
    }
  });

  it('is in an entry of its kind', () => {
    expect(() => read(example('text'), 'receipt')).toThrow(code('content.malformed'));
    expect(() => read(example('read'))).toThrow(code('content.malformed'));
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a space more', `${canonicalJson(example('text'))} `],
    ['members in another order', '{"v":1,"type":"text"}'],
    ['a member twice', '{"type":"text","type":"text","v":1}'],
    ['a prototype', '{"__proto__":{},"type":"text","v":1}'],
    ['a fraction', '{"type":"text","v":1.5}'],
  ])('is one text: %s is none', (_, text) => {
    expect(() => readContent(utf8(text), place)).toThrow(code('content.malformed'));
  });

  it('is UTF-8', () => {
    expect(() => readContent(Uint8Array.of(0xc3), place)).toThrow(code('content.malformed'));
  });

  it('is written in NFC, however it was typed', () => {
    const decomposed = 'Reunio\u0301n';
    const bytes = encodeContent('message', { ...example('text'), text: decomposed });
    expect(readContent(bytes, place)).toMatchObject({ text: 'Reuni\u00f3n' });
    expect(() => readContent(utf8(parseUtf8(bytes).normalize('NFD')), place)).toThrow(
      code('content.malformed'),
    );
  });

  it('speaks of entries before it alone', () => {
    const later: readonly [ContentKind, Content][] = [
      ['message', { ...example('text'), replyTo: 10 }],
      ['message', { ...example('edit'), target: 10 }],
      ['message', { ...example('withdraw'), target: 11 }],
      ['message', { ...example('mark'), target: 10 }],
      ['message', { ...example('ack.request'), targets: [3, 10] }],
      ['message', { ...example('record.freeze'), coversSeq: 10 }],
      ['message', { ...example('handling.consent'), toSeq: 10 }],
      ['receipt', { ...example('read'), upToSeq: 10 }],
    ];
    for (const [kind, content] of later) {
      expect(() => read(content, kind)).toThrow(code('content.malformed'));
      expect(readContent(utf8(canonicalJson(content)), { kind, seq: 12 })).toEqual(content);
    }
  });

  it.each<[string, Content]>([
    ['named recipients of what is not for named ones', handled({ code: 'EN2', recipients: ['1'] })],
    ['no recipients of what is for named ones', handled({ code: 'EN3' })],
    ['recipients out of order', handled({ code: 'EN3', recipients: ['2', '1'] })],
    ['a version that was the first', { ...example('edit'), version: 1 }],
    ['a range that ends before it begins', { ...example('handling.consent'), fromSeq: 5 }],
    ['an answer that says nothing', { ...example('info.answer'), answers: [] }],
  ])('is refused for %s', (_, content) => {
    expect(() => encodeContent('message', content as Content<'message'>)).toThrow(
      code('content.malformed'),
    );
  });

  it.each<[keyof typeof CONTENT_LIMITS, (size: number) => Content<'message'>]>([
    ['text', (size) => ({ ...example('text'), text: 'a'.repeat(size) })],
    ['title', (size) => ({ ...example('thread.meta'), title: 'a'.repeat(size) })],
    ['description', (size) => ({ ...example('thread.meta'), description: 'a'.repeat(size) })],
    ['caseRef', (size) => ({ ...example('thread.meta'), caseRef: 'a'.repeat(size) })],
    ['note', (size) => ({ ...example('mark'), note: 'a'.repeat(size) })],
    ['waiver', (size) => ({ ...example('record.waive'), reason: 'a'.repeat(size) })],
    ['targets', (size) => ({ ...example('ack.request'), targets: upTo(size) })],
    [
      'questions',
      (size) => ({
        ...example('info.request'),
        questions: upTo(size).map((at) => ({ id: `q${at}`, text: '?' })),
      }),
    ],
    [
      'question',
      (size) => ({
        ...example('info.request'),
        questions: [{ id: 'q1', text: 'a'.repeat(size) }],
      }),
    ],
    [
      'answer',
      (size) => ({
        ...example('info.answer'),
        answers: [{ questionId: 'q1', text: 'a'.repeat(size), certainty: 'likely' }],
      }),
    ],
    ['answer', (size) => ({ ...example('info.spontaneous'), summary: 'a'.repeat(size) })],
    ['opinion', (size) => ({ ...example('opinion.give'), body: `"${'a'.repeat(size - 2)}"` })],
  ])('has room for so much and no more: %s', (name, made) => {
    const limit = CONTENT_LIMITS[name];
    expect(encodeContent('message', made(limit)).length).toBeGreaterThan(0);
    expect(() => encodeContent('message', made(limit + 1))).toThrow(code('content.malformed'));
  });

  it('is at most what one entry holds', () => {
    const content: Content<'message'> = { ...example('text'), text: '\u6c49'.repeat(16_000) };
    expect(() => encodeContent('message', content)).toThrow(code('entry.too-large'));
  });
});

function upTo(size: number): number[] {
  return Array.from({ length: size }, (_, at) => at + 1);
}

function handled({ code: name, recipients }: { code: string; recipients?: string[] }): Content {
  const ids = recipients?.map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const handling = { code: name, ...(ids === undefined ? {} : { recipients: ids }) };
  return Object.assign({ ...example('text') }, { handling });
}
