import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { makeVaultKeys, type ThreadReading, type VaultKeys } from '@enlace/client';
import type { EntriesShown } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  isJsonObject,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { LyingServer } from '../../support/people/lying-server.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { rechained, retelling, tellingLog } from '../../support/threads/told-log.js';

const STORY_MS = 120_000;
/** One for each story: a device that has read nothing. */
const LAPTOPS = Array.from({ length: 13 }, (_, at) => `cli${at + 2}:cr-rosa`);
const recovery = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
const passkey = { kind: 'passkey', prf: systemRandom.bytes(32) } as const;

const alertsOf = ({ alerts }: ThreadReading) => alerts.map(({ code, rule }) => [code, rule]);
const reasonsOf = ({ entries }: ThreadReading) => entries.flatMap(({ reason }) => reason ?? []);

describe('keys of threads in the vault of their person (T4, T5, T6)', () => {
  let stage: ClientStage;
  let keys: VaultKeys;
  let rosa: ClientMember;
  let laptop: ClientMember;
  let omar: ClientMember;
  let esteban: ClientMember;
  let threadId: ThreadId;
  let devices = 0;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    await stage.certify('cr-rosa', LAPTOPS);
    rosa = await stage.member('cr-rosa');
    const { personId } = rosa.own;
    keys = makeVaultKeys([recovery, passkey], {
      personId,
      clock: systemClock,
      random: systemRandom,
    });
    await rosa.makeVault(keys);
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  /** Rosa has said "uno" alone and "dos" with Omar in the thread; her laptop has read nothing. */
  beforeEach(async () => {
    stage.honestly();
    laptop = await newLaptop();
    omar = await stage.member('pa-omar');
    esteban = await stage.member('cr-esteban');
    await stage.minutePasses(rosa, omar, esteban, laptop);
    threadId = await stage.opened(rosa);
    await rosa.threads.send(threadId, saying('uno'));
    await letIn(threadId, { by: rosa, who: omar });
    await rosa.threads.send(threadId, saying('dos'));
    await rosa.threads.backUp();
  }, STORY_MS);

  afterEach(() => {
    stage.honestly();
  });

  const newLaptop = async (): Promise<ClientMember> => {
    const further = await stage.member('cr-rosa', LAPTOPS[devices]);
    devices += 1;
    further.takeVault(keys);
    return further;
  };
  const readUnder = async (lie: LyingServer['lie']) => {
    stage.liar.lie = lie;
    return laptop.threads.read(threadId);
  };
  /** Changes what the server answers below a path. */
  const lyingAt =
    (path: RegExp, change: (told: Record<string, JsonValue>) => JsonValue): LyingServer['lie'] =>
    ({ method, url, status, text }) => {
      if (method !== 'GET' || status !== 200 || !path.test(url)) return text;
      const told: JsonValue = JSON.parse(text);
      return canonicalJson(isJsonObject(told) ? change({ ...told }) : told);
    };

  it(
    'give a further device what its person could read, and a leaf of its own, with nobody asked',
    async () => {
      const { length } = omar.sent;
      expect(await laptop.said(threadId)).toEqual(['uno', 'dos']);
      expect(omar.sent).toHaveLength(length);
      await laptop.threads.send(threadId, saying('desde el portátil'));
      const texts = ['uno', 'dos', 'desde el portátil'];
      expect(await rosa.said(threadId)).toEqual(texts);
      expect(await omar.said(threadId)).toEqual(texts.slice(1));
      const { members } = await omar.threads.members(threadId);
      const own = members.find(({ personId }) => personId === rosa.own.personId);
      expect(own?.devices.toSorted()).toEqual([rosa, laptop].map(idOf).toSorted());
      expect((await laptop.threads.read(threadId)).verdict).toBe('sound');
    },
    STORY_MS,
  );

  it(
    'are asked for where the vault has not the newest: one key, of that moment, by whoever is there',
    async () => {
      const steward = { personId: esteban.own.personId, role: 'steward', days: 7 } as const;
      await rosa.threads.invite(threadId, steward);
      await esteban.threads.join(threadId);
      await rosa.threads.read(threadId);
      await rosa.threads.backUp();
      await esteban.threads.remove(threadId, omar.own.personId);
      await esteban.threads.send(threadId, saying('sin Omar'));
      const waiting = await laptop.threads.read(threadId);
      expect(waiting).toMatchObject({ verdict: 'reserved', alerts: [] });
      expect(reasonsOf(waiting)).toEqual(['key-pending']);
      const asked = laptop.sent.length;
      await laptop.threads.read(threadId);
      expect(laptop.sent).toHaveLength(asked);
      await esteban.threads.read(threadId);
      expect(await laptop.said(threadId)).toEqual(['uno', 'dos', 'sin Omar']);
      await laptop.threads.send(threadId, saying('ya estoy'));
      expect((await esteban.said(threadId)).at(-1)).toBe('ya estoy');
      // Nothing more is given, and nothing is asked again.
      const before = esteban.sent.length;
      await esteban.threads.read(threadId);
      expect(esteban.sent).toHaveLength(before);
    },
    STORY_MS,
  );

  it(
    'are enough to write with as soon as one came by itself: the leaf is taken first',
    async () => {
      const steward = { personId: esteban.own.personId, role: 'steward', days: 7 } as const;
      await rosa.threads.invite(threadId, steward);
      await esteban.threads.join(threadId);
      await esteban.threads.remove(threadId, omar.own.personId);
      expect(reasonsOf(await laptop.threads.read(threadId))).toEqual([]);
      await esteban.threads.read(threadId);
      // Looks, and does nothing about keys.
      const { members } = await laptop.threads.members(threadId);
      const own = members.find(({ personId }) => personId === rosa.own.personId);
      expect(own?.devices).toEqual([idOf(rosa)]);
      await laptop.threads.send(threadId, saying('ya estoy'));
      expect((await esteban.said(threadId)).at(-1)).toBe('ya estoy');
    },
    STORY_MS,
  );

  it.each<[string, LyingServer['lie'], readonly string[]]>([
    [
      'keeps back what another device of the person has read',
      retelling((told) => ({ ...told, entries: told.entries.filter(({ seq }) => seq <= 3) })),
      ['GAP', 'withheld'],
    ],
    [
      'tells a log that ends before what another device has read',
      endingAfter(3),
      ['GAP', 'own-device'],
    ],
    [
      'tells other times than it told another device',
      tellingLog((entries) =>
        entries.map((one, at) => (at === entries.length - 1 ? later(one) : one)),
      ),
      ['FORK', 'own-device'],
    ],
  ])(
    'say when the server %s',
    async (_, lie, alert) => {
      expect(alertsOf(await readUnder(lie))).toEqual([alert]);
      await expect(laptop.threads.send(threadId, saying('¿?'))).rejects.toThrow(
        expect.objectContaining({ code: 'thread.stopped' }),
      );
      expect(laptop.stated).toContainEqual(
        expect.objectContaining({ type: 'audit.verification-failed' }),
      );
    },
    STORY_MS,
  );

  it(
    'are not opened under another half than the one that sealed them: the server is told off, not believed',
    async () => {
      const other = toBase64Url(systemRandom.bytes(32));
      const lie = lyingAt(/^\/threads(?:\?|$)/u, ({ threads, ...rest }) => ({
        ...rest,
        threads: (threads as readonly JsonValue[]).map((one) =>
          isJsonObject(one) ? { ...one, shredHalf: other } : one,
        ),
      }));
      const reading = await readUnder(lie);
      expect(alertsOf(reading)).toEqual([['ROLLBACK', 'shred-half']]);
      const types = reading.entries.map(({ content }) =>
        isJsonObject(content) ? content['type'] : null,
      );
      expect(types).not.toContain('text');
    },
    STORY_MS,
  );

  it(
    'are not taken from a vault that is older than one that is known of, or lacks an item',
    async () => {
      let old: string | null = null;
      await readUnder(({ method, url, text }) => {
        if (method === 'GET' && url === '/vault') old ??= text;
        return text;
      });
      await laptop.threads.backUp();
      await rosa.threads.invite(threadId, {
        personId: esteban.own.personId,
        role: 'member',
        days: 7,
      });
      await rosa.threads.backUp();
      const second = await newLaptop();
      stage.liar.lie = ({ method, url, text }) =>
        method === 'GET' && url === '/vault' ? (old ?? text) : text;
      await expect(second.threads.read(threadId)).rejects.toThrow(
        expect.objectContaining({ code: 'vault.rolled-back' }),
      );
      stage.liar.lie = lyingAt(/^\/vault$/u, ({ items, ...rest }) => ({
        ...rest,
        items: (items as readonly JsonValue[]).slice(1),
      }));
      await expect(second.threads.read(threadId)).rejects.toThrow(
        expect.objectContaining({ code: 'vault.head-refused' }),
      );
      stage.honestly();
      expect(await second.said(threadId)).toEqual(['uno', 'dos']);
    },
    STORY_MS,
  );

  it(
    'wait in the store of a device that could not bring them, and go with its next act',
    async () => {
      const { vault } = rosa;
      rosa.vault = null;
      await rosa.threads.invite(threadId, {
        personId: esteban.own.personId,
        role: 'member',
        days: 7,
      });
      await rosa.threads.send(threadId, saying('tres'));
      await rosa.threads.backUp();
      rosa.vault = vault;
      await rosa.threads.backUp();
      expect(await laptop.said(threadId)).toEqual(['uno', 'dos', 'tres']);
    },
    STORY_MS,
  );
});

/** A log in itself that has so many entries and no more. */
function endingAfter(count: number): LyingServer['lie'] {
  let end: EntriesShown['head'] | null = null;
  return retelling((told) => {
    const entries = told.entries.filter(({ seq }) => seq <= count);
    end ??= rechained({ ...told, entries }).head;
    return { ...told, entries, head: end };
  });
}

const idOf = ({ own }: ClientMember) => own.deviceId;

function later<Entry extends { readonly acceptedAt: string }>(one: Entry): Entry {
  return { ...one, acceptedAt: formatInstant(Date.parse(one.acceptedAt) + 1) };
}
