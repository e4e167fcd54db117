import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReceiptReport } from '@enlace/client';
import { parseBase64Url, toBase64Url } from '@enlace/kernel';
import { personaOf, testId } from '@enlace/testing';
import { decodeLeaf, LEAF_BYTES } from '@enlace/tlog';

import { RecordClient } from '../../support/audit/record-client.js';
import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

/**
 * Asks until nothing waits, or something is broken: the sequencer takes a moment, and a loaded machine more of them.
 */
async function settledCheck(client: RecordClient): Promise<ReceiptReport> {
  const checks = await client.checks();
  for (let tries = 0; ; tries += 1) {
    const report = await checks.run(client.session);
    if (report.waiting === 0 || report.disputes.length > 0 || tries === 200) return report;
  }
}

const aRosa = async (device?: string): Promise<RecordClient> => {
  const rosa = new RecordClient(api, 'cr-rosa', device);
  await rosa.signIn();
  return rosa;
};

describe('receipts, asked about by the client that we ship', () => {
  it('are proven by the server: sign-in, act and refusal, each as this device did it', async () => {
    const rosa = await aRosa();
    await rosa.declare();
    const refused = { method: 'POST', path: '/people/invitations', body: { wire: 'x' } } as const;
    await expect(rosa.session.request(refused, 'act')).rejects.toMatchObject({
      code: 'body.malformed',
    });
    const open = await rosa.receipts.open();
    expect(open.filter(({ isGranted }) => isGranted)).toHaveLength(2);
    expect(open.filter(({ isGranted }) => !isGranted)).toHaveLength(1);
    const report = await settledCheck(rosa);
    expect(report).toMatchObject({ disputes: [], splitViews: [], areSignaturesChecked: true });
    expect(await rosa.receipts.settled()).toBe(3);
    expect(await rosa.receipts.open()).toEqual([]);
  });

  it('are proven again after the log has grown, by what the client saw before', async () => {
    const rosa = await aRosa();
    await rosa.declare();
    await settledCheck(rosa);
    for (let at = 0; at < 3; at += 1) await rosa.declare();
    expect(await settledCheck(rosa)).toMatchObject({ disputes: [], splitViews: [] });
    expect(await rosa.receipts.settled()).toBe(5);
  });

  it('of somebody else show nothing: to who is not the actor a leaf is pending', async () => {
    const rosa = await aRosa();
    await rosa.declare();
    const asked = (await rosa.receipts.open()).map(({ receipt }) =>
      toBase64Url(parseBase64Url(receipt).subarray(0, LEAF_BYTES)),
    );
    await settledCheck(rosa);
    const omar = new RecordClient(api, 'cr-esteban');
    await omar.signIn();
    const request = { method: 'POST', path: '/audit/me/receipts' } as const;
    const answer = await omar.session.request(
      { ...request, body: { leaves: asked, known: [] } },
      'none',
    );
    expect(answer).toEqual({
      receipts: asked.map((leaf) => ({ leaf, pending: true })),
      growth: [],
    });
  });

  it('of a server that rewrote what it had recorded are disputed, with its own answer as evidence', async () => {
    const rosa = await aRosa();
    await rosa.declare();
    const [declared] = (await rosa.receipts.open()).filter(({ target }) => target.includes('decl'));
    const leaf = Buffer.from(declared?.receipt ?? '', 'base64url').subarray(0, LEAF_BYTES);
    await api.database.asAdmin(
      `UPDATE audit.sections SET body = convert_to(replace(convert_from(body, 'UTF8'), 'training', 'audit'), 'UTF8')
        WHERE event_id = $1 AND section = 1`,
      [decodeLeaf(leaf).eventId],
    );
    const report = await settledCheck(rosa);
    expect(report.disputes).toEqual([
      expect.objectContaining({ cause: 'different', problem: 'tlog.commitment-mismatch' }),
    ]);
    const [disputed] = await api.database.asAdmin(
      `SELECT observed_by FROM audit.events WHERE type = 'receipt.disputed'`,
    );
    expect(disputed).toEqual({ observed_by: 'client' });
    const [name] = rosa.evidence.keys();
    expect(name).toMatch(/^[0-9a-f]{64}\.enlace-dispute\.json$/);
  });

  it('of a server that promises and appends nothing are disputed once their time is over', async () => {
    const rosa = await aRosa();
    await settledCheck(rosa);
    await api.database.asAdmin(
      `CREATE FUNCTION audit.drops() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    );
    await api.database.asAdmin(
      `CREATE TRIGGER drops BEFORE INSERT ON audit.outbox FOR EACH ROW EXECUTE FUNCTION audit.drops()`,
    );
    await rosa.declare();
    await api.database.asAdmin('DROP TRIGGER drops ON audit.outbox');
    const checks = await rosa.checks();
    expect(await checks.run(rosa.session)).toMatchObject({ waiting: 1, disputes: [] });
    api.clock.ms += 6 * 60_000 + 1;
    const { disputes } = await checks.run(rosa.session);
    expect(disputes).toEqual([expect.objectContaining({ cause: 'absent', problem: null })]);
  });
});

describe('my activity', () => {
  const activity = async (client: RecordClient, before?: string) =>
    client.session.request(
      {
        method: 'GET',
        path: '/audit/me/events',
        ...(before === undefined ? {} : { query: { before } }),
      },
      'none',
    );

  it('shows an act that one did not do, done by a device that somebody else uses', async () => {
    enrolCli(api.region, personaOf('cr-rosa'), 'cli:rosa-lost');
    await api.logStatements();
    const thief = await aRosa('cli:rosa-lost');
    await thief.declare();
    const rosa = await aRosa();
    const page = JSON.parse(JSON.stringify(await activity(rosa)));
    const found = page.events.find(
      (event: { type: string; sections: { who: { deviceId: string } } }) =>
        event.type === 'purpose.declared' && event.sections.who.deviceId === thief.deviceId,
    );
    expect(found).toMatchObject({
      outcome: 'success',
      sections: {
        what: { purpose: 'training' },
        who: { actorId: testId('cr-rosa', 4) },
        where: { ip: expect.any(String) },
      },
    });
  });

  it('goes back page by page to the first event, and holds nothing in the name of others', async () => {
    const rosa = await aRosa();
    for (let at = 0; at < 105; at += 1) {
      await rosa.declare();
    }
    const seen: { eventId: string; sections: { who: { actorId: string } } }[] = [];
    let next: string | undefined;
    do {
      const page = JSON.parse(JSON.stringify(await activity(rosa, next)));
      seen.push(...page.events);
      next = page.next ?? undefined;
    } while (next !== undefined);
    const [{ count } = {}] = await api.database.asAdmin(
      'SELECT count(*)::int AS count FROM audit.events WHERE actor_id = $1',
      [testId('cr-rosa', 4)],
    );
    expect(seen.length).toBe(count);
    expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(seen.length);
    expect(new Set(seen.map(({ sections }) => sections.who.actorId))).toEqual(
      new Set([testId('cr-rosa', 4)]),
    );
  });

  it('is shown to who has a session alone', async () => {
    const stranger = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const answer = await stranger.send({ path: '/audit/me/events', withoutProof: true });
    expect(answer.body.code).toBe('session.ended');
  });
});
