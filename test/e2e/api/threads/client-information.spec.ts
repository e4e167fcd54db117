import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { heldDrafts, Information, RequestRecords, type Question } from '@enlace/client';
import { GROUP_SUITES } from '@enlace/contracts';
import {
  formatInstant,
  newRandomId,
  systemRandom,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { parseRequest } from '@enlace/mla';
import { edited, goodRequest, officeId, personaOf, testBytes, testId } from '@enlace/testing';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../../support/threads/client-stage.js';

const DAY_MS = 86_400_000;
const CHILD = 'Hortensia Quijano Zeledón';
const coded = (code: string) => expect.objectContaining({ code });

describe('information between focal points, before anything is formal', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let yara: ClientMember;
  let threadId: ThreadId;

  const informationOf = (who: ClientMember) =>
    new Information(who.portsOn(), {
      threads: who.threads,
      drafts: async () => heldDrafts(who.portsOn()),
    });
  const inDays = (days: number) => formatInstant(stage.api.clock.ms + days * DAY_MS);
  const question = (more: Partial<Question> = {}): Question => ({
    texts: ['¿Hay registro de entrada?', '¿De qué vehículo?'],
    state: 'PA',
    purpose: 'investigation',
    urgency: 'urgent',
    neededBy: inDays(2),
    handling: 'EN1',
    ...more,
  });

  beforeAll(async () => {
    stage = await ClientStage.begin();
    const { region } = stage.api;
    const { id: contact } = region.add(
      {
        type: 'contact',
        state: 'PA',
        contactId: testId('contact', 7),
        officeId: officeId('PA', personaOf('pa-omar').office),
        personId: testId('pa-omar', 4),
        duties: ['focal-point-smuggling'],
        card: testBytes('card', 32),
        closed: false,
      },
      ['identity:pa-omar'],
    );
    const approval = { type: 'contact-approval', state: 'PA', contact } as const;
    const validUntil = formatInstant(region.nowMs + 90 * DAY_MS);
    region.add({ ...approval, validUntil }, ['identity:pa-hugo']);
    await stage.certify('pa-yara', ['cli:pa-yara']);
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    yara = await stage.member('pa-yara', 'cli:pa-yara');
    threadId = await stage.opened(rosa);
  });

  afterAll(async () => {
    await stage.close();
  });

  it('is asked of a focal point who is in the thread, and of nobody else', async () => {
    const [focal] = informationOf(rosa).focalPoints('PA');
    expect(focal).toMatchObject({ personId: omar.own.personId, standing: 'unconfirmed' });
    const asking = informationOf(rosa).ask(threadId, question());
    await expect(asking).rejects.toThrow(
      expect.objectContaining({
        code: 'information.no-focal-point',
        facts: { state: 'PA', persons: omar.own.personId },
      }),
    );
    await letIn(threadId, { by: rosa, who: yara });
    await expect(informationOf(rosa).ask(threadId, question())).rejects.toThrow(
      coded('information.no-focal-point'),
    );
    await letIn(threadId, { by: rosa, who: omar });
    const strangers = question({ to: [omar.own.personId, rosa.own.personId] });
    await expect(informationOf(rosa).ask(threadId, strangers)).rejects.toThrow(
      expect.objectContaining({
        code: 'information.not-in-thread',
        facts: { state: 'PA', persons: rosa.own.personId },
      }),
    );
    const { to } = await informationOf(rosa).ask(threadId, question());
    expect(to).toEqual([omar.own.personId]);
  });

  it('is answered by whoever was asked, in parts, while a clock runs', async () => {
    const { asked } = await informationOf(omar).list(threadId);
    expect(asked).toMatchObject([
      { person: rosa.own.personId, state: 'CR', standing: 'sent', isOverdue: false },
    ]);
    const requestId = asked[0]?.requestId ?? '';
    const given = { question: 1, text: 'Sí, el 3 de noviembre.', certainty: 'certain' } as const;
    const reply = { answers: [given], handling: 'EN1' } as const;
    await expect(informationOf(yara).answer(threadId, requestId, reply)).rejects.toThrow(
      coded('information.not-asked'),
    );
    await expect(
      informationOf(omar).answer(threadId, requestId, {
        ...reply,
        answers: [{ ...given, question: 3 }],
      }),
    ).rejects.toThrow(coded('information.no-question'));
    await informationOf(omar).answer(threadId, requestId, reply);
    expect((await informationOf(rosa).list(threadId)).asked).toMatchObject([
      { standing: 'in-part', answers: [{ state: 'PA', answers: [{ text: given.text }] }] },
    ]);
    await informationOf(omar).answer(threadId, requestId, {
      answers: [{ ...given, question: 2 }],
      handling: 'EN1',
    });
    expect((await informationOf(rosa).list(threadId)).asked).toMatchObject([
      { standing: 'answered' },
    ]);
  });

  it('is told without a question, with what is asked not to be done with it', async () => {
    const telling = {
      summary: 'El vehículo cruzó vacío.',
      states: ['PA', 'CR'],
      restrictions: 'No se cita antes de la solicitud formal.',
      exculpatory: true,
      handling: 'EN2',
    } as const;
    const { informationId } = await informationOf(omar).tell(threadId, telling);
    expect((await informationOf(rosa).list(threadId)).told).toMatchObject([
      { informationId, state: 'PA', states: ['CR', 'PA'], exculpatory: true, handling: 'EN2' },
    ]);
  });

  it('names nobody whom a draft of the own State protects', async () => {
    const child = { '/persons/0/name': CHILD, '/persons/0/minor': true };
    const parsed = parseRequest(
      JSON.stringify(edited(goodRequest(), { '/requestedState': 'PA', ...child })),
    );
    if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
    const { caseId } = (await rosa.threads.list()).find((one) => one.threadId === threadId) ?? {};
    if (caseId === undefined || caseId === null) throw new RangeError('no case');
    const { threadId: own } = await rosa.threads.open({
      caseId,
      caseType: 'migrant-smuggling',
      legalBasis: 'UNTOC-18',
      states: ['CR'],
      purpose: 'mla-preparation',
      level: 'informal',
      handlingFloor: 'EN0',
      retentionDays: 365,
      suite: GROUP_SUITES.x25519,
      title: 'Borrador',
    });
    const records = new RequestRecords(rosa.portsOn());
    await records.begin(own, {
      recordId: records.newRecordId(),
      requestId: newRandomId<RequestId>(systemRandom),
      title: 'CR-2026',
      request: parsed.request,
    });
    const { entries } = await rosa.threads.read(threadId);
    const texts = [`¿Vieron a ${CHILD.toUpperCase()}?`];
    await expect(informationOf(rosa).ask(threadId, question({ texts }))).rejects.toThrow(
      expect.objectContaining({
        code: 'information.unprotected',
        facts: { persons: `${parsed.request.id ?? '-'}:P-1` },
      }),
    );
    await expect(
      informationOf(rosa).tell(threadId, {
        summary: texts[0] ?? '',
        states: ['PA'],
        exculpatory: false,
        handling: 'EN1',
      }),
    ).rejects.toThrow(coded('information.unprotected'));
    expect((await rosa.threads.read(threadId)).entries).toHaveLength(entries.length);
  });
});
