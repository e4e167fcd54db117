import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  addCaseMember,
  addStateToCase,
  approveHolding,
  changeCase,
  closeCase,
  countCases,
  listCases,
  newCaseId,
  openCase,
  openCaseOnce,
  removeCaseMember,
  removeStateFromCase,
  reopenCase,
  reportCase,
  setCaseHold,
  showCase,
} from '@enlace/client';
import type { State } from '@enlace/contracts';
import { parseId, systemClock, systemRandom, type PersonId } from '@enlace/kernel';
import { forTestsOnlySeed, officeId, personaOf, testId } from '@enlace/testing';

import { LyingServer } from '../../../support/people/lying-server.js';
import { cliDeviceOf, enrolCli } from '../../../support/people/region-directory.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { ClientMember } from '../../../support/threads/client-member.js';

const codes = { caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' } as const;
/** Time for the limits of the server. */
const MINUTE_MS = 60_000;
const aCase = () => ({ caseId: newCaseId({ clock: systemClock, random: systemRandom }), ...codes });

describe('cases at the client', () => {
  const malformed = expect.objectContaining({ code: 'client.answer-malformed' });
  const liar = new LyingServer();
  let api: SessionServer;
  let rosa: ClientMember;
  let address: string;

  beforeAll(async () => {
    address = await liar.start();
    api = await startSessionServer({ PUBLIC_ORIGIN: address });
    enrolCli(api.region, personaOf('cr-ines'));
    await api.logStatements();
    liar.standBefore(api.url);
    rosa = await ClientMember.of(api, 'cr-rosa', { url: address });
  });

  afterAll(async () => {
    await api.close();
    await liar.stop();
  });

  it('are opened once, however often the request is sent, and shown as they are', async () => {
    const opening = aCase();
    const opened = await openCase(rosa.session, opening);
    expect(opened).toMatchObject({ ...opening, ownerState: 'CR', states: ['CR'], role: 'steward' });
    expect(await openCase(rosa.session, opening)).toEqual(opened);
    expect(await showCase(rosa.session, opening.caseId)).toEqual(opened);
    expect(await listCases(rosa.session)).toEqual([opened]);
    const other = openCase(rosa.session, { ...opening, legalBasis: 'UNTOC-5' });
    await expect(other).rejects.toThrow(expect.objectContaining({ code: 'case.conflict' }));
  });

  it('are opened once by whoever asks again after a lost answer, and others by whoever asks for others', async () => {
    const { session, store, presence: show } = rosa;
    const ports = { session, store, show, clock: systemClock, random: systemRandom };
    const open = async (...states: State[]) => openCaseOnce({ ...codes, states }, ports);
    const [before] = await listCases(session);
    liar.lie = ({ method, text }) => (method === 'POST' ? '{}' : text);
    await expect(open('PA')).rejects.toThrow(malformed);
    liar.lie = ({ text }) => text;
    const [lost, ...others] = await listCases(session);
    expect(others[0]).toEqual(before);
    // Without its State: nobody of it comes into what is asked for now.
    const other = await open('GT');
    expect(other.states).toEqual(['CR', 'GT']);
    expect(other.caseId).not.toBe(lost?.caseId);
    liar.lie = ({ url, text }) => (url.endsWith('/states') ? '{}' : text);
    await expect(open('PA', 'GT')).rejects.toThrow(malformed);
    liar.lie = ({ text }) => text;
    const [half] = await listCases(session);
    const whole = await open('GT', 'PA');
    expect(whole).toMatchObject({ caseId: half?.caseId, states: ['CR', 'GT', 'PA'] });
    // What has ended is kept no more: the same once more is another case.
    expect((await open()).caseId).not.toBe((await open()).caseId);
    api.clock.ms += MINUTE_MS;
    await listCases(session);
  });

  it('let another State in by whoever shows once more who sits there', async () => {
    const { caseId } = await openCase(rosa.session, aCase());
    const shown = await addStateToCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
    expect(shown.states).toEqual(['CR', 'PA']);
    const again = addStateToCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
    await expect(again).rejects.toThrow(expect.objectContaining({ code: 'case.conflict' }));
  });

  it('change their codes, their members and their States', async () => {
    const { caseId } = await openCase(rosa.session, aCase());
    const changed = await changeCase(rosa.session, caseId, { caseType: 'trafficking' });
    expect(changed).toMatchObject({ caseType: 'trafficking', legalBasis: codes.legalBasis });
    const memberId = parseId<PersonId>(testId('cr-esteban', 4));
    const person = { personId: memberId, role: 'steward' } as const;
    const added = { caseId, memberId, role: 'steward' };
    expect(await addCaseMember(rosa.session, caseId, person)).toEqual(added);
    const conflict = expect.objectContaining({ code: 'case.conflict' });
    await expect(addCaseMember(rosa.session, caseId, person)).rejects.toThrow(conflict);
    const removed = await removeCaseMember(rosa.session, caseId, memberId);
    expect(removed).toEqual({ ...added, role: null });
    await addStateToCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
    const left = await removeStateFromCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
    expect(left).toMatchObject({ caseId, states: ['CR'] });
    // Whoever made somebody a member is not told of something else.
    liar.lie = ({ text }) => text.replace('"role":"steward"', '"role":"member"');
    await expect(addCaseMember(rosa.session, caseId, person)).rejects.toThrow(malformed);
    liar.lie = ({ text }) => text;
    api.clock.ms += MINUTE_MS;
  });

  it('are reported by a liaison, and counted where there are five', async () => {
    const esteban = await ClientMember.of(api, 'cr-esteban', { url: address });
    const { caseId } = await openCase(esteban.session, aCase());
    const reported = { caseId, officeId: officeId('CR', 'specialised') };
    expect(await reportCase(esteban.session, caseId)).toEqual(reported);
    const opening = { ...aCase(), caseType: 'counted' };
    for (let at = 0; at < 5; at += 1) {
      const { caseId: next } = aCase();
      await openCase(rosa.session, { ...opening, caseId: next });
      const counts = await countCases(rosa.session);
      const found = counts.find(({ caseType }) => caseType === 'counted')?.cases;
      expect(found).toBe(at < 4 ? undefined : 5);
    }
    liar.lie = ({ text }) => text.replace('"cases":5', '"cases":4');
    await expect(countCases(rosa.session)).rejects.toThrow(malformed);
    liar.lie = ({ text }) => text;
    api.clock.ms += MINUTE_MS;
  });

  it('end, and begin again', async () => {
    const { caseId } = await openCase(rosa.session, aCase());
    expect(await closeCase(rosa.session, caseId)).toMatchObject({ caseId, status: 'closed' });
    expect(await showCase(rosa.session, caseId)).toMatchObject({ status: 'closed' });
    expect(await reopenCase(rosa.session, caseId)).toMatchObject({ caseId, status: 'open' });
  });

  it('are held, and released, with what a second person approved of', async () => {
    const { caseId } = await openCase(rosa.session, aCase());
    const seed = forTestsOnlySeed(cliDeviceOf(personaOf('cr-ines')));
    const set = async (action: 'hold' | 'release', approvedOf = action) => {
      const holding = { caseId, action, basis: 'court-order' } as const;
      const approvals = [approveHolding({ ...holding, action: approvedOf }, seed, systemRandom)];
      return setCaseHold(rosa.session, { ...holding, approvals }, rosa.presence);
    };
    const refused = expect.objectContaining({ code: 'statement.refused' });
    await expect(set('hold', 'release')).rejects.toThrow(refused);
    expect(await set('hold')).toEqual({ caseId, isHeld: true });
    expect(await showCase(rosa.session, caseId)).toMatchObject({ isHeld: true });
    expect(await set('release')).toEqual({ caseId, isHeld: false });
    // Whoever asked for a hold is not told of something else.
    liar.lie = ({ text }) => text.replace('"isHeld":true', '"isHeld":false');
    const other = expect.objectContaining({ code: 'client.answer-malformed' });
    await expect(set('hold')).rejects.toThrow(other);
    liar.lie = ({ text }) => text;
  });

  it('are listed page by page, each once', async () => {
    const before = await listCases(rosa.session);
    await api.database.asAdmin(
      `INSERT INTO app.cases
       SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, owner_state, states, case_type,
              legal_basis, status, opened_by, opened_at
         FROM app.cases, generate_series(1, 400) n WHERE case_id = $1`,
      [before[0]?.caseId],
    );
    await api.database.asAdmin(
      `INSERT INTO app.case_members (case_id, person_id, role)
       SELECT c.case_id, $1, 'steward' FROM app.cases c LEFT JOIN app.case_members m USING (case_id)
        WHERE m.case_id IS NULL`,
      [rosa.own.personId],
    );
    const all = await listCases(rosa.session);
    expect(all).toHaveLength(before.length + 400);
    expect(new Set(all.map(({ caseId }) => caseId)).size).toBe(all.length);
  });

  const lying = async (lie: (told: Record<string, unknown>) => unknown) => {
    const opening = aCase();
    await openCase(rosa.session, opening);
    liar.lie = ({ text }) => JSON.stringify(lie(JSON.parse(text)));
    try {
      await showCase(rosa.session, opening.caseId);
    } finally {
      liar.lie = ({ text }) => text;
    }
  };

  it.each([
    ['another case than was asked for', { caseId: '01900000-0000-7000-8000-000000000001' }],
    ['a State that is none', { states: ['CR', 'ZZ'] }],
    ['an owner that takes part in nothing', { ownerState: 'XR' }],
    ['a role that nobody has', { role: 'owner' }],
    ['a hold that is neither', { isHeld: 'no' }],
    ['a moment of another form', { openedAt: 'yesterday' }],
    ['a code of any length', { caseType: 'x'.repeat(65) }],
    ['a list that is none', { states: 'CR' }],
  ])('are refused as %s', async (_, lie) => {
    await expect(lying((told) => ({ ...told, ...lie }))).rejects.toThrow(malformed);
  });

  it('are not listed without end by a server that goes round in circles', async () => {
    liar.lie = ({ text }) => text;
    const page = await listCases(rosa.session);
    liar.lie = () => JSON.stringify({ cases: page.slice(0, 200) });
    await expect(listCases(rosa.session)).rejects.toThrow(malformed);
    liar.lie = ({ text }) => text;
  });
});
