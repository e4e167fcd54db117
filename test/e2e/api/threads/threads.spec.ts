import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  APPEND_RECEIPT_LABEL,
  decodeAppendReceipt,
  decodeClearBody,
  decodeEntry,
  encodeEntry,
  entryHash,
  RATE_LIMITS,
  THREAD_LIMITS,
  type EntriesShown,
  type Entry,
  type ListedHead,
} from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import {
  concatBytes,
  newId,
  parseBase64Url,
  systemClock,
  systemRandom,
  toBase64Url,
  toHex,
  utf8,
  type EntryId,
} from '@enlace/kernel';
import { hashLeaf } from '@enlace/tlog';

import { nodeTlogCrypto } from '../../../../apps/api/src/platform/tlog/node-tlog-crypto.js';
import { Receipts } from '../../../../apps/api/src/platform/tlog/receipts.js';
import { recordedAsAsked } from '../../../support/audit/recorded-as-asked.js';
import { recordedListings, recordedWhats } from '../../../support/audit/recorded-whats.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';

let api: SessionServer;
let story: ThreadStory;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
});

const entriesOf = async (threadId: string) =>
  api.database.asAdmin('SELECT * FROM app.entries WHERE thread_id = $1 ORDER BY seq', [threadId]);
const eventsOf = async (threadId: string): Promise<readonly string[]> => {
  const rows = await api.database.asAdmin(
    'SELECT type FROM audit.events WHERE thread_id = $1 ORDER BY event_id',
    [threadId],
  );
  return rows.map(({ type }) => String(type));
};

describe('a thread', () => {
  it('carries messages between people of two States, in one order', async () => {
    const { rosa } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    expect((await rosa.send([rosa.sealed('Buenos días, Omar')])).body).toMatchObject({
      head: { seq: 4, epoch: 2, incarnation: 0 },
    });
    expect(await omar.read()).toEqual(['Buenos días, Omar']);
    await omar.send([omar.sealed('Buenos días, Rosa')]);
    expect(await rosa.read()).toEqual(['Buenos días, Rosa']);
    const { heads }: { heads: readonly ListedHead[] } = (
      await omar.device.send({ path: '/threads/heads', withoutProof: true })
    ).body;
    const own = heads.find(({ threadId }) => threadId === story.shared.threadId);
    expect(own).toEqual({
      threadId: story.shared.threadId,
      seq: 5,
      epoch: 2,
      incarnation: 0,
      chain: toBase64Url(omar.seen.chain),
    });
  });

  it('is read by an invited person from the invitation on, and no entry before', async () => {
    const { rosa } = story;
    await rosa.send([rosa.sealed('antes de la invitación')]);
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    expect(await omar.read()).toEqual(['commit']);
    const { body } = await omar.page('?after=0');
    expect(body.entries.map(({ seq }: { seq: number }) => seq)).toEqual([3]);
  });

  it('gives the commit that removes somebody to that person, and nothing after it', async () => {
    const { rosa, shared } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    const removal = {
      op: 'remove',
      personId: omar.personId,
      deviceIds: [omar.deviceId],
      cause: 'removed',
    } as const;
    expect((await rosa.push(await rosa.commit([removal]), [omar])).status).toBe(200);
    await rosa.send([rosa.sealed('sin Omar')]);
    const rosters = await api.database.asAdmin(
      `SELECT e.seq, $2 = ANY (r.person_ids) AS is_for FROM app.entries e
         JOIN app.rosters r ON r.thread_id = e.thread_id AND r.version = e.roster_version
        WHERE e.thread_id = $1 ORDER BY e.seq`,
      [shared.threadId, omar.personId],
    );
    expect(rosters.map((row) => row['is_for'])).toEqual([false, true, true, true, false]);
    expect((await omar.page()).body.code).toBe('thread.not-found');
    expect(omar.group).toBeNull();
  });

  it('is read in pages that end where one was away, each with the chain before it', async () => {
    const { rosa, shared } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    const { personId, deviceId } = omar;
    const change = { op: 'remove', personId, deviceIds: [deviceId], cause: 'removed' } as const;
    await rosa.push(await rosa.commit([change]));
    await rosa.send([rosa.sealed('sin Omar')]);
    await rosa.push(await rosa.commit([story.invite(personId)]));
    const seqs = async (after: number) => {
      const { body } = await omar.page(`?after=${after}`);
      return { seqs: body.entries.map(({ seq }: { seq: number }) => seq), before: body.before };
    };
    const chainAt = async (seq: number) => {
      const receipt = (await entriesOf(shared.threadId))[seq - 1]?.['receipt'];
      return toBase64Url(decodeAppendReceipt(receipt as Buffer).receipt.chain);
    };
    expect(await seqs(0)).toEqual({ seqs: [2, 3, 4], before: await chainAt(1) });
    expect(await seqs(4)).toEqual({ seqs: [6], before: await chainAt(5) });
  });

  it('takes nothing sealed while somebody who left still has the keys', async () => {
    const { rosa } = story;
    const omar = await story.joinedBy('pa-omar');
    const { personId, deviceId } = omar;
    const statement = `{"personId":"${personId}","v":1}`;
    expect((await omar.send([omar.clear('leave', { statement })])).status).toBe(200);
    expect((await omar.page()).body.code).toBe('thread.not-found');
    await rosa.read();
    const refused = await rosa.send([rosa.sealed('todavía no')]);
    expect(refused.body).toMatchObject({
      code: 'entry.removal-required',
      facts: { deviceIds: deviceId },
    });
    const change = { op: 'remove', personId, deviceIds: [deviceId], cause: 'left' } as const;
    const made = await rosa.commit([change], { left: [personId] });
    expect((await rosa.push(made)).status).toBe(200);
    expect((await rosa.send([rosa.sealed('ahora sí')])).status).toBe(200);
    const kinds = await eventsOf(rosa.threadId);
    expect(kinds.filter((kind) => kind === 'thread.member-left')).toHaveLength(1);
  });

  it('has one epoch after another: the second of two commits is refused, and told where the log is', async () => {
    const { rosa } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    const [one, two] = [await rosa.commit([]), await omar.commit([])];
    expect((await rosa.push(one, [omar])).status).toBe(200);
    expect((await omar.push(two)).body).toMatchObject({
      code: 'entry.stale-epoch',
      status: 409,
      facts: { epoch: 3, incarnation: 0, seq: 4 },
    });
    const [what] = await recordedWhats(api.database, 'thread.commit-refused', rosa.threadId);
    expect(what).toMatchObject({ states: ['CR', 'PA'], epoch: 2, currentEpoch: 3 });
  });
});

describe('an append', () => {
  it('is receipted over its place, the chain, and the leaf of its event', async () => {
    const { rosa, shared } = story;
    const { body } = await rosa.send([rosa.sealed('uno'), rosa.sealed('x')].slice(0, 1));
    const bytes = parseBase64Url(body.receipts[0]);
    const { receipt, signed, signature } = decodeAppendReceipt(bytes);
    const { key } = Reflect.get(api.server.app.get(Receipts), 'signer');
    const message = concatBytes(utf8(`${APPEND_RECEIPT_LABEL}\0`), signed);
    const { publicKey } = key;
    expect(nodeTlogCrypto.ed25519Verify({ signature, message, publicKey })).toBe(true);
    expect(receipt).toMatchObject({ threadId: shared.threadId, seq: 2 });
    const leaves = await api.database.asAdmin(
      `SELECT o.leaf FROM audit.events e JOIN audit.outbox o ON o.entry_id = e.event_id
        WHERE e.thread_id = $1 AND e.type = 'entry.appended'
        UNION SELECT l.leaf FROM audit.events e JOIN audit.log_entries l ON l.entry_id = e.event_id
        WHERE e.thread_id = $1 AND e.type = 'entry.appended'`,
      [shared.threadId],
    );
    const hashes = leaves.map(({ leaf }) => toHex(hashLeaf(nodeTlogCrypto, leaf as Buffer)));
    expect(hashes).toContain(toHex(receipt.auditLeafHash));
    await rosa.read(0);
    expect(toHex(rosa.seen.chain)).toBe(toHex(receipt.chain));
  });

  it('is on record, every one and every change of members', async () => {
    const { rosa, shared } = story;
    await story.joinedBy('pa-omar');
    await rosa.read();
    await rosa.send([rosa.sealed('hola')]);
    const kinds = await eventsOf(shared.threadId);
    const count = (type: string) => kinds.filter((kind) => kind === type).length;
    expect({
      created: count('thread.created'),
      appended: count('entry.appended'),
      advanced: count('thread.epoch-advanced'),
      added: count('thread.member-added'),
      invited: count('invitation.issued'),
      accepted: count('invitation.accepted'),
      staged: count('entry.staged'),
    }).toEqual({
      created: 1,
      appended: 4,
      advanced: 2,
      added: 1,
      invited: 1,
      accepted: 1,
      staged: 2,
    });
  });

  it('that gives a role, withdraws an invitation or removes somebody says so on record', async () => {
    const { rosa, shared } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    const esteban = await story.hand('cr-esteban');
    const { personId, deviceId } = omar;
    const invite = story.invite(esteban.personId);
    await rosa.push(await rosa.commit([{ op: 'role', personId, role: 'steward' }, invite]));
    const withdraw = { op: 'withdraw', invitationId: invite.invitationId } as const;
    const remove = { op: 'remove', personId, deviceIds: [deviceId], cause: 'removed' } as const;
    expect((await rosa.push(await rosa.commit([withdraw, remove]))).status).toBe(200);
    const kinds = await eventsOf(shared.threadId);
    // Acts of one millisecond have no order.
    expect(kinds.filter((kind) => kind.startsWith('invitation.')).toSorted()).toEqual([
      'invitation.accepted',
      'invitation.cancelled',
      'invitation.issued',
      'invitation.issued',
    ]);
    expect(kinds).toEqual(expect.arrayContaining(['thread.role-changed', 'thread.member-removed']));
  });

  it('that ends an invitation which ran out says so on record, and not a moment before', async () => {
    const { rosa, shared } = story;
    const omar = await story.hand('pa-omar');
    const invite = story.invite(omar.personId);
    await rosa.push(await rosa.commit([invite]));
    const { invitationId } = invite;
    const lapse = { op: 'lapse', invitationId } as const;
    expect((await rosa.push(await rosa.commit([lapse]))).body.code).toBe('commit.invalid');
    api.clock.ms = Date.parse(invite.expiresAt) + 1_000;
    await rosa.device.signIn();
    await rosa.read();
    expect((await rosa.push(await rosa.commit([lapse]))).status).toBe(200);
    const [said, ...others] = await recordedWhats(
      api.database,
      'invitation.expired',
      shared.threadId,
    );
    expect(others).toEqual([]);
    expect(said).toMatchObject({ inviteeState: 'PA', role: 'member', expiresAt: invite.expiresAt });
    expect(JSON.stringify(said)).not.toContain(omar.personId);
  });

  it('of the same bytes, fifty times at once, has one effect and one receipt; of other bytes none', async () => {
    const { rosa, shared } = story;
    const entry = rosa.sealed('una vez');
    const bytes = encodeEntry(entry);
    const answers = await Promise.all(Array.from({ length: 50 }, async () => rosa.post([bytes])));
    const receipts = answers.flatMap(({ body }) => body.receipts);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(receipts).size).toBe(1);
    expect(await entriesOf(shared.threadId)).toHaveLength(2);
    const other = rosa.sealed('otra cosa', { entryId: entry.header.entryId });
    const refused = await rosa.post([encodeEntry(other)]);
    expect(refused.body).toMatchObject({ code: 'entry.conflict', facts: { receipt: receipts[0] } });
    const opened = await entriesOf(shared.threadId);
    expect(opened).toHaveLength(2);
  });

  it('of a request for keys, again by somebody who is invited, finds its receipt', async () => {
    const { rosa } = story;
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    await omar.read();
    const requestId = newId(systemClock, systemRandom);
    const statement = `{"reason":"grant-missing","requestId":"${requestId}","v":1}`;
    const bytes = encodeEntry(omar.clear('access-request', { statement }));
    const [first, again] = [await omar.post([bytes]), await omar.post([bytes])];
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });

  it('is all of a batch or none of it', async () => {
    const { rosa, shared } = story;
    const first = rosa.sealed('uno');
    const stale = rosa.sealed('dos');
    expect((await rosa.send([first, stale])).body.code).toBe('entry.device-sequence');
    expect(await entriesOf(shared.threadId)).toHaveLength(1);
    await rosa.send([first]);
    expect((await entriesOf(shared.threadId)).map(({ seq }) => Number(seq))).toEqual([1, 2]);
  });

  it('by two people at once leaves one order without a gap', async () => {
    const { rosa, shared } = story;
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    await omar.read();
    const many = async (hand: typeof rosa) => {
      const codes: number[] = [];
      for (let at = 0; at < 20; at += 1) {
        codes.push((await hand.send([hand.sealed(`${hand.personId} ${at}`)])).status);
      }
      return codes;
    };
    const codes = (await Promise.all([many(rosa), many(omar)])).flat();
    expect(new Set(codes)).toEqual(new Set([200]));
    const rows = await entriesOf(shared.threadId);
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, at) => at + 1));
    expect(rows).toHaveLength(43);
    expect(await rosa.read(0)).toHaveLength(43);
  });

  it('is one of so many entries that a thread takes in a burst, whoever sends them', async () => {
    const { rosa, shared } = story;
    const omar = await story.joinedBy('pa-omar');
    await Promise.all([rosa.read(), omar.read()]);
    const many = async (hand: typeof rosa, count: number) => {
      const entries: Entry[] = [];
      for (const entryId of Array.from({ length: count }, () =>
        newId<EntryId>(systemClock, systemRandom),
      )) {
        const last = entries.at(-1);
        const prevHash = last === undefined ? hand.lastHash : entryHash(last);
        const deviceSeq = hand.seq + entries.length + 1;
        entries.push(hand.sealed('x', { entryId, deviceSeq, prevHash }));
      }
      return hand.send(entries);
    };
    const taken = (await entriesOf(shared.threadId)).length - 1;
    const { burst, perSecond } = RATE_LIMITS.threadEntries;
    const batch = THREAD_LIMITS.entriesPerAppend;
    let left = burst - taken;
    for (; left >= batch; left -= batch) {
      expect((await many(left % 2 === 0 ? rosa : omar, batch)).status).toBe(200);
    }
    const before = (await entriesOf(shared.threadId)).length;
    const limited = await many(omar, left + 1);
    expect(limited.body).toMatchObject({ code: 'rate.limited', status: 429 });
    expect(Number(limited.headers['retry-after'])).toBe(1);
    expect(await entriesOf(shared.threadId)).toHaveLength(before);
    const other = await ThreadStory.begin(api);
    expect((await other.rosa.send([other.rosa.sealed('otro hilo')])).status).toBe(200);
    api.clock.ms += Math.ceil(1_000 / perSecond);
    expect((await many(omar, left + 1)).status).toBe(200);
  });

  it('takes 32 entries and not 33', async () => {
    const { rosa } = story;
    const bytes = encodeEntry(rosa.sealed('x'));
    const many = Array.from({ length: THREAD_LIMITS.entriesPerAppend + 1 }, () => bytes);
    expect((await rosa.post(many)).body.code).toBe('body.malformed');
    const page = THREAD_LIMITS.entriesPerPage;
    expect((await rosa.page(`?after=0&limit=${page}`)).status).toBe(200);
    expect((await rosa.page(`?after=0&limit=${page + 1}`)).body.code).toBe('body.malformed');
  });
});

describe('a page', () => {
  it('has 4 MiB of entries at most, and the next one goes on', async () => {
    const { rosa } = story;
    const text = 'x'.repeat(THREAD_LIMITS.sealedPlaintext);
    for (let at = 0; at < 97; at += 1) {
      api.clock.ms += 100;
      expect((await rosa.send([rosa.sealed(text)])).status).toBe(200);
    }
    const { entries }: EntriesShown = (await rosa.page('?after=0')).body;
    const lengths = entries.map((one) => ('entry' in one ? one.entry.length : 0));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(total).toBeLessThanOrEqual(THREAD_LIMITS.pageCharacters);
    expect(total + (lengths.at(-1) ?? 0)).toBeGreaterThan(THREAD_LIMITS.pageCharacters);
    const rest: EntriesShown = (await rosa.page(`?after=${entries.length}`)).body;
    expect(rest.entries.map(({ seq }) => seq).at(-1)).toBe(98);
    expect(entries.length + rest.entries.length).toBe(98);
  });
});

describe('an opening', () => {
  it('of the same bytes again finds the first receipt, and of other bytes is told it', async () => {
    const { rosa, shared } = story;
    const [row] = await entriesOf(shared.threadId);
    const [blob] = await api.database.asAdmin('SELECT bytes FROM app.blobs WHERE thread_id = $1', [
      shared.threadId,
    ]);
    const [bytes, packed, kept] = [row?.['entry'], blob?.['bytes'], row?.['receipt']].map((value) =>
      Uint8Array.from(value as Buffer),
    );
    if (bytes === undefined || packed === undefined || kept === undefined) throw new Error('none');
    const receipt = toBase64Url(kept);
    const open = async (entry: Uint8Array) => {
      const body = { entry: toBase64Url(entry), package: toBase64Url(packed) };
      return rosa.device.send({ method: 'POST', path: '/threads', body });
    };
    expect((await open(bytes)).body).toEqual({
      receipts: [receipt],
      head: { seq: 1, epoch: 0, incarnation: 0 },
    });
    const { header, body } = decodeEntry(bytes);
    const { entryId } = header;
    const other = rosa.clear('genesis', decodeClearBody('genesis', body), { entryId });
    const refused = await open(encodeEntry(other));
    expect(refused.body).toMatchObject({ code: 'entry.conflict', facts: { receipt } });
    expect(await entriesOf(shared.threadId)).toHaveLength(1);
  });

  it('with a package or an entry beyond the limit is not read', async () => {
    const { rosa } = story;
    const most = THREAD_LIMITS.openingPackageCharacters;
    const open = async (entry: string, length: number) => {
      const body = { entry, package: 'A'.repeat(length) };
      return (await rosa.device.send({ method: 'POST', path: '/threads', body })).body.code;
    };
    expect(await open('AAAA', most)).toBe('entry.malformed');
    expect(await open('AAAA', most + 1)).toBe('body.malformed');
    const longest = Math.ceil((THREAD_LIMITS.clearEntry * 4) / 3);
    expect(await open('A'.repeat(longest - 1), 4)).toBe('entry.malformed');
    expect(await open('A'.repeat(longest + 1), 4)).toBe('body.malformed');
  });
});

describe('a blob', () => {
  it('is kept under its hash, read by members, and waits for its entry among sixteen', async () => {
    const { rosa } = story;
    const bytes = systemRandom.bytes(1_000);
    expect((await rosa.stage(bytes)).status).toBe(204);
    expect((await rosa.stage(bytes)).status).toBe(204);
    expect((await rosa.stage(bytes, systemRandom.bytes(32))).body.code).toBe('blob.refused');
    for (let at = 1; at < THREAD_LIMITS.stagedBlobs; at += 1) {
      expect((await rosa.stage(systemRandom.bytes(10 + at))).status).toBe(204);
    }
    expect((await rosa.stage(systemRandom.bytes(9))).body.code).toBe('blob.too-many');
    api.clock.ms += 3_600_000 - 60_000;
    await rosa.device.signIn();
    expect((await rosa.stage(systemRandom.bytes(9))).body.code).toBe('blob.too-many');
    api.clock.ms += 60_001;
    expect((await rosa.stage(systemRandom.bytes(9))).status).toBe(204);
  });

  it('that is staged again waits for its hour anew', async () => {
    const { rosa } = story;
    const made = await rosa.commit([]);
    await rosa.stage(made.packed);
    api.clock.ms += 3_600_000 - 60_000;
    await rosa.device.signIn();
    await rosa.stage(made.packed);
    api.clock.ms += 60_001;
    await rosa.stage(systemRandom.bytes(9));
    expect((await rosa.send([made.entry])).status).toBe(200);
  });

  it('above 1 MiB is refused', async () => {
    const { rosa } = story;
    expect((await rosa.stage(systemRandom.bytes(THREAD_LIMITS.blob))).status).toBe(204);
    const { body } = await rosa.stage(new Uint8Array(THREAD_LIMITS.blob + 1));
    expect(body.code).toBe('body.too-large');
  });

  it('is handed out as it came', async () => {
    const { rosa, shared } = story;
    const bytes = systemRandom.bytes(300);
    await rosa.stage(bytes);
    const [row] = await api.database.asAdmin(
      'SELECT sha256 FROM app.blobs WHERE thread_id = $1 AND bytes = $2',
      [shared.threadId, bytes],
    );
    const path = `/threads/${shared.threadId}/blobs/${toBase64Url(row?.['sha256'] as Buffer)}`;
    const answer = await rosa.device.send({ path });
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(toHex(answer.body)).toBe(toHex(bytes));
  });
});

describe('a case', () => {
  it('is begun, listed and shown, and takes in another State by a second factor', async () => {
    const { rosa, caseId } = story;
    const shown = await rosa.device.send({ path: `/cases/${caseId}` });
    expect(shown.body).toMatchObject({ caseId, ownerState: 'CR', role: 'steward', status: 'open' });
    const listed = await rosa.device.send({ path: '/cases' });
    expect(listed.body.cases[0]).toEqual(shown.body);
    const told = await recordedListings(api.database, 'case.listed', rosa.personId);
    expect(told.at(-1)).toBe(listed.body.cases.length);
    const path = `/cases/${caseId}/states`;
    const call = { method: 'POST', path, body: { newState: 'GT' } } as const;
    expect((await rosa.device.send(call)).body.code).toBe('step-up.required');
    const again = { caseId, caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' };
    const repeated = await rosa.device.send({ method: 'POST', path: '/cases', body: again });
    expect(repeated.body).toEqual(shown.body);
    const other = { ...again, caseType: 'trafficking' };
    const refused = await rosa.device.send({ method: 'POST', path: '/cases', body: other });
    expect(refused.body.code).toBe('case.conflict');
  });

  it('is known to whoever is in one of its threads, and to nobody who is only invited', async () => {
    const { rosa, caseId } = story;
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    const path = `/cases/${caseId}`;
    expect((await omar.device.send({ path })).body.code).toBe('case.not-found');
    const other = await ThreadStory.begin(api);
    const member = await other.joinedBy('pa-omar');
    const shown = await member.device.send({ path: `/cases/${other.caseId}` });
    expect(shown.body).toMatchObject({ role: 'member', states: ['CR', 'PA'] });
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toEqual([
      'GET /cases/:name',
      'GET /threads/:name/blobs/:hash',
      'GET /threads/:name/entries',
      'POST /threads/:name/entries',
      'PUT /threads/:name/blobs/:hash',
    ]);
  });
});
