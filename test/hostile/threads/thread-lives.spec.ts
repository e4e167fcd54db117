import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEntry, encodeEntry, THREAD_LIMITS, type EntriesShown } from '@enlace/contracts';
import {
  formatInstant,
  newId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
} from '@enlace/kernel';

import { forTestsOnlySeed, personaOf, testId } from '@enlace/testing';

import { cliDeviceOf } from '../../support/people/region-directory.js';
import { recordedWhats } from '../../support/audit/recorded-whats.js';
import type { BareSql } from '../../support/threads/bare-sql.js';
import {
  approve,
  makeLife,
  makeRedaction,
  nonceOf,
  startLivesServer,
  type SaidLife,
} from '../../support/threads/lives.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { ThreadStory } from '../../support/threads/thread-story.js';

const DAY_MS = 86_400_000;

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
let rosa: ThreadHand;
let omar: ThreadHand;
beforeAll(async () => {
  ({ api, sql } = await startLivesServer());
});
afterAll(async () => {
  await sql.close();
  await api.close();
});
/** 1 genesis, 2 invites Omar, 3 his joining, 4 makes him a steward, 5 Rosa's text, 6 Omar's. */
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
  omar = await story.joinedBy('pa-omar');
  await rosa.read();
  const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
  await rosa.push(await rosa.commit([role]), [omar]);
  await rosa.send([rosa.sealed('de Rosa')]);
  await omar.read();
  await omar.send([omar.sealed('de Omar')]);
  await rosa.read();
});

const codeOf = async (answer: Promise<{ readonly status: number; readonly body: unknown }>) => {
  const { status, body } = await answer;
  if (status === 200) return 'taken';
  const { code, facts } = Object(body);
  return facts?.rule === undefined ? String(code) : `${String(code)} ${String(facts.rule)}`;
};

const live = async (hand: ThreadHand, said: SaidLife, approvals: readonly string[] = []) =>
  codeOf(hand.sendElevated([makeLife(hand, said, approvals)], `thread.${said.action}`));

/** By Rosa, with the approval of Omar. */
const both = async (said: SaidLife) => live(rosa, said, [approve(omar, said)]);

const eventsOf = async (type: string) => recordedWhats(api.database, type, story.shared.threadId);

const shownOf = async (hand: ThreadHand): Promise<EntriesShown['entries']> =>
  (await hand.page()).body.entries;

describe('a redaction', () => {
  it('takes the body of an entry, of which everything else still verifies', async () => {
    const before = await shownOf(omar);
    const fifth = before.find(({ seq }) => seq === 5);
    expect((await rosa.send([makeRedaction(rosa, [5])])).status).toBe(200);
    const after = (await shownOf(omar)).find(({ seq }) => seq === 5);
    if (fifth === undefined || !('entry' in fifth)) throw new Error('no entry');
    const bytes = Uint8Array.from(Buffer.from(fifth.entry, 'base64url'));
    const { body, signature, commitment, headerBytes } = decodeEntry(bytes);
    expect(after).toEqual({
      seq: 5,
      acceptedAt: fifth.acceptedAt,
      erased: {
        header: toBase64Url(headerBytes),
        commitment: toBase64Url(commitment),
        bodyHash: toBase64Url(sha256(body)),
        signature: toBase64Url(signature),
        by: 7,
      },
    });
    // The chain is computed over it as before.
    expect(await omar.read(1)).toEqual(
      ['commit', 'commit', 'commit', 'erased', 'message', 'redaction'].map((text) =>
        text === 'message' ? 'de Omar' : text,
      ),
    );
    expect(await eventsOf('entry.redacted')).toMatchObject([{ seqs: [5], reason: 'withdrawn' }]);
    const [row] = await api.database.asAdmin(
      'SELECT FROM app.entries WHERE thread_id = $1 AND position($2 IN entry) > 0',
      [rosa.threadId, Buffer.from(body.subarray(0, 64))],
    );
    expect(row).toBeUndefined();
  });

  it('of what is not one’s own, of what is clear, to come, or gone, is refused', async () => {
    expect(await codeOf(rosa.send([makeRedaction(rosa, [6])]))).toBe('access.denied');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5, 6])]))).toBe('access.denied');
    for (const targets of [[1], [4], [5, 99], [8]]) {
      expect([targets, await codeOf(rosa.send([makeRedaction(rosa, targets, 'steward')]))]).toEqual(
        [targets, 'redaction.refused'],
      );
    }
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5, 6], 'court-order')]))).toBe('taken');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5])]))).toBe('redaction.refused');
  });

  it('of others is for stewards', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar]);
    await omar.read();
    for (const reason of ['steward', 'court-order', 'compacted'] as const) {
      expect(await codeOf(esteban.send([makeRedaction(esteban, [5], reason)]))).toBe(
        'access.denied',
      );
    }
  });

  it('of what a record has grown out of needs two snapshots after it', async () => {
    const update = async (kind: 'record-update' | 'record-snapshot') =>
      rosa.send([rosa.sealed('x', { kind, handling: 1 })]);
    const compact = async () => codeOf(rosa.send([makeRedaction(rosa, [7], 'compacted')]));
    await update('record-update');
    await update('record-snapshot');
    expect(await compact()).toBe('redaction.refused');
    await update('record-snapshot');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5], 'compacted')]))).toBe(
      'redaction.refused',
    );
    expect(await compact()).toBe('taken');
  });

  it('names 256 entries, on record in events of a hundred, and not 257', async () => {
    const most = THREAD_LIMITS.redactionTargets;
    const texts = Array.from({ length: most }, () => 'x');
    for (const text of texts) {
      api.clock.ms += 100;
      await rosa.send([rosa.sealed(text)]);
    }
    const targets = texts.map((_, at) => 7 + at);
    expect(await codeOf(rosa.send([makeRedaction(rosa, targets)]))).toBe('taken');
    const seqs = (await eventsOf('entry.redacted')).map((one) => Object(one['seqs']).length);
    expect(seqs.toSorted((a: number, b: number) => a - b)).toEqual([56, 100, 100]);
    expect(() => makeRedaction(rosa, [5, ...targets])).toThrow('another form');
  });

  it('sent again finds its receipt, and so does what it erased', async () => {
    const text = rosa.sealed('retirado');
    await rosa.send([text]);
    const redaction = makeRedaction(rosa, [7]);
    const first = await rosa.send([redaction]);
    const again = await rosa.post([encodeEntry(redaction)]);
    expect(again.body.receipts).toEqual(first.body.receipts);
    expect((await rosa.post([encodeEntry(text)])).status).toBe(200);
  });
});

describe('a closed thread', () => {
  it('takes in departures, redactions and acts on its life, and nothing else', async () => {
    const late = rosa.sealed('tarde');
    expect(await live(omar, { action: 'close' })).toBe('taken');
    await rosa.read();
    expect(await codeOf(rosa.post([encodeEntry(late)]))).toBe('thread.closed');
    expect(await codeOf(rosa.send([rosa.sealed('y')]))).toBe('thread.closed');
    expect(await codeOf(rosa.send([rosa.sealed('y', { kind: 'receipt' })]))).toBe('thread.closed');
    expect(await codeOf(rosa.send([(await rosa.commit([])).entry]))).toBe('thread.closed');
    expect(await codeOf(rosa.stage(systemRandom.bytes(10)))).toBe('access.denied');
    expect(await live(rosa, { action: 'close' })).toBe('thread.closed');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5])]))).toBe('taken');
    expect(await both({ action: 'hold' })).toBe('taken');
    expect(await codeOf(rosa.send([rosa.clear('leave', leaving(rosa))]))).toBe('taken');
    expect(await eventsOf('thread.closed')).toHaveLength(1);
  });

  it('is closed by a steward alone', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar]);
    expect(await live(esteban, { action: 'close' })).toBe('access.denied');
  });
});

describe('a hold', () => {
  it('stops redaction, another term and shredding, here and in the record, until it is lifted', async () => {
    const until = formatInstant(api.clock.ms + 9 * DAY_MS);
    expect(await both({ action: 'hold' })).toBe('taken');
    expect(await both({ action: 'hold' })).toBe('thread.held');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5])]))).toBe('thread.held');
    expect(await both({ action: 'shred' })).toBe('thread.held');
    expect(await both({ action: 'retain', until })).toBe('thread.held');
    const holds = 'SELECT state FROM audit.holds WHERE thread_id = $1 AND lifted_at IS NULL';
    expect(await api.database.asAdmin(holds, [rosa.threadId])).toHaveLength(2);
    expect(await both({ action: 'release' })).toBe('taken');
    expect(await api.database.asAdmin(holds, [rosa.threadId])).toHaveLength(0);
    expect(await both({ action: 'release' })).toBe('thread.not-held');
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5])]))).toBe('taken');
    const approvals = [omar.personId];
    expect(await eventsOf('thread.hold-placed')).toMatchObject([{ approvals }]);
    expect(await eventsOf('thread.hold-lifted')).toMatchObject([{ approvals }]);
  });

  it('of the case is a hold of its threads', async () => {
    await api.database.asAdmin('UPDATE app.cases SET is_held = true WHERE case_id = $1', [
      story.caseId,
    ]);
    expect(await codeOf(rosa.send([makeRedaction(rosa, [5])]))).toBe('thread.held');
    expect(await both({ action: 'shred' })).toBe('thread.held');
    expect(await both({ action: 'release' })).toBe('thread.not-held');
  });

  it('is placed with a national auditor of the State that opened it, who approves of nothing else', async () => {
    const { threadId } = rosa;
    const by = (slug: string, said: SaidLife) => {
      const seed = forTestsOnlySeed(cliDeviceOf(personaOf(slug)));
      return live(rosa, said, [approve({ threadId, seed }, said)]);
    };
    expect(await by('pa-nelva', { action: 'hold' })).toBe('approval.required');
    expect(await by('cr-ines', { action: 'shred' })).toBe('approval.required');
    expect(await by('cr-ines', { action: 'hold' })).toBe('taken');
    expect(await by('cr-ines', { action: 'release' })).toBe('approval.required');
  });
});

describe('an approval', () => {
  const hold = { action: 'hold' } as const;

  it('is of somebody else, a steward, of another State', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar]);
    expect(await live(rosa, hold)).toBe('approval.required');
    expect(await live(rosa, hold, [approve(rosa, hold)])).toBe('approval.required');
    expect(await live(rosa, hold, [approve(esteban, hold)])).toBe('approval.required');
    expect(await live(esteban, hold, [approve(omar, hold)])).toBe('access.denied');
    const role = { op: 'role', personId: esteban.personId, role: 'steward' } as const;
    await rosa.push(await rosa.commit([role]), [omar, esteban]);
    expect(await live(rosa, hold, [approve(esteban, hold)])).toBe('approval.required');
    expect(await live(rosa, hold, [approve(rosa, hold), approve(omar, hold)])).toBe('taken');
  });

  it('is of exactly this act, on this thread, and counts once', async () => {
    const refused = 'statement.refused approval';
    const threadId = newId<typeof rosa.threadId>(systemClock, systemRandom);
    const others = [
      approve(omar, { action: 'shred' }),
      approve(omar, { ...hold, basis: 'another' }),
      approve(omar, { ...hold, until: formatInstant(api.clock.ms + DAY_MS) }),
      approve(omar, hold, { threadId }),
      approve(omar, hold, { nonce: 'AAAA' }),
      '{}',
      'x',
    ];
    for (const wire of others) expect(await live(rosa, hold, [wire])).toBe(refused);
    const forged = approve(rosa, hold).replace(/"key":"[^"]+"/u, keyIn(approve(omar, hold)));
    expect(await live(rosa, hold, [forged])).toBe(refused);
    const one = approve(omar, hold);
    const twin = approve(rosa, hold, { nonce: nonceOf(one) });
    expect(await live(rosa, hold, [one, twin])).toBe('statement.refused approval-used');
    expect(await live(rosa, hold, [one])).toBe('taken');
    expect(await both({ action: 'release' })).toBe('taken');
    expect(await live(rosa, hold, [one])).toBe('statement.refused approval-used');
    const renamed = approve(omar, hold, { nonce: nonceOf(one) });
    expect(await live(rosa, hold, [renamed])).toBe('statement.refused approval-used');
  });

  it('does not stand for the second factor', async () => {
    const entry = makeLife(rosa, hold, [approve(omar, hold)]);
    expect(await codeOf(rosa.send([entry]))).toBe('step-up.required');
  });

  it('of somebody who has left is none', async () => {
    const approval = approve(omar, hold);
    await omar.send([omar.clear('leave', leaving(omar))]);
    await rosa.read();
    expect(await live(rosa, hold, [approval])).toBe('approval.required');
  });
});

describe('the term of a thread', () => {
  it('is changed by two, to a day to come', async () => {
    const { openedAt, retentionDays } = story.shared.state.policy;
    const until = formatInstant(api.clock.ms + 9 * DAY_MS);
    expect(await both({ action: 'retain' })).toBe('entry.malformed');
    expect(await both({ action: 'retain', until: formatInstant(api.clock.ms) })).toBe(
      'entry.malformed',
    );
    expect(await both({ action: 'hold', until })).toBe('entry.malformed');
    expect(await live(rosa, { action: 'retain', until })).toBe('approval.required');
    expect(await both({ action: 'retain', until })).toBe('taken');
    const before = formatInstant(Date.parse(openedAt) + retentionDays * DAY_MS);
    expect(await eventsOf('thread.retention-changed')).toMatchObject([{ before, after: until }]);
  });
});

describe('a shredded thread', () => {
  it('has no body and no blob left, proves what it was, and is left and read', async () => {
    expect(await both({ action: 'shred' })).toBe('taken');
    expect(await eventsOf('thread.erased')).toMatchObject([{ entries: 2, attachments: 0 }]);
    const shown = await shownOf(omar);
    expect(shown.filter((one) => 'erased' in one).map(({ seq }) => seq)).toEqual([5, 6]);
    expect(shown.flatMap((one) => ('erased' in one ? [one.erased.by] : []))).toEqual([7, 7]);
    expect(await omar.read(1)).toContain('lifecycle');
    const blobs = await api.database.asAdmin('SELECT FROM app.blobs WHERE thread_id = $1', [
      rosa.threadId,
    ]);
    expect(blobs).toEqual([]);
    expect(await codeOf(rosa.send([rosa.sealed('y')]))).toBe('thread.closed');
    expect(await both({ action: 'hold' })).toBe('thread.closed');
    expect(await codeOf(rosa.send([rosa.clear('leave', leaving(rosa))]))).toBe('taken');
  });
});

describe('row-level security alone, with the checks of the service left out', () => {
  const redact = async (hand: ThreadHand, targets: readonly number[], reason: string) =>
    sql.append(hand, { redactions: [{ targets, reason }] }, 'redaction');
  const change = async (hand: ThreadHand, action: string, persons: readonly string[] = []) => {
    const approvals = persons.map((personId) => ({ personId, nonce: '00'.repeat(16) }));
    const until = formatInstant(api.clock.ms + DAY_MS);
    const life = { action, until, atMs: api.clock.ms, approvals };
    return sql.append(hand, { lives: [life] }, 'lifecycle');
  };

  it('erases the own entries, or others by stewards, when they are sealed and not held', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar]);
    expect(await redact(rosa, [5], 'withdrawn')).toBe('done');
    expect(await redact(rosa, [6], 'withdrawn')).toBe('42501');
    expect(await redact(rosa, [6], 'steward')).toBe('done');
    expect(await redact(esteban, [6], 'steward')).toBe('42501');
    expect(await redact(rosa, [1], 'steward')).toBe('42501');
    expect(await redact(rosa, [5], 'compacted')).toBe('42501');
    expect(await redact(rosa, [99], 'steward')).toBe('42501');
    await both({ action: 'hold' });
    expect(await redact(rosa, [5], 'withdrawn')).toBe('42501');
  });

  it('takes an act on the life of a thread of a steward, with somebody else’s approval', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar]);
    const ines = testId('cr-ines', 4);
    const other = [omar.personId];
    for (const action of ['retain', 'hold', 'release', 'shred']) {
      expect([action, await change(rosa, action, other)]).toEqual([action, 'done']);
      expect([action, await change(esteban, action, other)]).toEqual([action, '42501']);
      for (const persons of [[], [rosa.personId], [esteban.personId]]) {
        expect([action, await change(rosa, action, persons)]).toEqual([action, '42501']);
      }
      const byAuditor = action === 'hold' ? 'done' : '42501';
      expect([action, await change(rosa, action, [ines])]).toEqual([action, byAuditor]);
    }
    expect(await change(esteban, 'close')).toBe('42501');
    await both({ action: 'hold' });
    expect(await change(rosa, 'retain', other)).toBe('42501');
    expect(await change(rosa, 'shred', other)).toBe('42501');
  });

  it('changes no entry but by taking its body, and hands out none of these functions', async () => {
    const admin = async (statement: string) =>
      api.database.asAdmin(statement, [rosa.threadId]).then(
        () => 'done',
        (error: unknown) => Object(error).code,
      );
    const set = (what: string) =>
      admin(`UPDATE app.entries SET ${what} WHERE thread_id = $1 AND seq = 5`);
    expect(await set('receipt = receipt')).toBe('23514');
    expect(await set(`entry = decode(repeat('00', 320), 'hex'), erased_by = 7`)).toBe('23514');
    expect(await set('entry = guard.erased_form(entry), erased_by = 7, kind = kind || 1')).toBe(
      '23514',
    );
    expect(await set('entry = guard.erased_form(entry), erased_by = 4')).toBe('23514');
    expect(await set('entry = guard.erased_form(entry), erased_by = 7')).toBe('done');
    expect(await set('entry = guard.erased_form(entry), erased_by = 8')).toBe('23514');
    const calls = [
      ['guard.redact($1, $2)', '{}'],
      ['guard.change_life($1, $2)', '{}'],
      ['guard.shred($1, $2)', 1],
      ['guard.is_held($1) AND $2', true],
      ['guard.has_second($1, $2, NULL)', 'hold'],
    ] as const;
    for (const [call, value] of calls) {
      expect([call, await sql.as(rosa, `SELECT ${call}`, [rosa.threadId, value])]).toEqual([
        call,
        '42501',
      ]);
    }
    expect(await sql.as(rosa, 'SELECT FROM app.thread_approvals', [])).toBe('42501');
  });

  it('puts nothing into a closed log but departures, redactions and acts on its life', async () => {
    await live(omar, { action: 'close' });
    await rosa.read();
    for (const kind of ['message', 'commit', 'grant', 'receipt', 'access-request'] as const) {
      expect([kind, await sql.append(rosa, {}, kind)]).toEqual([kind, '42501']);
    }
    for (const kind of ['leave', 'redaction', 'lifecycle'] as const) {
      expect([kind, await sql.append(rosa, {}, kind)]).toEqual([kind, 'done']);
    }
    await both({ action: 'shred' });
    expect(await sql.append(rosa, {}, 'lifecycle')).toBe('42501');
    expect(await sql.append(rosa, {}, 'leave')).toBe('done');
  });

  it('asks the bytes of an entry what kind it is, not whoever writes the row', async () => {
    expect(await sql.append(rosa, { rowKind: 'message' }, 'message')).toBe('done');
    for (const kind of ['message', 'commit', 'grant', 'receipt', 'access-request'] as const) {
      expect([kind, await sql.append(rosa, { rowKind: 'redaction' }, kind)]).toEqual([
        kind,
        '23514',
      ]);
    }
    await live(omar, { action: 'close' });
    expect(await sql.append(rosa, { rowKind: 'leave' }, 'message')).toBe('23514');
  });
});

function leaving({ personId }: ThreadHand) {
  return { statement: `{"personId":"${personId}","v":1}` };
}

function keyIn(wire: string): string {
  return /"key":"[^"]+"/u.exec(wire)?.[0] ?? '';
}
