import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { attachmentLength, ROUTES } from '@enlace/contracts';
import { recordSeal, recordTransfer, signStated } from '@enlace/client';
import {
  equalBytes,
  isJsonObject,
  newId,
  systemClock,
  systemRandom,
  toBase64Url,
  type ThreadId,
} from '@enlace/kernel';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { recordedWhats } from '../../../support/audit/recorded-whats.js';
import { ClientStage, letIn, saying } from '../../../support/threads/client-stage.js';
import { CrashPoints } from '../../../support/threads/crash-points.js';
import { fileOf, MemoryTarget } from '../../../support/threads/memory-files.js';

const CHUNK_BYTES = 65_536;
/** Several chunks, and an end that fits none. */
const BYTES = 3 * CHUNK_BYTES + 1_234;
const handling = { code: 'EN1' } as const;
/** Every point with `SLOW=1`; else one of so many. */
const STEP = process.env['SLOW'] === '1' ? 1 : 6;
const POINTS_LIMIT = 400;
const STORY_MS = 240_000;

describe('files between clients', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin({ ATTACHMENT_GIB: '1' });
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
  });

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(async () => {
    stage.honestly();
    await stage.minutePasses(rosa, omar);
  });

  const attach = async (who: ClientMember, ...files: readonly (readonly [string, Uint8Array])[]) =>
    who.files.attach(threadId, {
      files: files.map(([name, bytes]) => fileOf(name, bytes)),
      text: 'va adjunto',
      handling,
    });

  const save = async (who: ClientMember, seq: number): Promise<MemoryTarget> => {
    const target = new MemoryTarget();
    await who.files.save(threadId, { seq }, { purpose: null, targetFor: async () => target });
    return target;
  };

  it('are on record as sealed by whoever has them, without anything that tells which file it is', async () => {
    const { files } = await attach(rosa, ['prueba.bin', systemRandom.bytes(900)]);
    const [file] = files;
    const attachmentId = file?.attachmentId ?? '';
    const seal = async (who: ClientMember, id = attachmentId) => {
      const custodyId = newId<never>(systemClock, systemRandom);
      const commitment = { custodyId, sealCommitment: toBase64Url(systemRandom.bytes(32)) };
      const ports = { device: who.own, clock: systemClock, random: systemRandom };
      await recordSeal(who.session, { threadId, attachmentId: id, ...commitment }, ports);
      return custodyId;
    };
    const custodyId = await seal(rosa);
    await expect(seal(rosa, newId<never>(systemClock, systemRandom))).rejects.toMatchObject({
      code: 'client-event.refused',
    });
    const esteban = await stage.member('cr-esteban');
    await expect(seal(esteban)).rejects.toMatchObject({ code: 'client-event.refused' });
    const rows = await stage.api.database.asAdmin(
      `SELECT object_id, thread_id, states, convert_from(s.body, 'UTF8') AS what FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
        WHERE type = 'attachment.sealed'`,
    );
    expect(rows).toMatchObject([{ object_id: attachmentId, thread_id: threadId }]);
    const what = String(rows[0]?.['what']);
    expect(JSON.parse(what)).toMatchObject({ custodyId, states: ['CR', 'PA'] });
    for (const telling of ['prueba', file?.sha256 ?? '']) expect(what).not.toContain(telling);
  });

  it('are on record as taken over by whoever has them, once, and with a second factor alone', async () => {
    const { files } = await attach(rosa, ['prueba.bin', systemRandom.bytes(900)]);
    const about = { threadId, attachmentId: files[0]?.attachmentId ?? '' };
    const [custodyId, transferId] = [
      newId<never>(systemClock, systemRandom),
      newId<never>(systemClock, systemRandom),
    ];
    const taken = {
      ...about,
      custodyId,
      sealCommitment: toBase64Url(systemRandom.bytes(32)),
      fromId: rosa.own.personId,
      fromState: 'CR',
    };
    const take = async (who: ClientMember, lie: Partial<typeof taken> = {}) => {
      const ports = { device: who.own, clock: stage.api.clock, random: systemRandom };
      const { presence: show } = who;
      await recordTransfer(who.session, { ...taken, ...lie, transferId, show }, ports);
    };
    const recorded = async () =>
      recordedWhats(stage.api.database, 'attachment.transferred', threadId);
    const refusal = { code: 'client-event.refused' };
    const esteban = await stage.member('cr-esteban');
    await expect(take(esteban)).rejects.toMatchObject(refusal);
    await expect(take(omar, { fromId: omar.own.personId, fromState: 'PA' })).rejects.toMatchObject(
      refusal,
    );
    await expect(take(omar, { fromState: 'GT' })).rejects.toMatchObject(refusal);
    await stage.minutePasses(rosa, omar);
    // Whoever holds the session of a device that stands open takes nothing over with it.
    const { body, sig } = signStated(
      { type: 'attachment.transferred', ...taken },
      { device: omar.own, clock: stage.api.clock, random: systemRandom },
      transferId,
    );
    const told = { statements: [{ body, sig }] };
    await expect(
      omar.session.request({ method: 'POST', path: ROUTES.auditClientEvents, body: told }, 'act'),
    ).rejects.toMatchObject({ code: 'step-up.required' });
    expect(await recorded()).toEqual([]);
    await take(omar);
    await take(omar);
    const [what, ...more] = await recorded();
    expect(more).toEqual([]);
    expect(what).toMatchObject({
      type: 'attachment.transferred',
      observedBy: 'client',
      objectId: about.attachmentId,
      custodyId,
      sealCommitment: taken.sealCommitment,
      actorState: 'PA',
      states: ['CR', 'PA'],
    });
    // Auditors follow the taker from here to everything else in the case.
    expect(what?.['toAlias']).toBe(what?.['actorAlias']);
    const [sent] = await recordedWhats(stage.api.database, 'attachment.uploaded', threadId);
    expect(what?.['fromAlias']).toBe(sent?.['actorAlias']);
    expect(JSON.stringify(what)).not.toContain(rosa.own.personId);
  });

  it.each([0, 1, CHUNK_BYTES, BYTES])('of %d bytes arrive as they were sent', async (size) => {
    const bytes = systemRandom.bytes(size);
    const { seq, files } = await attach(rosa, [`acta ${size}.pdf`, bytes]);
    expect(files).toMatchObject([{ name: `acta ${size}.pdf`, size }]);
    expect((await save(omar, seq)).saved).toEqual(bytes);
    // Whoever sent it has it too, and nothing stays behind with either.
    expect((await save(rosa, seq)).saved).toEqual(bytes);
    expect([rosa, omar].flatMap(({ spool }) => [...spool.files.keys()])).toEqual([]);
    const { entries } = await omar.threads.read(threadId);
    expect(entries.at(-1)).toMatchObject({ seq, content: { text: 'va adjunto' } });
  });

  it('go out beside what else is done in this thread and in others, by one program', async () => {
    const other = await stage.opened(rosa);
    const { threads, files } = rosa.both;
    const bytes = [systemRandom.bytes(BYTES), systemRandom.bytes(BYTES)] as const;
    const message = (text: string, name: string, at: 0 | 1) => ({
      files: [fileOf(name, bytes[at])],
      text,
      handling,
    });
    const [here] = await Promise.all([
      files.attach(threadId, message('aquí', 'a.pdf', 0)),
      threads.send(threadId, saying('entretanto')),
      files.attach(other, message('allá', 'b.pdf', 1)),
      threads.read(threadId),
    ]);
    expect((await save(omar, here.seq)).saved).toEqual(bytes[0]);
    for (const id of [threadId, other]) {
      expect(await rosa.threads.read(id)).toMatchObject({ verdict: 'sound', alerts: [] });
    }
    const said = (await omar.said(threadId)).slice(-2);
    expect(new Set(said)).toEqual(new Set(['aquí', 'entretanto']));
    expect([...rosa.spool.files.keys()]).toEqual([]);
  });

  it('hold nobody up: a text goes out, and is read, while a file is being sealed', async () => {
    const { threads, files } = rosa.both;
    const file = fileOf('despacio.bin', systemRandom.bytes(BYTES));
    let goOn = () => {};
    const mayEnd = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* slowly() {
      await mayEnd;
      yield* file.read();
    }
    const message = { files: [{ ...file, read: slowly }], text: 'después', handling };
    const attached = files.attach(threadId, message);
    await threads.send(threadId, saying('antes'));
    expect((await omar.said(threadId)).at(-1)).toBe('antes');
    goOn();
    await attached;
    expect((await omar.said(threadId)).slice(-2)).toEqual(['antes', 'después']);
  });

  it('are saved once the record has taken that they are, and not before', async () => {
    const bytes = systemRandom.bytes(1_000);
    const files = [fileOf('acta.pdf', bytes)];
    const { seq } = await rosa.files.attach(threadId, { files, text: 'acta', handling });
    const savedOnes = async () => recordedWhats(stage.api.database, 'attachment.saved', threadId);
    const before = (await savedOnes()).length;
    stage.liar.refuse = ({ url }) => url === '/audit/client-events';
    await expect(save(omar, seq)).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    stage.honestly();
    expect(await savedOnes()).toHaveLength(before);
    expect((await save(omar, seq)).saved).toEqual(bytes);
    expect((await savedOnes()).slice(before)).toMatchObject([
      { observedBy: 'client', actorState: 'PA', target: 'file', states: ['CR', 'PA'] },
    ]);
  });

  it('several in one message are saved by their own ids', async () => {
    const [one, other] = [systemRandom.bytes(10), systemRandom.bytes(20)];
    const { seq, files } = await attach(rosa, ['a.txt', one], ['b.txt', other]);
    await expect(save(omar, seq)).rejects.toThrow(
      expect.objectContaining({ code: 'file.not-named', facts: { files: 2 } }),
    );
    const target = new MemoryTarget();
    const attachmentId = files[1]?.attachmentId as never;
    const place = { purpose: null, targetFor: async () => target };
    await omar.files.save(threadId, { attachmentId }, place);
    expect(target.saved).toEqual(other);
    await expect(save(omar, seq + 1)).rejects.toThrow(
      expect.objectContaining({ code: 'file.not-named', facts: { files: 0 } }),
    );
  });

  it('are not sealed when the server has no place for them, or the message could not go', async () => {
    const asked: string[] = [];
    stage.liar.lie = ({ method, url, text }) => {
      if (method === 'POST') asked.push(url);
      return text;
    };
    const huge = { ...fileOf('video.mp4', new Uint8Array()), size: 2 * 1024 ** 3 };
    const tooLarge = rosa.files.attach(threadId, { files: [huge], text: 'video', handling });
    await expect(tooLarge).rejects.toThrow(
      expect.objectContaining({
        code: 'attachment.quota',
        facts: { of: 'file', bytes: 1024 ** 3 },
      }),
    );
    asked.length = 0;
    const message = { files: [fileOf('a.txt', new Uint8Array(9))], text: '', handling };
    await expect(rosa.files.attach(threadId, message)).rejects.toThrow(
      expect.objectContaining({ code: 'content.malformed' }),
    );
    const long = { ...message, text: 'sí', files: [fileOf('n'.repeat(256), new Uint8Array(9))] };
    await expect(rosa.files.attach(threadId, long)).rejects.toThrow(
      expect.objectContaining({ code: 'content.malformed' }),
    );
    expect(asked).toEqual([]);
    const grown = { ...fileOf('a.txt', new Uint8Array(70_000)), size: 9 };
    await expect(rosa.files.attach(threadId, { ...message, text: 'a', files: [grown] }))
      .rejects //
      .toThrow(expect.objectContaining({ code: 'file.changed' }));
    expect([...rosa.spool.files.keys()]).toEqual([]);
    const [listed] = (await rosa.threads.list()).filter((one) => one.threadId === threadId);
    expect(listed?.waiting).toBe(0);
  });

  it('keep their message back until the server has all of them, and no other message', async () => {
    const { liar } = stage;
    const bytes = systemRandom.bytes(BYTES);
    liar.lie = ({ method, text }) => (method === 'PUT' ? '<html>gateway</html>' : text);
    liar.status = ({ method, status }) => (method === 'PUT' ? 502 : status);
    const lost = attach(rosa, ['fotos.zip', bytes]);
    await expect(lost).rejects.toThrow(expect.objectContaining({ code: 'client.unknown-problem' }));
    stage.honestly();
    await rosa.threads.send(threadId, saying('mientras tanto'));
    expect((await omar.said(threadId)).at(-1)).toBe('mientras tanto');
    const waiting = async () =>
      (await rosa.threads.list()).find((one) => one.threadId === threadId)?.waiting;
    expect(await waiting()).toBe(1);
    expect(await rosa.files.resume(threadId)).toBe(1);
    expect(await waiting()).toBe(0);
    expect(await rosa.files.resume(threadId)).toBe(0);
    const { entries } = await omar.threads.read(threadId);
    const seq = entries.at(-1)?.seq ?? 0;
    expect((await save(omar, seq)).saved).toEqual(bytes);
  });

  it('are sent again when the server has let go of them before their message came', async () => {
    const { liar } = stage;
    const bytes = systemRandom.bytes(BYTES);
    const real = liar.lie;
    // The append gets no answer and does not arrive.
    liar.refuse = ({ method, url }) => method === 'POST' && url.endsWith('/entries');
    await expect(attach(rosa, ['lapso.bin', bytes])).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    liar.refuse = () => false;
    liar.lie = real;
    await stage.api.database.asAdmin('DELETE FROM app.attachments WHERE received > $1', [0]);
    const { seq } = await attach(rosa, ['lapso.bin', bytes]);
    expect((await save(omar, seq)).saved).toEqual(bytes);
  });

  it(
    'arrive once, wherever the client that sends them dies',
    async () => {
      const bytes = systemRandom.bytes(BYTES);
      const name = 'tráfico.bin';
      const before = (await omar.said(threadId)).length;
      let point = 1;
      for (; point < POINTS_LIMIT; point += STEP) {
        const crashes = new CrashPoints();
        crashes.dieAt(point);
        await stage.minutePasses(rosa, omar);
        const files = [fileOf(`${point} ${name}`, bytes)];
        const message = { files, text: `muere en ${point}`, handling };
        try {
          await rosa.dyingFiles(crashes).attach(threadId, message);
          break;
        } catch (error) {
          if (!crashes.isDead) throw error;
        }
        // Given again, unless the message stands in the log already: then it would be another one.
        const said = await rosa.said(threadId);
        if (!said.includes(message.text)) await rosa.files.attach(threadId, message);
      }
      expect(point).toBeGreaterThan(30);
      await rosa.files.resume(threadId);
      expect([...rosa.spool.files.keys()]).toEqual([]);
      const { entries } = await omar.threads.read(threadId);
      const sent = entries.flatMap(({ seq, content }) => {
        const text = isJsonObject(content) ? content['text'] : null;
        return typeof text === 'string' && text.startsWith('muere en') ? [{ seq, text }] : [];
      });
      expect(new Set(sent.map(({ text }) => text)).size).toBe(sent.length);
      expect(sent).toHaveLength(Math.ceil(point / STEP));
      expect((await omar.said(threadId)).length - before).toBe(sent.length);
      for (const { seq } of [sent.at(0), sent.at(-1)].flatMap((one) => one ?? [])) {
        expect((await save(omar, seq)).saved).toEqual(bytes);
      }
    },
    STORY_MS,
  );

  it(
    'are fetched on from where a client that saves them died, and given whole or not at all',
    async () => {
      const bytes = systemRandom.bytes(BYTES);
      const { seq } = await attach(rosa, ['grande.bin', bytes]);
      const given: (Uint8Array | null)[] = [];
      let fetched = 0;
      stage.liar.lieInOctets = ({ octets }) => {
        fetched += octets.length;
        return octets;
      };
      let point = 1;
      for (; point < POINTS_LIMIT; point += STEP) {
        const crashes = new CrashPoints();
        crashes.dieAt(point);
        await stage.minutePasses(rosa, omar);
        const target = new MemoryTarget();
        const place = { purpose: null, targetFor: async () => target };
        try {
          await omar.dyingFiles(crashes).save(threadId, { seq }, place);
          break;
        } catch (error) {
          if (!crashes.isDead) throw error;
          given.push(target.saved);
        }
      }
      expect(point).toBeGreaterThan(10);
      expect(given.filter((saved) => saved !== null && !equalBytes(saved, bytes))).toEqual([]);
      expect((await save(omar, seq)).saved).toEqual(bytes);
      expect([...omar.spool.files.keys()]).toEqual([]);
      // Twice at most for the points around its end, and not once for each death.
      expect(fetched).toBeLessThanOrEqual(4 * attachmentLength(BYTES));
    },
    STORY_MS,
  );
});
