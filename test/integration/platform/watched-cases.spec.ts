import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent, RecordableType } from '@enlace/contracts';
import {
  newId,
  parseId,
  systemClock,
  systemRandom,
  type CaseId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { DetectionRepository } from '../../../apps/api/src/audit/alerts/detection.repository.js';
import { aCaller, openActs } from '../../support/people/recorded-acts.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Caller = Awaited<ReturnType<typeof aCaller>>;

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openActs>>;
let rosa: Caller;
let omar: Caller;
const repository = new DetectionRepository();

beforeAll(async () => {
  fresh = await freshDatabase();
  node = await openActs(fresh);
  rosa = await aCaller(fresh);
  omar = await aCaller(fresh, 'PA');
});
afterAll(async () => {
  await node.close();
  await fresh.drop();
});

const aCase = () => newId<CaseId>(systemClock, systemRandom);
const numbers = new Map<Caller, number>();
const personOf = (caller: Caller) => parseId<PersonId>(caller.session.personId);

/** What somebody did in a case, on record as the server would put it there. */
async function did<Type extends RecordableType>(
  caller: Caller,
  caseId: CaseId,
  event: Pick<AuditEvent<Type>, 'type' | 'fields'> & { readonly threadId?: ThreadId },
): Promise<string> {
  const seq = (numbers.get(caller) ?? 0) + 1;
  numbers.set(caller, seq);
  // Ids of events are told apart by the clock of the node.
  node.clock.ms += 1;
  const act = caller.act(seq, { declared: [event.type] });
  const { eventId } = await node.acts.run(act, async (at) =>
    node.audit.record(at, {
      ...event,
      outcome: 'success',
      object: { type: 'case', id: caseId, ownerState: 'CR' },
      states: ['CR', 'PA'],
      caseId,
    }),
  );
  return eventId;
}

const consulted = { type: 'case.consulted', fields: {} } as const;
const fetched = (firstSeq: number, lastSeq: number) =>
  ({
    type: 'entry.fetched',
    fields: { firstSeq, lastSeq, count: lastSeq - firstSeq + 1, mode: 'backlog' },
  }) as const;
const asSequencer = <Found>(
  find: (tx: Parameters<Parameters<typeof node.sequencer.asServer>[0]>[0]) => Promise<Found>,
) => node.sequencer.asServer(find);
const unassigned = async () =>
  (await asSequencer((tx) => repository.findUnassigned(tx, node.clock.ms - DAY_MS))).map(
    ({ eventId }) => eventId,
  );

describe('the first reading in a case', () => {
  it('is told of once where nobody let the reader in, and of no opener, invited one or member', async () => {
    const [opened, invited, joined, strange] = [aCase(), aCase(), aCase(), aCase()];
    await did(rosa, opened, { type: 'case.created', fields: {} });
    await did(rosa, opened, consulted);
    const alias = async (caseId: CaseId) => {
      const about = { personId: personOf(omar), state: 'PA', caseId };
      return node.acts.run(rosa.act(1_000, { declared: [], proof: null }), async (at) =>
        node.audit.findAlias(at, about),
      );
    };
    const inviteeAlias = await alias(invited);
    await did(rosa, invited, {
      type: 'invitation.issued',
      fields: {
        inviteeAlias,
        inviteeState: 'PA',
        role: 'member',
        expiresAt: '2026-12-01T00:00:00.000Z',
      },
    });
    await did(omar, invited, fetched(1, 3));
    const memberAlias = await alias(joined);
    await did(rosa, joined, {
      type: 'case.member-added',
      fields: { memberAlias, memberState: 'PA' },
    });
    await did(omar, joined, consulted);
    expect(await unassigned()).toEqual([]);
    // An office that was told of a case: whoever is of it may look.
    const told = aCase();
    const officeId = omar.session.officeId;
    await did(rosa, told, { type: 'case.reported-up', fields: { officeId } });
    await did(omar, told, consulted);
    expect(await unassigned()).toEqual([]);
    const first = await did(omar, strange, consulted);
    await did(omar, strange, consulted);
    expect(await unassigned()).toEqual([first]);
    const elsewhere = aCase();
    await did(rosa, elsewhere, { type: 'case.reported-up', fields: { officeId: elsewhere } });
    const other = await did(omar, elsewhere, consulted);
    expect(await unassigned()).toEqual([first, other]);
    // Whoever was let in afterwards had read before.
    await did(rosa, strange, {
      type: 'case.member-added',
      fields: { memberAlias: await alias(strange), memberState: 'PA' },
    });
    expect(await unassigned()).toEqual([first, other]);
  });
});

describe('the cases of a day', () => {
  it('are counted once each, with the first event of each, by person', async () => {
    const before = await asSequencer((tx) => repository.findCaseDays(tx, 0));
    const [one, two] = [aCase(), aCase()];
    const firsts = [await did(rosa, one, consulted), await did(rosa, two, fetched(1, 2))];
    await did(rosa, one, consulted);
    const after = await asSequencer((tx) => repository.findCaseDays(tx, 0));
    const of = (days: typeof after) =>
      days.find(({ actorId }) => actorId === personOf(rosa)) ?? { cases: 0, eventIds: [] };
    expect(of(after).cases).toBe(of(before).cases + 2);
    expect(of(after).eventIds).toEqual(expect.arrayContaining(firsts));
    expect(after[0]).toMatchObject({ day: Math.floor(node.clock.ms / DAY_MS) });
  });
});

describe('what was redacted', () => {
  it('is told with who else had got it before, and not with who got other entries or an erased one', async () => {
    const [caseId, threadId] = [aCase(), newId<ThreadId>(systemClock, systemRandom)];
    const has = await did(omar, caseId, { ...fetched(4, 6), threadId });
    await did(omar, caseId, { ...fetched(7, 9), threadId });
    await did(rosa, caseId, { ...fetched(1, 9), threadId });
    const redacted = (seqs: readonly number[], reason: string) =>
      did(rosa, caseId, { type: 'entry.redacted', fields: { seqs, reason }, threadId });
    const redaction = await redacted([2, 5], 'withdrawn');
    await redacted([4], 'compacted');
    await did(omar, caseId, { ...fetched(1, 9), threadId });
    const found = await asSequencer((tx) =>
      repository.findRedactedReads(tx, node.clock.ms - DAY_MS),
    );
    expect(found).toMatchObject([
      { redactionId: redaction, state: 'CR', readId: has, readerId: personOf(omar) },
    ]);
  });
});

describe('the functions', () => {
  it('answer the sequencer and nobody else', async () => {
    for (const call of [
      `guard.cases_by_day('{}', now())`,
      `guard.unassigned_reads('{}', now())`,
      'guard.redacted_reads(now())',
    ]) {
      const asked = node.database.beforeSignIn((tx) => tx.query(`SELECT * FROM ${call}`));
      await expect(asked).rejects.toMatchObject({ code: 'access.denied' });
    }
  });
});
