import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { LocalStore, ThreadReading } from '@enlace/client';
import {
  bodyHashOf,
  decodeEntry,
  encodeEntry,
  type EntriesShown,
  type PlacedEntry,
  type ShownEntry,
} from '@enlace/contracts';
import { formatInstant, parseBase64Url, toBase64Url, type ThreadId } from '@enlace/kernel';

import type { LyingServer } from '../../support/people/lying-server.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { rechained, retelling, tellingLog } from '../../support/threads/told-log.js';
import { ThreadHand } from '../../support/threads/thread-hand.js';

const codesOf = ({ alerts }: ThreadReading) => alerts.map(({ code }) => code);

describe('a server that tells another log than the one it took in (T1, T7, T15, T18)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
  });

  afterAll(async () => {
    await stage.close();
  });

  /** Omar has read up to his joining; three texts of Rosa are new to him. */
  beforeEach(async () => {
    stage.honestly();
    await stage.minutePasses(rosa);
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    for (const text of ['uno', 'dos', 'tres']) await rosa.threads.send(threadId, saying(text));
  });

  afterEach(() => {
    stage.honestly();
  });

  const under = async (lie: LyingServer['lie']) => {
    stage.liar.lie = lie;
    return omar.threads.read(threadId);
  };
  const swapped = ([one, two, ...rest]: readonly PlacedEntry[]) =>
    one === undefined || two === undefined ? [] : [two, one, ...rest];
  /** Hides the entry that stands at a place of the first page that is told, for ever. */
  function keepingBack(at: number) {
    let hidden: string | undefined;
    return (entries: readonly PlacedEntry[]) => {
      hidden ??= entries[at]?.entry;
      return entries.filter(({ entry }) => entry !== hidden);
    };
  }

  it.each<[string, (entries: readonly PlacedEntry[]) => readonly PlacedEntry[], string]>([
    ['two entries change places', swapped, 'GAP'],
    ['one is kept back', keepingBack(1), 'GAP'],
    ['the first is kept back', keepingBack(0), 'GAP'],
  ])('is stopped, and nothing is sent, when %s', async (_, change, code) => {
    const reading = await under(tellingLog(change));
    expect(reading.verdict).toBe('alert');
    expect(codesOf(reading)).toEqual([code]);
    stage.liar.lie = tellingLog(change);
    await expect(omar.threads.send(threadId, saying('¿siguen ahí?'))).rejects.toThrow(
      expect.objectContaining({ code: 'thread.stopped' }),
    );
    expect(omar.stated).toContainEqual(
      expect.objectContaining({
        type: 'audit.verification-failed',
        what: `thread-${code.toLowerCase()}`,
      }),
    );
  });

  it('goes on where it stopped once the true log is told, and shows each entry once', async () => {
    await under(tellingLog(swapped));
    stage.honestly();
    expect(await omar.said(threadId)).toEqual(['uno', 'dos', 'tres']);
    expect((await omar.threads.read(threadId)).verdict).toBe('sound');
  });

  it('does not hide what it once showed', async () => {
    await omar.said(threadId);
    const short = retelling((told) => ({ ...told, entries: [], head: { ...told.head, seq: 5 } }));
    expect(codesOf(await under(short))).toEqual(['FORK']);
  });

  it('says what it has, or is held for one that keeps it back', async () => {
    const withheld = retelling((told) => ({ ...told, entries: [] }));
    expect(codesOf(await under(withheld))).toEqual(['GAP']);
  });

  it.each<[string, number | 'retention']>([
    ['the end of its term', 'retention'],
    ['an entry that never comes', 1_000],
  ])('keeps no body back by %s', async (_, by) => {
    const erasing = retelling((told) => ({
      ...told,
      entries: told.entries.map((one, at) => (at === 1 && 'entry' in one ? erased(one, by) : one)),
    }));
    for (const reading of [await under(erasing), await under(erasing)]) {
      expect(codesOf(reading)).toEqual(['GAP']);
      expect(reading.verdict).toBe('alert');
    }
    await expect(omar.threads.send(threadId, saying('¿y el segundo?'))).rejects.toThrow(
      expect.objectContaining({ code: 'thread.stopped' }),
    );
  });

  it('has one end: another chain at the same place is a fork', async () => {
    const other = toBase64Url(new Uint8Array(32).fill(9));
    const forked = retelling((told) => ({ ...told, head: { ...told.head, chain: other } }));
    expect(codesOf(await under(forked))).toEqual(['FORK']);
  });

  it('cannot change a byte of what a device signed', async () => {
    const changed = tellingLog((entries) =>
      entries.map((one, at) => {
        const entry = decodeEntry(parseBase64Url(one.entry));
        const body = entry.body.map((byte, place) => (at === 1 && place === 40 ? byte ^ 1 : byte));
        return { ...one, entry: toBase64Url(encodeEntry({ ...entry, body })) };
      }),
    );
    expect(codesOf(await under(changed))).toEqual(['BAD_SIG']);
    expect((await omar.threads.read(threadId)).verdict).toBe('alert');
    // What it showed is kept byte for byte, also after the true log was told.
    stage.honestly();
    expect(await omar.said(threadId)).toEqual(['uno', 'dos', 'tres']);
    const [evidence] = await omar.threads.evidence(threadId);
    expect(evidence).toMatchObject({
      alert: { kind: 'BAD_SIG', facts: { rule: 'signature' } },
      shown: { what: 'entry', seq: evidence?.alert.facts['seq'], entry: expect.any(String) },
    });
  });

  it('shows an entry once, however often it is told', async () => {
    const repeated = tellingLog((entries) => [...entries, ...entries.slice(0, 1)]);
    const reading = await under(repeated);
    expect(codesOf(reading)).toEqual(['REPLAY']);
    const texts = reading.entries.flatMap(({ content }) =>
      JSON.stringify(content).includes('"uno"') ? ['uno'] : [],
    );
    expect(texts).toEqual(['uno']);
  });

  it('plants nobody: what a stranger writes is a placeholder, and the members stay as they are', async () => {
    const stranger = await ThreadHand.of({ ...stage.api, url: stage.url }, 'cr-esteban', {
      threadId,
      groupInfo: new Uint8Array(),
      author: rosa.own.deviceId,
      epochKey: new Uint8Array(32).fill(5),
      state: Object({ epoch: 2 }),
    });
    const planted = encodeEntry(stranger.sealed('soy uno de ustedes', { epoch: 2 }));
    const before = await rosa.threads.members(threadId);
    const reading = await under(
      tellingLog((entries) => {
        const [last] = entries.slice(-1);
        return last === undefined ? [] : [...entries, { ...last, entry: toBase64Url(planted) }];
      }),
    );
    expect(codesOf(reading)).toEqual(['UNAUTHORIZED']);
    expect(reading).toMatchObject({ verdict: 'alert' });
    expect(reading.entries.at(-1)).toMatchObject({ content: null, reason: 'sender-excluded' });
    expect(JSON.stringify(reading)).not.toContain('soy uno de ustedes');
    const seq = reading.entries.at(-1)?.seq;
    const told = omar.stated.filter(({ type }) => type === 'entry.refused');
    expect(told).toEqual([{ type: 'entry.refused', threadId, seq, cause: 'policy' }]);
    expect((await omar.threads.members(threadId)).members).toEqual(before.members);
  });

  it('is held to a receipt by a client that died right after it: the entry is where it was signed to be', async () => {
    let signed = 0;
    // The answer is kept; then the client dies, and the entry is in the log that the server denies.
    const { store } = rosa;
    const dying: LocalStore = {
      get: async (table, key) => store.get(table, key),
      put: async (table, key, value) => store.put(table, key, value),
      delete: async (table, key) => store.delete(table, key),
      keys: async (table) => store.keys(table),
      commit: async (changes) => {
        if (signed > 0) throw new Error('died');
        await store.commit(changes);
        if (changes.some(({ table }) => table === 'append-receipts')) signed += 1;
      },
    };
    await expect(rosa.threadsOn(dying).send(threadId, saying('con acuse'))).rejects.toThrow('died');
    stage.liar.lie = retelling(({ before, head, ...told }) => ({
      ...told,
      entries: [],
      before,
      head: { ...head, seq: head.seq - 1, chain: before },
    }));
    const reading = await rosa.threads.read(threadId);
    expect(reading.alerts).toMatchObject([{ code: 'FORK', rule: 'receipt' }]);
    stage.honestly();
    expect(await rosa.said(threadId)).toEqual(['uno', 'dos', 'tres', 'con acuse']);
  });

  it('gives a device no time before its revocation once that was seen at the end of the log', async () => {
    const esteban = await stage.member('cr-esteban');
    await letIn(threadId, { by: rosa, who: esteban });
    await rosa.said(threadId);
    const { region, clock } = stage.api;
    const known = region.directory;
    const apart = region.copy();
    const { deviceId } = esteban.own;
    apart.add(
      {
        type: 'revocation',
        state: 'CR',
        target: region.newestId('device-cert', 'CR', deviceId),
        targetKind: 'device',
        reason: 'lost',
        sinceIndex: null,
        issuedAt: formatInstant(clock.ms + 60_000),
      },
      ['registrar:CR:1'],
    );
    try {
      // The server goes on as if it had not taken the revocation in: what it accepts is before that, by its word.
      region.directory = apart.directory;
      await omar.said(threadId);
      region.directory = known;
      await esteban.threads.send(threadId, saying('soy yo todavía'));
      region.directory = apart.directory;
      const reading = await omar.threads.read(threadId);
      expect(codesOf(reading)).toEqual(['UNAUTHORIZED']);
      expect(reading.entries.at(-1)).toMatchObject({ content: null, reason: 'sender-excluded' });
      expect(await rosa.said(threadId)).toContain('soy yo todavía');
    } finally {
      region.directory = known;
    }
  });

  it('keeps to its receipts: one for something else is refused, and the text still goes out', async () => {
    let first: string | null = null;
    stage.liar.lie = ({ method, url, status, text }) => {
      if (method !== 'POST' || status !== 200 || !url.endsWith('/entries')) return text;
      first ??= text;
      return first;
    };
    await rosa.threads.send(threadId, saying('cuatro'));
    await expect(rosa.threads.send(threadId, saying('cinco'))).rejects.toThrow(
      expect.objectContaining({ code: 'append-receipt.refused' }),
    );
    stage.honestly();
    expect(await rosa.said(threadId)).toEqual(['uno', 'dos', 'tres', 'cuatro', 'cinco']);
  });

  it('tells whoever starts later a chain that other members confirm', async () => {
    const shown = retelling((told: EntriesShown) =>
      rechained({ ...told, before: toBase64Url(new Uint8Array(32).fill(3)) }),
    );
    const late = await stage.member('cr-esteban');
    const invited = { personId: late.own.personId, role: 'member', days: 7 } as const;
    await rosa.threads.invite(threadId, invited);
    await rosa.threads.send(threadId, saying('para Esteban'));
    stage.liar.lie = shown;
    const reading = await late.threads.read(threadId);
    expect(reading.verdict).toBe('alert');
    expect(codesOf(reading)).toEqual(['FORK']);
  });
});

/** What is left of an entry, as a server tells it whose body is gone. */
function erased({ seq, acceptedAt, entry }: PlacedEntry, by: number | 'retention'): ShownEntry {
  const read = decodeEntry(parseBase64Url(entry));
  return {
    seq,
    acceptedAt,
    erased: {
      header: toBase64Url(read.headerBytes),
      commitment: toBase64Url(read.commitment),
      bodyHash: toBase64Url(bodyHashOf(read)),
      signature: toBase64Url(read.signature),
      by,
    },
  };
}
