import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chainStart,
  encodeEntry,
  entryHash,
  RATE_LIMITS,
  receiptSignedBytes,
  THREAD_LIMITS,
  type AppendReceipt,
  type Entry,
} from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import {
  concatBytes,
  idBytes,
  newId,
  parseId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  u32be,
  u64be,
  type DeviceId,
  type ThreadId,
} from '@enlace/kernel';
import { testId } from '@enlace/testing';
import pg from 'pg';

import { sessionHash } from '../../../apps/api/src/platform/access/session-token.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { anonymousBody } from '../../support/sessions/test-device.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

let api: SessionServer;
let story: ThreadStory;
let rosa: ThreadHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
});

const count = async (): Promise<number> => {
  const sql = 'SELECT FROM app.entries WHERE thread_id = $1';
  return (await api.database.asAdmin(sql, [story.shared.threadId])).length;
};
/** The code of the refusal, and its rule where it has one; that nothing was written is asserted with it. */
async function refusalOf(answer: Promise<{ readonly body: unknown }>): Promise<string> {
  const before = await count();
  const { code, facts } = Object((await answer).body);
  expect(await count()).toBe(before);
  return facts?.rule === undefined ? String(code) : `${String(code)} ${String(facts.rule)}`;
}

describe('a stranger', () => {
  it('is answered about a thread of others as about one that never was', async () => {
    const esteban = await story.hand('cr-esteban');
    const entry = encodeEntry(esteban.sealed('hola'));
    const random = newId(systemClock, systemRandom);
    const answers = async (id: string) => {
      const own = esteban.threadId;
      Object.assign(esteban, { shared: { ...esteban.shared, threadId: id } });
      const told = [
        await esteban.page(),
        await esteban.post([entry], id),
        await esteban.stage(systemRandom.bytes(100)),
        await esteban.device.send({ path: `/threads/${id}/blobs/${'A'.repeat(43)}` }),
      ].map(anonymousBody);
      Object.assign(esteban, { shared: { ...esteban.shared, threadId: own } });
      return told;
    };
    const [real, none] = [await answers(story.shared.threadId), await answers(random)];
    expect(real).toEqual(none);
    expect(real.every((body) => body.includes('thread.not-found'))).toBe(true);
    const heads = await esteban.device.send({ path: '/threads/heads', withoutProof: true });
    expect(JSON.stringify(heads.body)).not.toContain(story.shared.threadId);
  });

  it('does not open a thread in a case of others, nor under an id that is taken', async () => {
    const esteban = await story.hand('cr-esteban');
    esteban.shared = { ...esteban.shared, threadId: newId(systemClock, systemRandom) };
    esteban.shared.state = { ...esteban.shared.state, threadId: esteban.shared.threadId };
    const before = await esteban.open(story.caseId);
    expect(before.body.code).toBe('case.not-found');
    const caseId = newId(systemClock, systemRandom);
    const body = { caseId, caseType: 'x', legalBasis: 'y' };
    await esteban.device.send({ method: 'POST', path: '/cases', body });
    esteban.shared = { ...story.shared };
    const taken = await esteban.open(caseId, { states: ['CR'] });
    expect(taken.body.code).toBe('thread.not-found');
    const wider = await esteban.open(caseId);
    expect(wider.body).toMatchObject({ code: 'access.denied', facts: { ruleId: 'B-001' } });
  });
});

describe('an entry', () => {
  it('of another device, with a broken signature, or of another thread is refused', async () => {
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    expect(await refusalOf(omar.post([encodeEntry(rosa.sealed('de Rosa'))]))).toBe(
      'device.refused',
    );
    const entry = rosa.sealed('x');
    const broken = { ...entry, signature: systemRandom.bytes(64) };
    expect(await refusalOf(rosa.post([encodeEntry(broken)]))).toBe('entry.signature');
    const body = Uint8Array.from(entry.body, (byte, at) => (at === 0 ? byte ^ 1 : byte));
    expect(await refusalOf(rosa.post([encodeEntry({ ...entry, body })]))).toBe('entry.signature');
    const elsewhere = rosa.sealed('x', { threadId: newId(systemClock, systemRandom) });
    expect(await refusalOf(rosa.post([encodeEntry(elsewhere)]))).toBe('entry.malformed');
    const foreign = omar.sealed('x', { deviceId: rosa.deviceId });
    expect(await refusalOf(rosa.post([encodeEntry(foreign)]))).toBe('entry.signature');
  });

  it('is on record as refused, also one that cannot be read', async () => {
    const refused = async () => {
      const sql = `SELECT type FROM audit.events
                    WHERE type IN ('access.denied', 'thread.commit-refused')`;
      return (await api.database.asAdmin(sql)).map(({ type }) => String(type));
    };
    const before = await refused();
    expect(await refusalOf(rosa.post([systemRandom.bytes(300)]))).toBe('entry.malformed');
    const broken = { ...rosa.sealed('x'), signature: systemRandom.bytes(64) };
    expect(await refusalOf(rosa.post([encodeEntry(broken)]))).toBe('entry.signature');
    const unbound = await rosa.commit([], { context: { stateHash: systemRandom.bytes(32) } });
    expect(await refusalOf(rosa.push(unbound))).toBe('commit.invalid state');
    const kinds = ['access.denied', 'access.denied', 'thread.commit-refused'];
    expect((await refused()).toSorted()).toEqual([...before, ...kinds].toSorted());
  });

  it('that is refused takes nothing of what the thread takes in a burst', async () => {
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    const bytes = encodeEntry(omar.sealed('hola'));
    const items = Array.from({ length: THREAD_LIMITS.entriesPerAppend }, () => bytes);
    const { burst } = RATE_LIMITS.threadEntries;
    for (let at = 0; at * items.length < burst; at += 1) {
      expect(await refusalOf(omar.post(items))).toBe('access.denied');
    }
    expect((await rosa.send([rosa.sealed('sigo aquí')])).status).toBe(200);
  });

  it('out of the sequence of its device, of another epoch, or that saw the future is refused', async () => {
    await rosa.send([rosa.sealed('uno')]);
    const sealed = (change: Parameters<ThreadHand['sealed']>[1]) =>
      refusalOf(rosa.post([encodeEntry(rosa.sealed('x', change))]));
    expect(await sealed({ deviceSeq: 4 })).toBe('entry.device-sequence');
    expect(await sealed({ deviceSeq: 2 })).toBe('entry.device-sequence');
    expect(await sealed({ prevHash: systemRandom.bytes(32) })).toBe('entry.device-sequence');
    expect(await sealed({ epoch: 1 })).toBe('entry.stale-epoch');
    expect(await sealed({ incarnation: 1 })).toBe('entry.stale-epoch');
    expect(await sealed({ seenSeq: 3 })).toBe('entry.malformed');
  });

  it('that says it saw another past than there was is refused: it would look like a fork to everybody', async () => {
    await rosa.send([rosa.sealed('uno')]);
    await rosa.send([rosa.sealed('dos')]);
    const start = chainStart(rosa.threadId).chain;
    const sealed = (change: Parameters<ThreadHand['sealed']>[1]) =>
      refusalOf(rosa.post([encodeEntry(rosa.sealed('x', change))]));
    for (const seenSeq of [0, 1, 2, 3]) {
      expect(await sealed({ seenSeq, seenChain: systemRandom.bytes(32) })).toBe('entry.malformed');
    }
    expect(await sealed({ seenSeq: 2, seenChain: start })).toBe('entry.malformed');
    expect(await sealed({ seenSeq: 0, seenChain: rosa.seen.chain })).toBe('entry.malformed');
    const late = rosa.sealed('tarde', { seenSeq: 0, seenChain: start });
    expect((await rosa.send([late])).status).toBe(200);
  });

  it('whose id another of the same append has is refused, and so is all of the append', async () => {
    const first = rosa.sealed('uno');
    const place = { deviceSeq: 3, prevHash: entryHash(first), entryId: first.header.entryId };
    const second = rosa.sealed('dos', place);
    expect(await refusalOf(rosa.post([first, second].map(encodeEntry)))).toBe('entry.malformed');
  });

  it('of a person who is invited and has not joined is refused, and so is one of a device without a leaf', async () => {
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    expect(await refusalOf(omar.post([encodeEntry(omar.sealed('hola'))]))).toBe('access.denied');
    expect(await refusalOf(omar.post([encodeEntry(omar.clear('leave', leaving(omar)))]))).toBe(
      'access.denied',
    );
  });

  it('in which one says that another left is refused', async () => {
    const omar = await story.joinedBy('pa-omar');
    const entry = omar.clear('leave', leaving(rosa));
    expect(await refusalOf(omar.post([encodeEntry(entry)]))).toBe('entry.malformed');
  });

  it('of a kind that this server does not judge is refused', async () => {
    const again = rosa.clear('genesis', { statement: '{}', packageHash: systemRandom.bytes(32) });
    expect(await refusalOf(rosa.post([encodeEntry(again)]))).toBe('entry.kind-refused');
  });
});

describe('a commit', () => {
  it('of a member who is no steward invites nobody', async () => {
    const omar = await story.joinedBy('pa-omar');
    const made = await omar.commit([story.invite(parseId(testId('pa-yara', 4)))]);
    expect(await refusalOf(omar.push(made))).toBe('access.denied');
  });

  it('invites nobody of another State, nobody who may not be in threads, and nobody unknown', async () => {
    for (const slug of ['gt-delia', 'pa-nelva', 'xr-alma', 'nobody']) {
      const made = await rosa.commit([story.invite(parseId(testId(slug, 4)))]);
      expect(await refusalOf(rosa.push(made))).toBe('commit.invalid person');
    }
  });

  it('whose statement says other changes than the group was told is refused', async () => {
    const omar = await story.hand('pa-omar');
    const stated = [story.invite(omar.personId)];
    const made = await rosa.commit([], { stated });
    expect(await refusalOf(rosa.push(made))).toBe('commit.invalid context');
  });

  it('that is bound to another state, or to another past, is refused', async () => {
    const state = await rosa.commit([], { context: { stateHash: systemRandom.bytes(32) } });
    expect(await refusalOf(rosa.push(state))).toBe('commit.invalid state');
    const past = await rosa.commit([], { context: { seenChain: systemRandom.bytes(32) } });
    expect(await refusalOf(rosa.push(past))).toBe('commit.invalid context');
  });

  it('that says "left" or "revoked" of somebody who is neither is refused', async () => {
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    for (const cause of ['left', 'revoked'] as const) {
      const { personId, deviceId } = omar;
      const change = { op: 'remove', personId, deviceIds: [deviceId], cause } as const;
      expect(await refusalOf(rosa.push(await rosa.commit([change])))).toBe('commit.invalid cause');
    }
  });

  it('by which somebody joins with the invitation of another is refused', async () => {
    const [omar, esteban] = [await story.hand('pa-omar'), await story.hand('cr-esteban')];
    const [first, second] = [story.invite(omar.personId), story.invite(esteban.personId)];
    await rosa.push(await rosa.commit([first, second]));
    await esteban.read();
    const { invitationId } = first;
    const join = { op: 'join', invitationId, deviceId: esteban.deviceId } as const;
    const made = await esteban.commit([join], { shape: 'join' });
    expect(await refusalOf(esteban.push(made))).toBe('commit.invalid invitation');
  });

  it('whose package is not there is refused', async () => {
    const made = await rosa.commit([]);
    expect(await refusalOf(rosa.send([made.entry]))).toBe('blob.missing');
  });

  it('brings blobs of its own: as its package, no other one is taken away by the commit after it', async () => {
    const omar = await story.hand('pa-omar');
    const grant = grantBlob(story, omar.deviceId);
    await rosa.stage(grant);
    const invited = await rosa.commit([story.invite(omar.personId)], { grantHash: sha256(grant) });
    expect((await rosa.push(invited)).status).toBe(200);
    for (const packed of [grant, invited.packed]) {
      const taking = await rosa.commit([], { packed });
      expect(await refusalOf(rosa.push(taking))).toBe('commit.invalid blob');
    }
    const own = grantBlob(story, omar.deviceId);
    await rosa.stage(own);
    const both = await rosa.commit([], { packed: own, grantHash: sha256(own) });
    expect(await refusalOf(rosa.push(both))).toBe('commit.invalid blob');
    expect((await rosa.push(await rosa.commit([]))).status).toBe(200);
    const path = `/threads/${omar.threadId}/blobs/${toBase64Url(sha256(grant))}`;
    expect((await omar.device.send({ path })).status).toBe(200);
  });

  it('that grants its key to somebody who does not wait for it is refused', async () => {
    const omar = await story.hand('pa-omar');
    const change = story.invite(omar.personId);
    const grantTo = async (device: DeviceId) => {
      const grant = grantBlob(story, device);
      await rosa.stage(grant);
      return rosa.commit([change], { grantHash: sha256(grant) });
    };
    const stranger = await story.hand('cr-esteban');
    expect(await refusalOf(rosa.push(await grantTo(stranger.deviceId)))).toBe('grant.recipient');
    expect((await rosa.push(await grantTo(omar.deviceId))).status).toBe(200);
  });
});

describe('row-level security alone, with the checks of the service left out', () => {
  let app: pg.Client;
  beforeAll(async () => {
    app = new pg.Client({ connectionString: api.database.url('enl_app') });
    await app.connect();
  });
  afterAll(async () => app.end());

  /** What a session gets by a statement; the code of the refusal, where it is refused. */
  async function as(hand: ThreadHand, sql: string, values: readonly unknown[]): Promise<unknown> {
    await app.query('BEGIN');
    try {
      const token = hand.device.opened?.token ?? '';
      await app.query('SELECT guard.enter($1)', [Buffer.from(sessionHash(token))]);
      return (await app.query(sql, [...values])).rows;
    } catch (error) {
      return Object(error).code;
    } finally {
      await app.query('ROLLBACK');
    }
  }
  const SEQS = 'SELECT seq::int FROM app.entries WHERE thread_id = $1 ORDER BY seq';
  const APPEND = `SELECT guard.append_entries($1, 99, '{}', '{}', '{}', '{}', '{}', '{}', NULL, 9, NULL, 1, NULL)`;
  const STAGE = `SELECT guard.stage_blob($1, decode(repeat('00', 32), 'hex'), '\\x00', 16, now())`;
  const TABLES = [
    'threads',
    'entries',
    'rosters',
    'thread_members',
    'blobs',
    'cases',
    'case_members',
  ];

  it('shows nothing of a thread to whoever does not stand in it, and takes nothing from them', async () => {
    const esteban = await story.hand('cr-esteban');
    const id = story.shared.threadId;
    for (const table of TABLES) {
      const key = table.startsWith('case') ? 'case_id' : 'thread_id';
      const value = table.startsWith('case') ? story.caseId : id;
      const sql = `SELECT FROM app.${table} WHERE ${key} = $1`;
      expect([table, await as(esteban, sql, [value])]).toEqual([table, []]);
      expect(await as(rosa, sql, [value])).not.toEqual([]);
    }
    expect(await as(esteban, 'SELECT FROM guard.lock_thread($1, $2)', [id, []])).toEqual([]);
    expect(await as(esteban, APPEND, [id])).toBe('42501');
    expect(await as(esteban, STAGE, [id])).toBe('42501');
    const chain = await as(esteban, 'SELECT guard.chain_before($1, 2) AS chain', [id]);
    expect(chain).toEqual([{ chain: null }]);
    const added = await as(esteban, `SELECT guard.add_case_state($1, 'GT') AS done`, [
      story.caseId,
    ]);
    expect(added).toEqual([{ done: false }]);
  });

  /** What the database says to a row of the log, whatever its bytes are. */
  async function put(hand: ThreadHand, entry: Entry, said: Partial<AppendReceipt> = {}) {
    const seq = (await count()) + 1;
    const { threadId, entryId } = { threadId: hand.threadId, entryId: entry.header.entryId };
    const hash = systemRandom.bytes(32);
    const receipt = { threadId, entryId, seq, chain: hash, entryHash: hash, acceptedAtMs: 1 };
    const bytes = receiptSignedBytes({ ...receipt, auditLeafHash: hash, ...said });
    const sql = `SELECT guard.append_entries($1, $2, ARRAY[$3::uuid], ARRAY[$4], ARRAY[1::bigint], ARRAY[1::bigint],
                   ARRAY[$5::bytea], ARRAY[$6::bytea], $7, 9, $7, 1, NULL) AS done`;
    const row = [threadId, seq, entryId, entry.header.kind, Buffer.from(encodeEntry(entry))];
    const signed = Buffer.from(concatBytes(bytes, new Uint8Array(64)));
    return as(hand, sql, [...row, signed, Buffer.from(hash)]);
  }

  it('takes no entry whose bytes or receipt are of another row', async () => {
    const omar = await story.joinedBy('pa-omar');
    const done = [{ done: '' }];
    expect(await put(rosa, rosa.sealed('de Rosa'))).toEqual(done);
    expect(await put(rosa, omar.sealed('de Omar'))).toBe('23514');
    const threadId = newId<ThreadId>(systemClock, systemRandom);
    expect(await put(rosa, rosa.sealed('de otro hilo', { threadId }))).toBe('23514');
    expect(await put(rosa, rosa.sealed('x'), { threadId })).toBe('23514');
    expect(await put(rosa, rosa.sealed('x'), { seq: 1 })).toBe('23514');
    expect(await put(rosa, rosa.sealed('x'), { entryId: newId(systemClock, systemRandom) })).toBe(
      '23514',
    );
  });

  it('takes nothing of whoever is invited before the joining, but a request for keys', async () => {
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    expect(await put(omar, omar.sealed('hola'))).toBe('42501');
    expect(await put(omar, omar.clear('leave', leaving(omar)))).toBe('42501');
    const statement = `{"reason":"grant-missing","requestId":"${story.caseId}","v":1}`;
    const request = omar.clear('access-request', { statement });
    expect(await put(omar, request)).toEqual([{ done: '' }]);
  });

  it('shows entries to whom they were for, and to nobody who is gone', async () => {
    await rosa.send([rosa.sealed('antes')]);
    const omar = await story.joinedBy('pa-omar');
    const id = story.shared.threadId;
    expect(await as(rosa, SEQS, [id])).toEqual([1, 2, 3, 4].map((seq) => ({ seq })));
    expect(await as(omar, SEQS, [id])).toEqual([3, 4].map((seq) => ({ seq })));
    await omar.send([omar.clear('leave', leaving(omar))]);
    expect(await as(omar, SEQS, [id])).toEqual([]);
    expect(await as(omar, APPEND, [id])).toBe('42501');
  });

  it('puts nothing anywhere but at the end of the log', async () => {
    const id = story.shared.threadId;
    expect(await as(rosa, APPEND, [id])).toBe('42501');
    for (const table of TABLES) {
      expect(await as(rosa, `DELETE FROM app.${table}`, [])).toBe('42501');
    }
  });
});

function leaving({ personId }: ThreadHand) {
  return { statement: `{"personId":"${personId}","v":1}` };
}

function grantBlob({ shared }: ThreadStory, device: DeviceId): Uint8Array {
  const epoch = shared.state.epoch + 1;
  const keys = systemRandom.bytes(48);
  return concatBytes(
    Uint8Array.of(1, 1, 0, 1),
    systemRandom.bytes(16),
    idBytes(shared.threadId),
    u32be(0),
    u64be(epoch),
    u64be(epoch),
    new Uint8Array(24),
    u32be(keys.length),
    keys,
    idBytes(device),
    systemRandom.bytes(32 + 1_120 + 48),
  );
}
