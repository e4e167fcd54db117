import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeEntry, entryHash } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import {
  newId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  type ThreadId,
} from '@enlace/kernel';

import { BareSql } from '../../support/threads/bare-sql.js';
import { historyFor, makeHistory, type SaidHistory } from '../../support/threads/history.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
let rosa: ThreadHand;
let omar: ThreadHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  sql = await BareSql.open(api);
});
afterAll(async () => {
  await sql.close();
  await api.close();
});
/** 1 genesis, 2 "antes", 3 keys, 4 "después": epochs 0 and 1. 5 invites Omar, 6 is his joining: epochs 2 and 3. */
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
  await rosa.declare();
  await rosa.send([rosa.sealed('antes')]);
  await rosa.push(await rosa.commit([]));
  await rosa.send([rosa.sealed('después')]);
  omar = await story.joinedBy('pa-omar');
  await rosa.read();
});

const seqsOf = async (hand: ThreadHand): Promise<readonly number[]> =>
  (await hand.page()).body.entries.map(({ seq }: { seq: number }) => seq);

async function give(giver: ThreadHand, said: SaidHistory) {
  const made = makeHistory(giver, said);
  await giver.stage(made.blob);
  const answer = await giver.sendElevated([made.entry], 'thread.grant-history');
  return { ...made, answer };
}

async function codeOf(giver: ThreadHand, said: SaidHistory): Promise<string> {
  const { body } = (await give(giver, said)).answer;
  return body.facts?.ruleId === undefined ? body.code : `${body.code} ${body.facts.ruleId}`;
}

const eventsOf = async (type: string) =>
  api.database.asAdmin(
    `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.thread_id = $1 AND e.type = $2 AND s.section = 1 ORDER BY event_id`,
    [story.shared.threadId, type],
  );

describe('history that a steward gives', () => {
  it('opens exactly its range to its person, with its blob, and is on record with the devices', async () => {
    const before = await seqsOf(omar);
    const { answer, blob, grantId } = await give(rosa, historyFor(omar, [2, 3], [0, 0]));
    expect(answer.status).toBe(200);
    expect(before).toEqual([5, 6]);
    expect(await seqsOf(omar)).toEqual([2, 3]);
    expect(
      (await omar.page('?after=3')).body.entries.map(({ seq }: { seq: number }) => seq),
    ).toEqual([5, 6, 7]);
    const path = `/threads/${omar.threadId}/blobs/${toBase64Url(sha256(blob))}`;
    expect((await omar.device.send({ path })).status).toBe(200);
    const [issued] = await eventsOf('history-grant.issued');
    expect(JSON.parse(String(issued?.['what']))).toMatchObject({
      objectType: 'history-grant',
      objectId: grantId,
      granteeState: 'PA',
      deviceFingerprints: [expect.any(String)],
      epochs: ['0'],
    });
    const [fetched] = await eventsOf('history-grant.fetched');
    expect(JSON.parse(String(fetched?.['what']))).toMatchObject({ grantId });
  });

  it('is widened by a second grant and by nothing else', async () => {
    await give(rosa, historyFor(omar, [4, 4], [1, 1]));
    expect(await seqsOf(omar)).toEqual([4, 5, 6, 7]);
    await give(rosa, historyFor(omar, [2, 2], [0, 0]));
    expect(await seqsOf(omar)).toEqual([2]);
    expect((await omar.page('?after=2')).body.entries[0].seq).toBe(4);
  });

  it('ends with the membership: whoever comes again does not find it', async () => {
    await give(rosa, historyFor(omar, [2, 3], [0, 0]));
    const { personId, deviceId } = omar;
    const removal = { op: 'remove', personId, deviceIds: [deviceId], cause: 'removed' } as const;
    await rosa.push(await rosa.commit([removal]));
    expect((await omar.page()).body.code).toBe('thread.not-found');
    await rosa.push(await rosa.commit([story.invite(personId)]));
    expect((await seqsOf(omar))[0]).toBe(5);
  });

  it('needs a second factor for this body, and a purpose', async () => {
    const said = historyFor(omar, [2, 3], [0, 0]);
    const { entry, blob } = makeHistory(rosa, said);
    await rosa.stage(blob);
    expect((await rosa.post([encodeEntry(entry)], rosa.threadId, rosa.purpose)).body.code).toBe(
      'step-up.required',
    );
    expect((await rosa.sendElevated([entry], 'thread.close')).body.code).toBe('step-up.required');
    rosa.purpose = {};
    expect(await codeOf(rosa, said)).toBe('purpose.required C-001');
    expect(await seqsOf(omar)).toEqual([5, 6]);
  });

  it('is not given by a member, nor by a steward of a time before the own', async () => {
    await omar.declare();
    await omar.read();
    const esteban = await story.hand('cr-esteban');
    await rosa.push(await rosa.commit([story.invite(esteban.personId)]), [omar]);
    await omar.read();
    expect(await codeOf(omar, historyFor(esteban, [5, 6], [2, 2]))).toBe('access.denied M-001');
    const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
    await rosa.push(await rosa.commit([role]), [omar]);
    await omar.read();
    expect(await codeOf(omar, historyFor(esteban, [2, 3], [0, 1]))).toBe('access.denied M-001');
    expect(await codeOf(omar, historyFor(esteban, [5, 6], [2, 3]))).toBe('access.denied M-001');
    expect((await give(omar, historyFor(esteban, [6, 6], [3, 3]))).answer.status).toBe(200);
  });

  it('that the giver has from another grant is not the giver’s to give', async () => {
    await give(rosa, historyFor(omar, [2, 3], [0, 0]));
    const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
    await rosa.push(await rosa.commit([role]), [omar]);
    const esteban = await story.hand('cr-esteban');
    await rosa.push(await rosa.commit([story.invite(esteban.personId)]), [omar]);
    await omar.read(7);
    await omar.declare();
    expect(await codeOf(omar, historyFor(esteban, [2, 3], [3, 3]))).toBe('access.denied M-001');
  });

  it('goes to certified devices of its person alone, who stands in the thread', async () => {
    const esteban = await story.hand('cr-esteban');
    const range = [
      [2, 3],
      [0, 0],
    ] as const;
    expect(await codeOf(rosa, historyFor(esteban, ...range))).toBe('grant.recipient');
    const devices = [omar.deviceId, esteban.deviceId];
    expect(await codeOf(rosa, { ...historyFor(omar, ...range), devices })).toBe('grant.recipient');
    const unknown = [newId<typeof omar.deviceId>(systemClock, systemRandom)];
    expect(await codeOf(rosa, { ...historyFor(omar, ...range), devices: unknown })).toBe(
      'grant.recipient',
    );
  });

  it('is never of epochs that hold something for named recipients alone', async () => {
    const named = rosa.sealed('sólo para Rosa y Omar', { handling: 3 });
    await rosa.send([named]);
    expect(await codeOf(rosa, historyFor(omar, [2, 3], [0, 3]))).toBe('handling.forbidden');
    expect(await codeOf(rosa, historyFor(omar, [7, 7], [3, 3]))).toBe('handling.forbidden');
    expect((await give(rosa, historyFor(omar, [2, 5], [0, 2]))).answer.status).toBe(200);
  });

  it('is refused with something for named recipients ahead of it in the same append', async () => {
    const named = rosa.sealed('sólo para Rosa y Omar', { handling: 3 });
    const place = { deviceSeq: named.header.deviceSeq + 1, prevHash: entryHash(named) };
    const said = { ...historyFor(omar, [6, 6], [3, 3]), place };
    const { blob, entry: second } = makeHistory(rosa, said);
    await rosa.stage(blob);
    const answer = await rosa.sendElevated([named, second], 'thread.grant-history');
    expect(answer.body.code).toBe('handling.forbidden');
  });

  it('whose blob says something else than its statement is refused', async () => {
    const said = historyFor(omar, [2, 3], [0, 0]);
    const blobs: readonly SaidHistory['blob'][] = [
      { cause: 'invite' },
      { cause: 'access' },
      { threadId: newId<ThreadId>(systemClock, systemRandom) },
      { incarnation: 1 },
      { toEpoch: 1 },
    ];
    for (const blob of blobs) {
      expect(await codeOf(rosa, { ...said, blob: blob ?? {} })).toBe('entry.malformed');
    }
    expect(await codeOf(rosa, { ...said, toEpoch: 9 })).toBe('entry.malformed');
    const grantId = new Uint8Array(16);
    expect(await codeOf(rosa, { ...said, grantId })).toBe('entry.malformed');
    for (const [fromSeq, toSeq] of [
      [0, 3],
      [3, 2],
      [2, 7],
    ] as const) {
      expect(await codeOf(rosa, { ...said, fromSeq, toSeq })).toBe('entry.malformed');
    }
  });

  it('brings a blob of its own', async () => {
    const said = historyFor(omar, [2, 3], [0, 0]);
    const { blob } = await give(rosa, said);
    for (const grantHash of [sha256(blob), systemRandom.bytes(32)]) {
      const { entry } = makeHistory(rosa, { ...said, grantHash });
      const answer = await rosa.sendElevated([entry], 'thread.grant-history');
      expect(answer.body.code).toBe('blob.missing');
    }
  });

  it('waits, like everything sealed, for who has left to be removed', async () => {
    await omar.send([omar.clear('leave', { statement: `{"personId":"${omar.personId}","v":1}` })]);
    const esteban = await story.hand('cr-esteban');
    await rosa.read();
    expect(await codeOf(rosa, historyFor(esteban, [2, 3], [0, 0]))).toBe('entry.removal-required');
  });
});

describe('the key of the epoch', () => {
  const requestId = newId(systemClock, systemRandom);

  it('is given by any member to who asks for access, and opens nothing of the log', async () => {
    await omar.read();
    const { personId, deviceId } = rosa;
    const access = { to: personId, devices: [deviceId], basis: 'access', requestId } as const;
    const range = { fromSeq: 5, toSeq: 6, fromEpoch: 3, toEpoch: 3 };
    const send = async (said: SaidHistory) => {
      const { entry, blob } = makeHistory(omar, said);
      await omar.stage(blob);
      const { status, body } = await omar.send([entry]);
      return status === 200 ? 'taken' : body.code;
    };
    expect(await send({ ...access, ...range, fromEpoch: 2 })).toBe('entry.malformed');
    const { requestId: _, ...unasked } = access;
    expect(await send({ ...unasked, ...range })).toBe('entry.malformed');
    expect(await send({ ...access, ...range })).toBe('taken');
    const kept = await api.database.asAdmin('SELECT FROM app.history_grants WHERE thread_id = $1', [
      omar.threadId,
    ]);
    expect(kept).toEqual([]);
  });
});

describe('row-level security alone, with the checks of the service left out', () => {
  const GIVE = 'SELECT guard.give_history($1, $2)';
  const SEQS = 'SELECT seq::int FROM app.entries WHERE thread_id = $1 ORDER BY seq';
  const BLOBS = 'SELECT FROM app.blobs WHERE thread_id = $1';
  const GRANTS = 'SELECT FROM app.history_grants WHERE thread_id = $1';

  it('keeps what is granted to its range and its person, and grants out of reach', async () => {
    const { threadId } = rosa;
    await give(rosa, historyFor(omar, [2, 3], [0, 0]));
    const seqs = (...numbers: readonly number[]) => numbers.map((seq) => ({ seq }));
    expect(await sql.as(omar, SEQS, [threadId])).toEqual(seqs(2, 3, 5, 6, 7));
    const esteban = await story.hand('cr-esteban');
    expect(await sql.as(esteban, GRANTS, [threadId])).toEqual([]);
    expect(await sql.as(rosa, GRANTS, [threadId])).toEqual([]);
    expect(await sql.as(omar, GRANTS, [threadId])).toHaveLength(1);
    expect(await sql.as(rosa, GIVE, [threadId, '{}'])).toBe('42501');
    for (const verb of ['DELETE FROM', 'UPDATE', 'INSERT INTO']) {
      const rest = { 'DELETE FROM': '', UPDATE: 'SET to_seq = 9', 'INSERT INTO': 'DEFAULT VALUES' };
      const text = `${verb} app.history_grants ${rest[verb as keyof typeof rest]}`;
      expect([verb, await sql.as(omar, text, [])]).toEqual([verb, '42501']);
    }
  });

  it('shows blobs to whoever may read the entry that names them, before it to whoever staged them', async () => {
    const { threadId } = rosa;
    await rosa.stage(systemRandom.bytes(100));
    expect(await sql.as(rosa, BLOBS, [threadId])).toHaveLength(2);
    expect(await sql.as(omar, BLOBS, [threadId])).toHaveLength(1);
    const esteban = await story.hand('cr-esteban');
    await give(rosa, historyFor(omar, [2, 3], [0, 0]));
    await rosa.push(await rosa.commit([story.invite(esteban.personId)]));
    expect(await sql.as(omar, BLOBS, [threadId])).toHaveLength(2);
    expect(await sql.as(esteban, BLOBS, [threadId])).toHaveLength(1);
  });

  it('takes no grant of a member, of a time of others, to a stranger, or of what is for named recipients', async () => {
    await rosa.send([rosa.sealed('sólo para Rosa y Omar', { handling: 3 })]);
    const esteban = await story.hand('cr-esteban');
    const grant = { personId: omar.personId, fromSeq: 2, toSeq: 3, fromEpoch: 0, toEpoch: 2 };
    expect(await sql.append(rosa, { grants: [grant] })).toEqual('done');
    expect(await sql.append(omar, { grants: [grant] })).toBe('42501');
    expect(await sql.append(rosa, { grants: [{ ...grant, toEpoch: 3 }] })).toBe('42501');
    expect(await sql.append(rosa, { grants: [{ ...grant, personId: esteban.personId }] })).toBe(
      '42501',
    );
    const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
    await rosa.push(await rosa.commit([role]));
    expect(await sql.append(omar, { grants: [grant] })).toBe('42501');
    const later = { ...grant, personId: rosa.personId, fromSeq: 5, toSeq: 6 };
    expect(await sql.append(omar, { grants: [later] })).toBe('done');
  });
});
