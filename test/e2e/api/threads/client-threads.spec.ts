import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { GROUP_SUITES } from '@enlace/contracts';
import type { ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../../support/threads/client-stage.js';

describe('a thread between clients', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let esteban: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    esteban = await stage.member('cr-esteban');
  });

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(async () => {
    threadId = await stage.opened(rosa);
  });

  it('is read by an invited colleague from the invitation on, and by nobody before', async () => {
    await rosa.threads.send(threadId, saying('antes de la invitación'));
    await expect(omar.threads.read(threadId)).rejects.toThrow(
      expect.objectContaining({ code: 'thread.not-found' }),
    );
    await rosa.threads.invite(threadId, { personId: omar.own.personId, role: 'member', days: 7 });
    await rosa.threads.send(threadId, saying('bienvenido'));
    expect(await rosa.said(threadId)).toEqual(['antes de la invitación', 'bienvenido']);
    expect(await omar.said(threadId)).toEqual(['bienvenido']);
    await omar.threads.join(threadId);
    await omar.threads.send(threadId, saying('gracias'));
    expect(await rosa.said(threadId)).toEqual(['antes de la invitación', 'bienvenido', 'gracias']);
    const reading = await omar.threads.read(threadId);
    expect(reading).toMatchObject({ verdict: 'sound', alerts: [] });
    expect(reading.entries.at(-1)).toMatchObject({
      kind: 'message',
      sender: { person: omar.own.personId, state: 'PA', device: omar.own.deviceId },
      handling: 'EN1',
      content: { type: 'text', text: 'gracias' },
    });
  });

  it('has a title for its members, and is listed with where it stands', async () => {
    await rosa.threads.invite(threadId, { personId: omar.own.personId, role: 'member', days: 7 });
    const listed = async (who: ClientMember) =>
      (await who.threads.list()).find((one) => one.threadId === threadId);
    expect(await listed(rosa)).toMatchObject({
      title: 'Caso Frontera',
      standing: 'steward',
      readSeq: 3,
      seq: 3,
      waiting: 0,
    });
    expect(await listed(omar)).toMatchObject({ title: null, standing: 'unread', readSeq: 0 });
    await omar.threads.join(threadId);
    expect(await listed(omar)).toMatchObject({ standing: 'member', readSeq: 4 });
  });

  it('is shown as it was read last, and nobody is asked for it', async () => {
    await letIn(threadId, { by: rosa, who: omar });
    await omar.threads.read(threadId);
    await rosa.threads.send(threadId, saying('más tarde'));
    const nobody = async (): Promise<never> => {
      throw new Error('asked the server');
    };
    const alone = omar.threadsOn(omar.store, { request: nobody, requestOctets: nobody });
    const held = await alone.held(threadId);
    // The title stands before the invitation.
    expect(held.listed).toMatchObject({ title: null, standing: 'member', waiting: 0 });
    expect(held.reading.entries.map(({ seq }) => seq).at(-1)).toBe(held.listed.readSeq);
    expect(JSON.stringify(held.reading.entries)).not.toContain('más tarde');
    expect(held.members.map(({ personId }) => personId)).toContain(rosa.own.personId);
    expect(held.states).toContain('PA');
    const unread = await esteban.threads.held(threadId);
    expect(unread).toMatchObject({ listed: { standing: 'unread', readSeq: 0 }, members: [] });
    expect(unread.reading.entries).toEqual([]);
  });

  it('is closed to whoever is removed, who reads his removal and nothing after it', async () => {
    await letIn(threadId, { by: rosa, who: omar });
    await letIn(threadId, { by: rosa, who: esteban });
    await esteban.threads.send(threadId, saying('presente'));
    await rosa.threads.remove(threadId, esteban.own.personId);
    await rosa.threads.send(threadId, saying('sin Esteban'));
    expect(await omar.said(threadId)).toEqual(['presente', 'sin Esteban']);
    const { members } = await omar.threads.members(threadId);
    const expected = [rosa, omar].map(({ own }) => own.personId).toSorted();
    expect(members.map(({ personId }) => personId).toSorted()).toEqual(expected);
    const sent = esteban.threads.send(threadId, saying('sigo aquí'));
    const absent = expect.objectContaining({ code: 'thread.not-found' });
    await expect(sent).rejects.toThrow(absent);
    const left = await esteban.threads.read(threadId);
    expect(left).toMatchObject({ isServed: false, verdict: 'reserved' });
    expect(await esteban.said(threadId)).toEqual(['presente']);
    expect(await rosa.said(threadId)).toEqual(['presente', 'sin Esteban']);
  });

  it('loses who leaves with the next one who writes, and nobody has to say so', async () => {
    await letIn(threadId, { by: rosa, who: omar });
    await omar.threads.leave(threadId);
    await rosa.threads.send(threadId, saying('ya sin Omar'));
    const { members } = await rosa.threads.members(threadId);
    expect(members.map(({ personId }) => personId)).toEqual([rosa.own.personId]);
  });

  it('takes the acts of two who write and invite at once, each exactly once', async () => {
    await letIn(threadId, { by: rosa, who: omar });
    const acts = [
      rosa.threads.invite(threadId, { personId: esteban.own.personId, role: 'member', days: 7 }),
      omar.threads.send(threadId, saying('al mismo tiempo')),
    ];
    const done = await Promise.all(acts);
    expect(new Set(done.map(({ seq }) => seq)).size).toBe(2);
    expect(await rosa.said(threadId)).toEqual(['al mismo tiempo']);
    expect(await omar.said(threadId)).toEqual(['al mismo tiempo']);
    await esteban.threads.join(threadId);
    await esteban.threads.send(threadId, saying('llegué'));
    for (const who of [rosa, omar]) {
      expect((await who.said(threadId)).at(-1)).toBe('llegué');
      expect((await who.threads.read(threadId)).verdict).toBe('sound');
    }
  });

  it('keeps what could not be sent, and sends it with the next act, before it', async () => {
    const { liar } = stage;
    const real = liar.lie;
    liar.lie = ({ method, text }) => (method === 'POST' ? '<html>gateway</html>' : text);
    const lost = rosa.threads.send(threadId, saying('sin respuesta'));
    await expect(lost).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    liar.lie = real;
    await rosa.threads.send(threadId, saying('después'));
    expect(await rosa.said(threadId)).toEqual(['sin respuesta', 'después']);
  });

  it('works the same under the hybrid suite', async () => {
    const hybrid = await stage.opened(rosa, GROUP_SUITES.xWing);
    await letIn(hybrid, { by: rosa, who: omar });
    await omar.threads.send(hybrid, saying('con X-Wing'));
    expect(await rosa.said(hybrid)).toEqual(['con X-Wing']);
  });

  it('refuses what nobody may do, and forgets that it was wanted', async () => {
    await letIn(threadId, { by: rosa, who: omar });
    const invite = { personId: esteban.own.personId, role: 'member', days: 7 } as const;
    const notNow = expect.objectContaining({ code: 'thread.plan-refused' });
    await expect(omar.threads.invite(threadId, invite)).rejects.toThrow(notNow);
    await expect(rosa.threads.remove(threadId, esteban.own.personId)).rejects.toThrow(notNow);
    const empty = rosa.threads.send(threadId, saying(''));
    await expect(empty).rejects.toThrow(expect.objectContaining({ code: 'content.malformed' }));
    await rosa.threads.send(threadId, saying('sigue'));
    expect(await omar.said(threadId)).toEqual(['sigue']);
  });
});
