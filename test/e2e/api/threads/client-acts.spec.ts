import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { formatInstant, newId, systemClock, systemRandom, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../../support/threads/client-stage.js';
import { fileOf, MemoryTarget } from '../../../support/threads/memory-files.js';

const HOUR_MS = 3_600_000;
const handling = { code: 'EN1' } as const;

describe('what members ask of each other, and take back', () => {
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
    threadId = await stage.opened(rosa);
    for (const who of [omar, esteban]) await letIn(threadId, { by: rosa, who });
  });

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(() => stage.honestly());

  const asked = async (deadlineMs: number): Promise<number> => {
    const { seq: target } = await rosa.threads.send(threadId, saying('medida cautelar'));
    const { seq } = await rosa.threads.send(threadId, {
      type: 'ack.request',
      ackId: newId(systemClock, systemRandom),
      targets: [target],
      from: [omar.own.personId],
      deadline: formatInstant(deadlineMs),
      zone: 'America/Costa_Rica',
      handling: { ...handling, note: 'hasta mañana' },
    });
    return seq;
  };

  it('to look is on record with its purpose before anything is shown, and to take in what is new is not', async () => {
    const consulted = async () =>
      stage.api.database.asAdmin(
        `SELECT convert_from(w.body, 'UTF8')::jsonb AS what, convert_from(y.body, 'UTF8')::jsonb AS why
           FROM audit.events e JOIN audit.sections w ON w.event_id = e.event_id AND w.section = 1
           JOIN audit.sections y ON y.event_id = e.event_id AND y.section = 4
          WHERE e.thread_id = $1 AND e.type = 'thread.consulted' ORDER BY e.event_id`,
        [threadId],
      );
    const { threads } = omar;
    await threads.read(threadId);
    expect(await consulted()).toEqual([]);
    const { entries } = await threads.consult(threadId);
    const [first, last] = [entries.at(0), entries.at(-1)];
    expect(await consulted()).toMatchObject([
      {
        what: { firstSeq: first?.seq, lastSeq: last?.seq, actorState: 'PA' },
        why: { purpose: 'investigation' },
      },
    ]);
    await threads.consult(threadId);
    const [one, two] = await consulted();
    // The purpose of a case is declared once in a session.
    expect(two?.['why']).toEqual(one?.['why']);
    // What could not be recorded is not shown.
    stage.liar.refuse = ({ url }) => url.endsWith('/consultations');
    await expect(threads.consult(threadId)).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    stage.honestly();
    expect(await consulted()).toHaveLength(2);
  });

  it('an acknowledgement is given once, by whoever is asked', async () => {
    const seq = await asked(stage.api.clock.nowMs() + HOUR_MS);
    const given = await omar.threads.acknowledge(threadId, seq);
    expect(given).toMatchObject({ isLate: false });
    expect((await omar.threads.acknowledge(threadId, seq)).seq).toBe(given.seq);
    const { entries } = await rosa.threads.read(threadId);
    expect(entries.at(-1)).toMatchObject({
      seq: given.seq,
      kind: 'receipt',
      sender: { person: omar.own.personId },
      handling: 'EN1',
      content: { type: 'ack.given', handling },
    });
    const notAsked = expect.objectContaining({ code: 'ack.not-asked' });
    for (const who of [rosa, esteban]) {
      await expect(who.threads.acknowledge(threadId, seq)).rejects.toThrow(notAsked);
    }
    await expect(omar.threads.acknowledge(threadId, seq - 1)).rejects.toThrow(notAsked);
    await expect(omar.threads.acknowledge(threadId, 9_999)).rejects.toThrow(notAsked);
  });

  it('an acknowledgement after the deadline stands in the log as one, and says so', async () => {
    const seq = await asked(stage.api.clock.nowMs() - HOUR_MS);
    expect(await omar.threads.acknowledge(threadId, seq)).toMatchObject({ isLate: true });
  });

  it('a message that is taken back and erased is gone with its file, also where it was read', async () => {
    const bytes = systemRandom.bytes(1_000);
    const files = [fileOf('equivocado.pdf', bytes)];
    const message = { files, text: 'al expediente equivocado', handling };
    const { seq } = await rosa.files.attach(threadId, message);
    const version = { text: 'corregido, y al mismo expediente', version: 2, handling } as const;
    await rosa.threads.send(threadId, { type: 'edit', target: seq, ...version });
    const save = async (): Promise<MemoryTarget> => {
      const target = new MemoryTarget();
      const place = { purpose: null, targetFor: async () => target };
      await omar.files.save(threadId, { seq }, place);
      return target;
    };
    expect((await save()).saved).toEqual(bytes);
    expect(await omar.said(threadId)).toContain(message.text);
    const reason = 'es de otro caso';
    const isErasing = { isErasing: true };
    await rosa.threads.withdraw(threadId, { target: seq, reason, handling }, isErasing);
    for (const who of [rosa, omar, esteban]) {
      const { entries, verdict, alerts } = await who.threads.read(threadId);
      expect({ verdict, alerts }).toEqual({ verdict: 'reserved', alerts: [] });
      expect(entries.find((one) => one.seq === seq)).toMatchObject({
        content: null,
        reason: 'redacted',
      });
      expect(JSON.stringify(entries)).toContain(reason);
      expect(entries.slice(-2).map(({ kind }) => kind)).toEqual(['message', 'redaction']);
      const kept = [...(who.store.tables.get('thread-entries')?.values() ?? [])];
      const texts = kept.map((entry) => Buffer.from(entry).toString());
      for (const gone of [message.text, version.text]) {
        expect(texts.filter((text) => text.includes(gone))).toEqual([]);
      }
    }
    await expect(save()).rejects.toThrow(expect.objectContaining({ code: 'file.not-named' }));
    const [event] = await stage.api.database.asAdmin(
      `SELECT count(*)::int AS readable FROM app.attachment_uses u JOIN app.entries e USING (thread_id, seq)
        WHERE u.thread_id = $1 AND u.seq = $2 AND e.erased_by IS NULL`,
      [threadId, seq],
    );
    expect(event).toEqual({ readable: 0 });
  });

  it('what was taken back stands once and whole, also when the answer was lost', async () => {
    const { seq: target } = await rosa.threads.send(threadId, saying('sin respuesta'));
    const withdraw = async () =>
      rosa.threads.withdraw(threadId, { target, reason: 'error', handling }, { isErasing: true });
    stage.liar.lie = ({ method, url, text }) =>
      method === 'POST' && url.endsWith('/entries') ? '{}' : text;
    await expect(withdraw()).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    stage.honestly();
    const { entries, alerts } = await rosa.threads.read(threadId);
    expect(alerts).toEqual([]);
    const after = entries.filter(({ seq }) => seq > target);
    expect(after.map(({ kind }) => kind)).toEqual(['message', 'redaction']);
    expect(await rosa.threads.waiting(threadId)).toBe(0);
    expect(await omar.said(threadId)).not.toContain('sin respuesta');
  });

  it('nobody takes back what another wrote', async () => {
    const { seq: target } = await rosa.threads.send(threadId, saying('esto queda'));
    const withdrawn = { target, reason: 'no me gusta', handling };
    const isErasing = { isErasing: true };
    await expect(omar.threads.withdraw(threadId, withdrawn, isErasing)).rejects.toThrow(
      expect.objectContaining({ kind: 'forbidden' }),
    );
    expect(await esteban.said(threadId)).toContain('esto queda');
    expect(await omar.said(threadId)).toContain('esto queda');
  });
});
