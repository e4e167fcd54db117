import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '@enlace/contracts';
import {
  DomainError,
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  toBase64Url,
} from '@enlace/kernel';
import { freshDatabase, nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import pg from 'pg';

import type { RecordedEvent } from '../../../apps/api/src/platform/access/act.js';
import { DENIALS_LIMIT } from '../../../apps/api/src/platform/tlog/denials.js';
import { aCaller, anAct, openActs, readEvents } from '../../support/people/recorded-acts.js';

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openActs>>;

beforeAll(async () => {
  fresh = await freshDatabase();
  node = await openActs(fresh);
});

afterAll(async () => {
  await node.close();
  await fresh.drop();
});

class NotYours extends DomainError {
  override readonly code = 'access.denied';
  override readonly kind = 'forbidden';
}

const anInvitation = (): AuditEvent<'person.invited'> => ({
  type: 'person.invited',
  outcome: 'success',
  object: { type: 'invitation', id: newId(systemClock, systemRandom), ownerState: 'CR' },
  states: ['CR'],
  fields: { role: 'prosecutor' },
});

const invite = (at: Parameters<typeof node.audit.record>[0]) =>
  node.audit.record(at, anInvitation());

async function eventsOf({ correlationId }: { readonly correlationId: string }) {
  const all = await readEvents(fresh);
  return all.filter(({ what }) => what['correlationId'] === correlationId);
}

const searchedBy = async (eventId?: string) =>
  fresh.asAdmin(
    'SELECT person_id, device_id, session_ref, ip FROM audit.sections WHERE event_id = $1 ORDER BY section',
    [eventId],
  );

const seqsOf = async (deviceId: string) =>
  (
    await fresh.asAdmin(
      'SELECT seq::int FROM audit.device_seqs WHERE device_id = $1 ORDER BY seq',
      [deviceId],
    )
  ).map(({ seq }) => seq);

describe('an act', () => {
  it('leaves one event whose five sections are what its leaf committed to', async () => {
    const { session, act } = await aCaller(fresh);
    const told: RecordedEvent[] = [];
    const made = act(1, { onRecorded: (event) => void told.push(event) });
    expect(await node.acts.run(made, async (at) => (await invite(at)).eventId)).toBe(
      told[0]?.eventId,
    );
    const [event, ...others] = await eventsOf(made);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      leaf: { kind: 'act', eventId: told[0]?.eventId },
      what: {
        v: 1,
        type: 'person.invited',
        outcome: 'success',
        observedBy: 'server',
        states: ['CR'],
        role: 'prosecutor',
        actorState: 'CR',
        actorRole: 'registrar',
        actorAlias: expect.stringMatching(/^[a-z2-7]{10}$/),
        node: node.database.nodeId,
      },
      who: {
        actorId: session.personId,
        actorRoles: ['registrar'],
        officeId: session.officeId,
        authorityId: 'CR',
        actorState: 'CR',
        deviceId: session.deviceId,
        sessionRef: toBase64Url(nodeTlogCrypto.sha256(session.sidHash)),
        via: 'cli',
      },
      where: { ip: '203.0.113.7', userAgent: 'enlace/1' },
      why: {},
      attest: { proof: 'jwt 1' },
    });
    expect(event?.row).toMatchObject({
      type: 'person.invited',
      actor_id: session.personId,
      actor_alias: event?.what['actorAlias'],
    });
    // What it is searched by stands beside the section that says it, and goes with it.
    const [by, from] = [session.personId, '203.0.113.7'];
    const { deviceId: device_id } = session;
    const session_ref = event?.who['sessionRef'];
    const none = { person_id: null, device_id: null, session_ref: null, ip: null };
    expect(await searchedBy(event?.leaf.eventId)).toEqual([
      none,
      { person_id: by, device_id, session_ref, ip: null },
      { ...none, person_id: by, ip: from },
      none,
      { ...none, person_id: by },
    ]);
    expect(await seqsOf(session.deviceId)).toEqual([1]);
  });

  it('keeps its proof in the first event alone; the others point to it', async () => {
    const { act } = await aCaller(fresh);
    const made = act(1);
    const [first, second] = await node.acts.run(made, async (at) => [
      await invite(at),
      await invite(at),
    ]);
    const attested = (await eventsOf(made)).map(({ leaf, attest }) => [leaf.eventId, attest]);
    expect(new Map(attested as [string, unknown][])).toEqual(
      new Map<string | undefined, unknown>([
        [first?.eventId, { proof: 'jwt 1' }],
        [second?.eventId, { ofEvent: first?.eventId }],
      ]),
    );
  });

  it('gives a person one alias within a State and year, and another within a case', async () => {
    const { act } = await aCaller(fresh);
    const caseId = newId<never>(systemClock, systemRandom);
    const made = act(1);
    await node.acts.run(made, async (at) => {
      await invite(at);
      await node.audit.record(at, { ...anInvitation(), caseId });
      await node.audit.record(at, { ...anInvitation(), caseId });
      return invite(at);
    });
    const aliases = (await eventsOf(made)).map(({ what }) => [what['caseId'], what['actorAlias']]);
    const outside = new Set(aliases.filter(([at]) => at === undefined).map(([, alias]) => alias));
    const inside = new Set(aliases.filter(([at]) => at === caseId).map(([, alias]) => alias));
    expect([outside.size, inside.size, aliases.length]).toEqual([1, 1, 4]);
    expect(inside).not.toEqual(outside);
  });

  it('that recorded nothing of what its handler declares has no effect', async () => {
    const { act } = await aCaller(fresh);
    const made = act(1, { declared: ['person.listed'] });
    await expect(node.acts.run(made, invite)).rejects.toMatchObject({ code: 'audit.unrecorded' });
    expect((await eventsOf(made)).map(({ what }) => what)).toMatchObject([
      { type: 'access.denied', outcome: 'failed', reasonCode: 'audit.unrecorded' },
    ]);
  });

  it('whose event cannot be encoded has no effect', async () => {
    const { act } = await aCaller(fresh);
    const made = act(1);
    const outcome = node.acts.run(made, (at) =>
      node.audit.record(at, { ...anInvitation(), fields: { role: 'a\0b' } }),
    );
    await expect(outcome).rejects.toMatchObject({ code: 'event.malformed', kind: 'fault' });
    expect((await eventsOf(made)).map(({ what }) => what['reasonCode'])).toEqual([
      'event.malformed',
    ]);
  });

  it('before sign-in names who signed; under a session nobody else can be named', async () => {
    const signer = { personId: newRandomId<never>(systemRandom), state: 'PA' };
    const made = anAct({ attest: { body: 'YQ', sig: 'Yg' } });
    await node.acts.run(made, (at) => node.audit.record(at, anInvitation(), signer));
    expect(await eventsOf(made)).toMatchObject([
      { who: { actorId: signer.personId, actorState: 'PA' }, attest: { body: 'YQ', sig: 'Yg' } },
    ]);
    const { act } = await aCaller(fresh);
    const outcome = node.acts.run(act(1), (at) => node.audit.record(at, anInvitation(), signer));
    await expect(outcome).rejects.toMatchObject({ code: 'event.malformed' });
  });
});

describe('a refused act', () => {
  it('has no effect but its denial, which uses up the number of the proof', async () => {
    const { session, act } = await aCaller(fresh);
    const told: RecordedEvent[] = [];
    const made = act(1, { onRecorded: (event) => void told.push(event) });
    const outcome = node.acts.run(made, async (at) => {
      await invite(at);
      throw new NotYours('not yours', { facts: { ruleId: 'B-001' } });
    });
    await expect(outcome).rejects.toBeInstanceOf(NotYours);
    const [event, ...others] = await eventsOf(made);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      what: {
        type: 'access.denied',
        outcome: 'denied',
        reasonCode: 'access.denied',
        ruleId: 'B-001',
        target: 'POST /people/invitations',
        states: ['CR'],
      },
      who: { actorId: session.personId },
      attest: { proof: 'jwt 1' },
    });
    expect(told.map(({ eventId }) => eventId)).toEqual([event?.row['event_id']]);
    expect(await seqsOf(session.deviceId)).toEqual([1]);
  });

  it('may be one whose number was used before: both are on record, the number stays with the first', async () => {
    const { session, act } = await aCaller(fresh);
    await node.acts.run(act(7), invite);
    const again = act(7);
    await expect(node.acts.run(again, invite)).rejects.toMatchObject({ code: 'proof.replayed' });
    expect(await eventsOf(again)).toMatchObject([
      { what: { type: 'access.denied', reasonCode: 'proof.replayed' }, attest: { proof: 'jwt 7' } },
    ]);
    expect(await seqsOf(session.deviceId)).toEqual([7]);
  });

  it('of 50 with one number at once leaves exactly one', async () => {
    const { session, act } = await aCaller(fresh);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () => node.acts.run(act(3), invite)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await seqsOf(session.deviceId)).toEqual([3]);
  });

  it('is recorded once, as what the service calls it', async () => {
    const { act } = await aCaller(fresh);
    const made = act(1);
    const outcome = node.acts.run(made, async (at) => {
      const fields = { kind: 'person-cert', statementHash: 'a'.repeat(43) };
      const reasonCode = 'access.denied';
      await node.audit.recordDenied(at.act, { type: 'statement.refused', reasonCode, fields });
      throw new NotYours('not yours');
    });
    await expect(outcome).rejects.toBeInstanceOf(NotYours);
    expect((await eventsOf(made)).map(({ what }) => what['type'])).toEqual(['statement.refused']);
  });

  it('that cannot be recorded is answered so, and the act stays undone', async () => {
    const { act } = await aCaller(fresh);
    const made = act(1);
    await fresh.asAdmin('REVOKE INSERT ON audit.outbox FROM enl_app');
    const outcome = node.acts.run(made, invite);
    await expect(outcome).rejects.toMatchObject({ code: 'audit.unavailable' });
    await fresh.asAdmin('GRANT INSERT ON audit.outbox TO enl_app');
    expect(await eventsOf(made)).toEqual([]);
  });

  it('of a session that has ended is recorded without a name', async () => {
    const { session, act } = await aCaller(fresh);
    await fresh.asAdmin('UPDATE app.sessions SET revoked_at = now() WHERE person_id = $1', [
      session.personId,
    ]);
    const made = act(1);
    await expect(node.acts.run(made, invite)).rejects.toMatchObject({ code: 'session.ended' });
    expect(await eventsOf(made)).toMatchObject([
      { who: { via: 'cli' }, attest: { proof: 'jwt 1' } },
    ]);
  });

  it('beyond five a minute is counted, with the numbers it used up', async () => {
    const { session, act } = await aCaller(fresh);
    const refuse = async (seq: number) =>
      node.acts
        .run(act(seq, { correlationId: newId(systemClock, systemRandom) }), async () => {
          throw new NotYours('not yours');
        })
        .catch(() => undefined);
    for (const seq of [1, 2, 3, 4, 5, 6, 7, 8, 10]) await refuse(seq);
    expect(await seqsOf(session.deviceId)).toEqual([1, 2, 3, 4, 5]);
    node.clock.ms += DENIALS_LIMIT.windowMs;
    await node.denials.flush();
    expect(await seqsOf(session.deviceId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10]);
    const counts = (await readEvents(fresh)).filter(
      ({ what, who }) => what['type'] === 'access.throttled' && who['actorId'] === session.personId,
    );
    expect(counts).toMatchObject([
      { what: { count: 4, windowMs: DENIALS_LIMIT.windowMs, seqs: ['6-8', '10'] } },
    ]);
  });
});

describe('a server that was taken over', () => {
  it.each([
    ['reads sections', 'SELECT * FROM audit.sections'],
    ['reads events', 'SELECT * FROM audit.events'],
    ['reads the outbox', 'SELECT * FROM audit.outbox'],
    ['takes an event back', 'DELETE FROM audit.outbox'],
    ['changes an event', `UPDATE audit.events SET outcome = 'denied'`],
    ['empties the log', 'TRUNCATE audit.log_entries'],
    ['writes into the log', 'INSERT INTO audit.log_entries DEFAULT VALUES'],
    ['reads the keys of aliases', 'SELECT * FROM audit.alias_keys'],
  ])('is refused when it %s', async (_, sql) => {
    const client = new pg.Client({ connectionString: fresh.url('enl_app') });
    await client.connect();
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
