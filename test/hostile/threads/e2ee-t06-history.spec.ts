import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { makeVaultKeys, type ThreadReading } from '@enlace/client';
import { isJsonObject, systemClock, systemRandom, type ThreadId } from '@enlace/kernel';

import type { LyingServer } from '../../support/people/lying-server.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { retelling } from '../../support/threads/told-log.js';

const STORY_MS = 120_000;
const LAPTOP = 'cli2:pa-omar';
const recovery = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
const passkey = { kind: 'passkey', prf: systemRandom.bytes(32) } as const;

const alertsOf = ({ alerts }: ThreadReading) => alerts.map(({ code, rule }) => [code, rule]);
const textsOf = ({ entries }: ThreadReading) =>
  entries.flatMap(({ content }) =>
    isJsonObject(content) && content['type'] === 'text' ? [content['text']] : [],
  );

describe('history that a steward gives at the client that we ship (T6)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let esteban: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    await stage.certify('pa-omar', [LAPTOP]);
    rosa = await stage.member('cr-rosa');
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  /** "uno" alone, "dos" with Esteban, "nombrado" for the two alone, "tres" in the epoch after it; then comes Omar. */
  beforeEach(async () => {
    stage.honestly();
    omar = await stage.member('pa-omar');
    esteban = await stage.member('cr-esteban');
    await stage.minutePasses(rosa, omar, esteban);
    threadId = await stage.opened(rosa);
    await rosa.threads.send(threadId, saying('uno'));
    await letIn(threadId, { by: rosa, who: esteban });
    await rosa.threads.send(threadId, saying('dos'));
  }, STORY_MS);

  afterEach(() => {
    stage.honestly();
  });

  const giving = (by: ClientMember, fromSeq = 1) => {
    const { session, presence: show } = by;
    const { personId: toPersonId } = by === rosa ? omar.own : rosa.own;
    const said = { toPersonId, fromSeq, basis: 'substitution' } as const;
    return by.threads.giveHistory(threadId, said, { session, show });
  };
  const comes = async (): Promise<void> => {
    await letIn(threadId, { by: rosa, who: omar });
    await rosa.threads.send(threadId, saying('bienvenido'));
  };

  it(
    'is read in its place, with everything verified, and goes to the vault of its person',
    async () => {
      await comes();
      expect(await omar.said(threadId)).toEqual(['bienvenido']);
      const { ranges, excluded } = await giving(rosa);
      expect([ranges.length, excluded]).toEqual([1, []]);
      const reading = await omar.threads.read(threadId);
      expect(textsOf(reading)).toEqual(['uno', 'dos', 'bienvenido']);
      expect(reading).toMatchObject({ verdict: 'sound', alerts: [] });
      expect(reading.entries.map(({ seq }) => seq)).toEqual(
        Array.from({ length: reading.entries.length }, (_, at) => at + 1),
      );
      expect(reading.entries.at(-1)).toMatchObject({
        content: { type: 'granted', statement: { basis: 'substitution', fromSeq: 1 } },
        sender: { person: rosa.own.personId },
      });
      const { personId } = omar.own;
      const making = { personId, clock: systemClock, random: systemRandom };
      const keys = makeVaultKeys([recovery, passkey], making);
      await omar.makeVault(keys);
      await omar.threads.backUp();
      const laptop = await stage.member('pa-omar', LAPTOP);
      laptop.takeVault(keys);
      expect(textsOf(await laptop.threads.read(threadId))).toEqual(['uno', 'dos', 'bienvenido']);
      expect((await laptop.threads.read(threadId)).alerts).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'leaves out whole epochs that hold something for named recipients, and says which',
    async () => {
      const both = [rosa, esteban].map(({ own }) => own.personId).toSorted();
      await esteban.threads.read(threadId);
      await rosa.threads.send(threadId, {
        ...saying('nombrado'),
        handling: { code: 'EN3', recipients: both },
      });
      await comes();
      const { ranges, excluded } = await giving(rosa);
      expect(excluded).toHaveLength(1);
      const reading = await omar.threads.read(threadId);
      expect(ranges.length).toBeGreaterThan(0);
      expect(textsOf(reading)).toContain('uno');
      expect(textsOf(reading)).not.toContain('dos');
      expect(textsOf(reading)).not.toContain('nombrado');
      expect(reading.alerts).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'is not given by a member, nor of a time when the giver was not there',
    async () => {
      await comes();
      await omar.threads.read(threadId);
      await expect(giving(omar)).rejects.toThrow(
        expect.objectContaining({ code: 'thread.plan-refused' }),
      );
      await rosa.threads.read(threadId);
      await expect(giving(rosa, 1_000)).rejects.toThrow(
        expect.objectContaining({ facts: { rule: 'nothing-to-give' } }),
      );
    },
    STORY_MS,
  );

  /** Of the range alone: what Omar may read anyway is told as it is. */
  const lyingInRange = (
    change: (entries: readonly { readonly seq: number }[]) => readonly { readonly seq: number }[],
  ): LyingServer['lie'] =>
    retelling((told) =>
      told.entries[0]?.seq === 1
        ? { ...told, entries: change(told.entries) as typeof told.entries }
        : told,
    );

  it.each<[string, Partial<Pick<LyingServer, 'lie' | 'lieInOctets'>>, string]>([
    ['keeps back its beginning', { lie: lyingInRange((entries) => entries.slice(1)) }, 'history'],
    [
      'keeps back one of it',
      {
        lie: lyingInRange((entries) => {
          const rest = entries.filter((_, at) => at !== 2);
          return rest.map((one, at) => ({ ...one, seq: at + 1 }));
        }),
      },
      'device-sequence',
    ],
    [
      'gives other bytes for its keys',
      {
        lieInOctets: ({ url, octets }) =>
          url.includes('/blobs/') ? Buffer.concat([octets, Buffer.from('x')]) : octets,
      },
      'blob',
    ],
  ])(
    'is shown as a whole or not at all, by a server that %s',
    async (_, lies, rule) => {
      await comes();
      await omar.threads.read(threadId);
      await giving(rosa);
      Object.assign(stage.liar, lies);
      const reading = await omar.threads.read(threadId);
      expect(textsOf(reading)).toEqual(['bienvenido']);
      expect(reading.verdict).toBe('alert');
      expect(alertsOf(reading)).toEqual([['GAP', rule]]);
      expect(omar.stated).toContainEqual(
        expect.objectContaining({ type: 'audit.verification-failed' }),
      );
      stage.honestly();
      const healed = await omar.threads.read(threadId);
      expect(textsOf(healed)).toEqual(['uno', 'dos', 'bienvenido']);
      expect(healed).toMatchObject({ verdict: 'sound', alerts: [] });
    },
    STORY_MS,
  );
});
