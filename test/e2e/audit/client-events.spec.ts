import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, newId, systemClock, systemRandom, type JsonObject } from '@enlace/kernel';
import { nodeTlogCrypto, testId } from '@enlace/testing';
import { hashLeaf } from '@enlace/tlog';

import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
beforeAll(async () => {
  api = await startSessionServer();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
});
afterAll(async () => api.close());

const CLIENT_EVENT = 'enlace/client-event/v1';
const ROLLBACK = { type: 'vault.rollback-detected', expected: 9, found: 4 };

/** A statement of Rosa's device, with what is said otherwise. */
const aStatement = (own: JsonObject, change: JsonObject = {}): JsonObject => ({
  ...own,
  v: 1,
  id: newId(systemClock, systemRandom),
  deviceId: rosa.deviceId,
  at: formatInstant(api.clock.ms),
  ...change,
});

function signed(body: JsonObject, signer?: string) {
  const { body: text, sig } = rosa.sign(body, signer, CLIENT_EVENT);
  return { body: text, sig };
}

const report = async (...statements: readonly object[]) =>
  rosa.send({ method: 'POST', path: '/audit/client-events', body: { statements } });

/** What is on record of a type: index columns and the five sections. */
async function recorded(type: string) {
  const rows = await api.database.asAdmin(
    `SELECT e.observed_by, e.object_id, e.states, s.section, convert_from(s.body, 'UTF8') AS body
       FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.type = $1 ORDER BY e.event_id, s.section`,
    [type],
  );
  return rows.map((row) => ({ ...row, body: JSON.parse(String(row['body'])) }));
}

describe('what a device says under its own signature', () => {
  it('is an event in its words, marked as stated by a client, with the statement beside it', async () => {
    const statement = signed(aStatement(ROLLBACK));
    const answer = await report(statement);
    expect([answer.status, answer.body]).toEqual([200, { recorded: 1, known: 0 }]);
    const [what, who, , , attest] = await recorded('vault.rollback-detected');
    expect(what).toMatchObject({
      observed_by: 'client',
      states: ['CR'],
      body: {
        observedBy: 'client',
        expected: 9,
        found: 4,
        receivedAt: formatInstant(api.clock.ms),
        actorState: 'CR',
      },
    });
    expect(who?.body).toMatchObject({ actorId: testId('cr-rosa', 4), deviceId: rosa.deviceId });
    expect(attest?.body).toEqual(statement);
    const [envelope] = await recorded('client.reported');
    expect(envelope).toMatchObject({ observed_by: 'server', body: { count: 1 } });
  });

  it('is one event, however often and in whatever company it comes', async () => {
    const before = (await recorded('vault.rollback-detected')).length;
    const statement = signed(aStatement(ROLLBACK));
    const other = signed(aStatement(ROLLBACK));
    expect((await report(statement)).body).toEqual({ recorded: 1, known: 0 });
    expect((await report(statement, other, statement)).body).toEqual({ recorded: 1, known: 2 });
    expect((await recorded('vault.rollback-detected')).length).toBe(before + 10);
  });

  it('names a peer by the alias that auditors know, to the auditors of both States', async () => {
    const verified = {
      type: 'safety-number.verified',
      peerId: testId('pa-omar', 4),
      peerState: 'PA',
      method: 'by-video',
    };
    expect((await report(signed(aStatement(verified)))).status).toBe(200);
    const [what] = await recorded('safety-number.verified');
    expect(what).toMatchObject({ states: ['CR', 'PA'], body: { method: 'by-video' } });
    expect(what?.body.peerAlias).toMatch(/^[a-z2-7]{10}$/);
    expect(JSON.stringify(what?.body)).not.toContain(testId('pa-omar', 4));
    const nobody = { ...verified, peerId: testId('nobody', 4) };
    expect((await report(signed(aStatement(nobody)))).body.code).toBe('client-event.refused');
  });

  it.each<[string, () => object]>([
    ['of another key', () => signed(aStatement(ROLLBACK), 'cli:pa-omar')],
    ['of another device', () => signed(aStatement(ROLLBACK, { deviceId: testId('other', 7) }))],
    [
      'of a type that only the server observes',
      () => signed(aStatement({ type: 'session.opened' })),
    ],
    ['with a member too many', () => signed(aStatement(ROLLBACK, { extra: 1 }))],
    ['without one of its members', () => signed(aStatement({ type: ROLLBACK.type, found: 1 }))],
    ['with an id that is no time', () => signed(aStatement(ROLLBACK, { id: testId('id', 4) }))],
    [
      'signed as something else',
      () => {
        const { body, sig } = rosa.sign(aStatement(ROLLBACK), undefined, 'enlace/session/v1');
        return { body, sig };
      },
    ],
  ])(
    'is refused %s, the sound one beside it included, and the refusal is recorded',
    async (...[, make]) => {
      api.clock.ms += 61_000;
      const before = (await recorded('vault.rollback-detected')).length;
      const answer = await report(signed(aStatement(ROLLBACK)), make());
      expect([answer.status, answer.body.code]).toEqual([422, 'client-event.refused']);
      expect(answer.body.facts).toEqual({ index: 1 });
      expect((await recorded('vault.rollback-detected')).length).toBe(before);
      expect(answer.headers['enlace-receipt']).toMatch(/^[\w-]{174}$/);
    },
  );

  it('is refused of a seal of a file that the person does not have', async () => {
    const sealed = {
      type: 'attachment.sealed',
      threadId: testId('thread', 7),
      attachmentId: testId('file', 7),
      custodyId: testId('custody', 7),
    };
    const statement = signed(aStatement({ ...sealed, sealCommitment: 'A'.repeat(43) }));
    expect((await report(statement)).body.code).toBe('client-event.refused');
    expect(await recorded('attachment.sealed')).toEqual([]);
  });

  it('is taken of a broken file whoever may have it no more, for the own State alone', async () => {
    const failed = { type: 'attachment.integrity-failed', stage: 'hash' };
    const gone = { threadId: testId('thread', 7), attachmentId: testId('file', 7) };
    expect((await report(signed(aStatement({ ...failed, ...gone })))).status).toBe(200);
    const [what] = await recorded('attachment.integrity-failed');
    expect(what).toMatchObject({
      object_id: gone.attachmentId,
      states: ['CR'],
      body: { outcome: 'failed', stage: 'hash', observedBy: 'client' },
    });
    expect(what?.body).not.toHaveProperty('threadId');
  });

  it('is taken of an entry that did not hold; of a thread that is gone, for the own State alone', async () => {
    const refused = { type: 'entry.refused', threadId: testId('thread', 7), seq: 3, cause: 'fork' };
    expect((await report(signed(aStatement(refused)))).status).toBe(200);
    const [what] = await recorded('entry.refused');
    expect(what).toMatchObject({
      object_id: refused.threadId,
      states: ['CR'],
      body: { outcome: 'failed', seq: 3, cause: 'fork', observedBy: 'client', ownerState: 'CR' },
    });
    for (const change of [{ seq: 0 }, { cause: 'mood' }, { threadId: 'x' }]) {
      const { body } = await report(signed(aStatement({ ...refused, ...change })));
      expect(body.code).toBe('client-event.refused');
    }
  });

  it('is refused beyond a hundred statements at once', async () => {
    const many = Array.from({ length: 101 }, () => ({ body: 'e30', sig: 'A'.repeat(86) }));
    expect((await report(...many)).body.code).toBe('body.malformed');
    expect((await report()).body.code).toBe('body.malformed');
  });
});

describe('a dispute', () => {
  const dispute = async (leafHash: string, receipt: string, own: JsonObject = {}) => {
    const statement = { type: 'receipt.disputed', leafHash, cause: 'absent', ...own };
    const body = { ...signed(aStatement(statement)), receipt };
    return rosa.send({ method: 'POST', path: '/audit/me/disputes', body });
  };

  it('is on record with the receipt that proves the promise', async () => {
    const { headers } = await report(signed(aStatement(ROLLBACK)));
    const receipt = String(headers['enlace-receipt']);
    const leaf = Buffer.from(receipt, 'base64url').subarray(0, 58);
    const leafHash = Buffer.from(hashLeaf(nodeTlogCrypto, leaf)).toString('base64url');
    const answer = await dispute(leafHash, receipt);
    expect([answer.status, answer.body]).toEqual([200, { recorded: 1, known: 0 }]);
    const [what, , , , attest] = await recorded('receipt.disputed');
    expect(what).toMatchObject({ object_id: leafHash, body: { cause: 'absent', leafHash } });
    expect(attest?.body).toMatchObject({ receipt });
  });

  it('is refused among other statements, where no receipt proves anything', async () => {
    const statement = { type: 'receipt.disputed', leafHash: 'A'.repeat(43), cause: 'absent' };
    const before = (await recorded('receipt.disputed')).length;
    const answer = await report(signed(aStatement(ROLLBACK)), signed(aStatement(statement)));
    expect([answer.status, answer.body.code, answer.body.facts]).toEqual([
      422,
      'client-event.refused',
      { index: 1 },
    ]);
    expect((await recorded('receipt.disputed')).length).toBe(before);
  });

  it('is refused about another leaf than the one of its receipt, and for what is no receipt', async () => {
    const leafHash = 'A'.repeat(43);
    for (const receipt of ['A'.repeat(174), 'AQ'.padEnd(174, 'A')]) {
      expect((await dispute(leafHash, receipt)).body.code).toBe('client-event.refused');
    }
    const other = await dispute(leafHash, 'A'.repeat(174), { cause: 'somehow' });
    expect(other.body.code).toBe('client-event.refused');
  });

  it('is refused with a receipt that was never given: changed in any part, or of another key', async () => {
    const { headers } = await report(signed(aStatement(ROLLBACK)));
    const given = Buffer.from(String(headers['enlace-receipt']), 'base64url');
    const before = (await recorded('receipt.disputed')).length;
    // In its commitment, its time and its signature.
    for (const place of [40, 65, 100]) {
      const receipt = Buffer.from(given);
      receipt[place] = (receipt[place] ?? 0) ^ 1;
      const leafHash = Buffer.from(hashLeaf(nodeTlogCrypto, receipt.subarray(0, 58)));
      const answer = await dispute(leafHash.toString('base64url'), receipt.toString('base64url'));
      expect([place, answer.body.code]).toEqual([place, 'client-event.refused']);
    }
    expect((await recorded('receipt.disputed')).length).toBe(before);
  });
});
