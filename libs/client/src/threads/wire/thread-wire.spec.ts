import { describe, expect, it } from '@jest/globals';
import {
  newId,
  parseId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { ClientRequest } from '../../transport/http-transport.js';
import {
  askForHeads,
  askForPage,
  fetchBlob,
  sendEntries,
  sendOpening,
  stageBlob,
  type Asking,
} from './thread-wire.js';

const threadId = parseId<ThreadId>(newId(systemClock, systemRandom));
const hash = toBase64Url(new Uint8Array(32).fill(7));
const malformed = expect.objectContaining({ code: 'client.answer-malformed' });

/** A server that answers one thing, and what it was asked. */
function answering(answer: JsonValue | Uint8Array) {
  const asked: ClientRequest[] = [];
  const session: Asking = {
    request: async (request) => {
      asked.push(request);
      return answer instanceof Uint8Array ? null : answer;
    },
    requestOctets: async (request) => {
      asked.push(request);
      return answer instanceof Uint8Array ? answer : new Uint8Array();
    },
  };
  return { asked, session };
}

const head = { seq: 3, epoch: 1, incarnation: 0 };
const entry = (seq: number) => ({ seq, acceptedAt: '2027-01-04T12:00:00.000Z', entry: 'AAAA' });
const beacon = toBase64Url(new Uint8Array(160));
const page = (change: JsonObject = {}): JsonObject => ({
  entries: [entry(2), entry(3)],
  before: hash,
  head: { ...head, chain: hash },
  beacons: [beacon],
  ...change,
});

describe('a page of a log', () => {
  const ask = async (answer: JsonValue) =>
    askForPage(answering(answer).session, threadId, { after: 1 });

  it('is read as it was told, from the place on that was asked for', async () => {
    const { asked, session } = answering(page());
    const told = await askForPage(session, threadId, { after: 1 });
    expect(told.entries.map((item) => [item.seq, item.entry])).toEqual([
      [2, new Uint8Array(3)],
      [3, new Uint8Array(3)],
    ]);
    expect(asked).toMatchObject([
      {
        method: 'GET',
        path: `/threads/${threadId}/entries`,
        query: { after: '1', through: `${Number.MAX_SAFE_INTEGER}` },
      },
    ]);
    expect(told).toMatchObject({ beacons: [new Uint8Array(160)], pageToken: null });
  });

  const erased = {
    header: toBase64Url(new Uint8Array(192)),
    commitment: hash,
    bodyHash: hash,
    signature: toBase64Url(new Uint8Array(64)),
    by: 2,
  };
  const left = (change: JsonObject) => {
    const { entry: _, ...place } = entry(2);
    return page({ entries: [{ ...place, erased: { ...erased, ...change } }] });
  };

  it('has what is left of an entry whose body was erased', async () => {
    for (const by of [2, 'retention']) {
      const { entries } = await ask(left({ by }));
      expect(entries).toMatchObject([{ seq: 2, entry: { by, headerBytes: new Uint8Array(192) } }]);
    }
    for (const wrong of [
      { by: 'nobody' },
      { header: hash },
      { signature: hash },
      { bodyHash: 1 },
    ]) {
      await expect(ask(left(wrong))).rejects.toThrow(malformed);
    }
  });

  it.each<[string, JsonValue]>([
    ['no object', []],
    ['entries that are no list', page({ entries: {} })],
    ['entries before the place', page({ entries: [entry(1)] })],
    ['a gap', page({ entries: [entry(2), entry(4)] })],
    ['another order', page({ entries: [entry(3), entry(2)] })],
    ['an entry twice', page({ entries: [entry(2), entry(2)] })],
    ['a fraction of a place', page({ entries: [{ ...entry(2), seq: 2.5 }] })],
    ['a moment of another form', page({ entries: [{ ...entry(2), acceptedAt: '2027-01-04' }] })],
    ['bytes in another spelling', page({ entries: [{ ...entry(2), entry: 'AA=' }] })],
    ['an entry of any length', page({ entries: [{ ...entry(2), entry: 'A'.repeat(70_000) }] })],
    ['more than a page', page({ entries: Array.from({ length: 201 }, (_, at) => entry(2 + at)) })],
    ['no chain', page({ before: null })],
    ['a beacon of another length', page({ beacons: [hash] })],
    ['no beacons', page({ beacons: null })],
    ['a ticket that is none', page({ pageToken: 7 })],
    ['a chain of another length', page({ before: 'AAAA' })],
    ['a head without an epoch', page({ head: { seq: 1, incarnation: 0, chain: hash } })],
  ])('is refused: %s', async (_, answer) => {
    await expect(ask(answer)).rejects.toThrow(malformed);
  });
});

describe('the heads of the own threads', () => {
  it('are read, and refused in any other form', async () => {
    const one = { ...head, threadId, chain: hash };
    expect(await askForHeads(answering({ heads: [one] }).session)).toEqual([one]);
    for (const wrong of [{ threadId: 'x' }, { chain: 'AA' }, { seq: -1 }, { epoch: '1' }]) {
      const told = answering({ heads: [{ ...one, ...wrong }] }).session;
      await expect(askForHeads(told)).rejects.toThrow(malformed);
    }
  });
});

describe('an append', () => {
  const bytes = utf8('an entry');

  it('hands in entries in their order, a genesis with its package', async () => {
    const { asked, session } = answering({ receipts: ['AAAA', 'BBBB'], head });
    const told = await sendEntries(session, threadId, {
      entries: [bytes, utf8('another')],
      files: ['a file'],
    });
    expect(told.receipts).toHaveLength(2);
    const opening = answering({ receipts: ['AAAA'], head });
    await sendOpening(opening.session, { entry: bytes, package: bytes });
    expect([...asked, ...opening.asked].map(({ body }) => body)).toEqual([
      {
        items: [
          { entry: toBase64Url(bytes), attachments: ['a file'] },
          { entry: toBase64Url(utf8('another')) },
        ],
      },
      { entry: toBase64Url(bytes), package: toBase64Url(bytes) },
    ]);
  });

  it.each([
    ['fewer receipts than entries', { receipts: [], head }],
    ['more of them', { receipts: ['AAAA', 'AAAA'], head }],
    ['no head', { receipts: ['AAAA'] }],
    ['a receipt that is no text', { receipts: [1], head }],
  ])('is not taken for accepted with %s', async (_, answer) => {
    const sent = sendEntries(answering(answer).session, threadId, {
      entries: [bytes],
      files: [],
    });
    await expect(sent).rejects.toThrow(malformed);
  });
});

describe('a blob', () => {
  it('goes under its hash, and is taken only under it', async () => {
    const blob = utf8('a package');
    const path = `/threads/${threadId}/blobs/${toBase64Url(sha256(blob))}`;
    const staged = answering(null);
    await stageBlob(staged.session, threadId, blob);
    expect(staged.asked).toMatchObject([{ method: 'PUT', path, octets: blob }]);
    const { asked, session } = answering(blob);
    expect(await fetchBlob(session, threadId, sha256(blob))).toEqual(blob);
    expect(asked).toMatchObject([{ method: 'GET', path }]);
    const other = fetchBlob(answering(utf8('another')).session, threadId, sha256(blob));
    await expect(other).rejects.toThrow(malformed);
  });
});
