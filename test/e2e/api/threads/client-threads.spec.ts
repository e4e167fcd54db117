import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { addStateToCase, newCaseId, openCase } from '@enlace/client';
import { GROUP_SUITES } from '@enlace/contracts';
import { systemClock, systemRandom, type CaseId } from '@enlace/kernel';

import { LyingServer } from '../../../support/people/lying-server.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { ClientMember } from '../../../support/threads/client-member.js';
import { startThreadServer } from '../../../support/threads/thread-story.js';

const codes = { caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' } as const;
const text = (said: string) => ({ type: 'text', text: said, handling: { code: 'EN1' } }) as const;

describe('a thread between two clients', () => {
  const liar = new LyingServer();
  let api: SessionServer;
  let rosa: ClientMember;
  let omar: ClientMember;
  let caseId: CaseId;

  beforeAll(async () => {
    const url = await liar.start();
    api = await startThreadServer({ PUBLIC_ORIGIN: url });
    liar.standBefore(api.url);
    rosa = await ClientMember.of(api, 'cr-rosa', url);
    omar = await ClientMember.of(api, 'pa-omar', url);
  });

  afterAll(async () => {
    await api.close();
    await liar.stop();
  });

  beforeEach(async () => {
    caseId = newCaseId({ clock: systemClock, random: systemRandom });
    await openCase(rosa.session, { caseId, ...codes });
    await addStateToCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
  });

  const opened = async (title = 'Caso Frontera') =>
    rosa.threads.open({
      caseId,
      ...codes,
      states: ['CR', 'PA'],
      purpose: 'investigation',
      level: 'informal',
      handlingFloor: 'EN0',
      retentionDays: 365,
      suite: GROUP_SUITES.x25519,
      title,
    });

  it('is opened, written and read, and an invited colleague reads from the invitation on', async () => {
    const { threadId } = await opened();
    await rosa.threads.send(threadId, text('antes de la invitación'));
    await rosa.threads.invite(threadId, { personId: omar.own.personId, role: 'member', days: 7 });
    await rosa.threads.send(threadId, text('bienvenido'));
    expect(await rosa.said(threadId)).toEqual(['antes de la invitación', 'bienvenido']);
    expect(await omar.said(threadId)).toEqual(['bienvenido']);
    await omar.threads.join(threadId);
    await omar.threads.send(threadId, text('gracias'));
    expect(await rosa.said(threadId)).toEqual(['antes de la invitación', 'bienvenido', 'gracias']);
    const reading = await omar.threads.read(threadId);
    expect(reading).toMatchObject({ verdict: 'sound', alerts: [] });
  });
});
