import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  decodeEntry,
  encodeEntry,
  ENTRY_HEADER_BYTES,
  entryHash,
  type Entry,
} from '@enlace/contracts';
import { concatBytes, utf8, type EntryId } from '@enlace/kernel';
import { flipBit, ThreadLab, type LabClient } from '@enlace/testing';

import { encodeContent } from '../../content/content.js';
import { sealEntry, signEntry, type EntryPlace } from '../../envelope/envelope.js';
import { deriveMessageKey, epochKeyId } from '../../envelope/epoch-keys.js';
import { cryptoReady, sodium } from '../../sodium.js';
import { THREAD_ALERTS, type ThreadAlertKind } from '../alerts.js';
import { makeEntries, ownPlace } from '../plan/make-entries.js';
import type { DirectoryView } from '../view/directory-view.js';
import { findEpoch, type ThreadView } from '../view/thread-view.js';
import type { Received } from './effects.js';
import type { LogItem } from './ground.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('hostile entries'));
  lab.say(omar, 'first');
  lab.say(rosa, 'one');
  await lab.readAll();
});

interface Forgery {
  readonly place?: Partial<EntryPlace>;
  readonly content?: Uint8Array;
  readonly epochKey?: Uint8Array;
  readonly by?: LabClient;
}

const keyOf = ({ place, ...view }: ThreadView): Uint8Array => {
  const key = place === null ? null : findEpoch(view, place)?.epochKey;
  if (!key) throw new Error('no key');
  return key;
};

/** An entry as whoever has the key and a device can make it, whatever a client of ours would send. */
function forge({ place, content, epochKey, by = rosa }: Forgery = {}): Entry {
  const { view } = by;
  const now = rosa.view.place ?? { incarnation: 0, epoch: 0 };
  const signKey = sodium.crypto_sign_seed_keypair(by.device.signSeed).privateKey;
  return sealEntry(
    content ?? encodeContent('message', lab.text('forged')),
    {
      kind: 'message',
      handling: 1,
      ...now,
      threadId: lab.threadId,
      deviceId: by.device.deviceId,
      entryId: lab.id<EntryId>(),
      ...ownPlace(view),
      seenSeq: rosa.view.head.seq,
      seenChain: rosa.view.head.chain,
      ...place,
    },
    { epochKey: epochKey ?? keyOf(rosa.view), signKey, random: lab.random },
  );
}

/** The server puts it at the end of the log, and Omar reads it. */
async function put(entry: Uint8Array | Entry, change: Partial<LogItem> = {}): Promise<Received> {
  const bytes = entry instanceof Uint8Array ? entry : encodeEntry(entry);
  const at = { seq: omar.view.head.seq + 1, acceptedAtMs: lab.nowMs + 1_000 };
  return lab.receive(omar, { ...at, entry: bytes, ...change });
}

/** The alert; what it leads to is what the table says, and no plaintext. */
async function alertOf(received: Promise<Received>): Promise<ThreadAlertKind | 'none' | 'waits'> {
  const before = omar.view;
  const result = await received;
  if (result.kind === 'waits') return 'waits';
  if (result.kind === 'stopped') {
    const isHeld = THREAD_ALERTS[result.alert.kind].response === 'suspend' && omar.view === before;
    if (!isHeld) throw new Error('it stops, and something of it counts');
    return result.alert.kind;
  }
  const [alert] = result.alerts;
  const { head, members } = result.view;
  expect({ seq: head.seq, members }).toEqual({ seq: before.head.seq + 1, members: before.members });
  const { response, reason } = alert
    ? THREAD_ALERTS[alert.kind]
    : { response: 'warn', reason: null };
  const { effect } = result;
  const shown = effect.kind === 'placeholder' ? { kind: effect.kind, reason: effect.reason } : null;
  expect(shown).toEqual(response === 'skip' ? { kind: 'placeholder', reason } : null);
  return alert?.kind ?? 'none';
}

describe('an entry that is as it ought to be', () => {
  it('is taken', async () => {
    expect(await alertOf(put(forge()))).toBe('none');
  });
});

describe('bytes that were changed', () => {
  it('are never shown: a bit anywhere, a byte less, a byte more', async () => {
    const bytes = encodeEntry(forge());
    const { view } = omar;
    for (let byte = 0; byte < bytes.length; byte += 1) {
      omar.view = view;
      const received = await put(flipBit(bytes, 8 * byte + (byte % 8)));
      const isShown = received.kind === 'taken' && received.effect.kind === 'content';
      expect({ byte, isShown }).toEqual({ byte, isShown: false });
    }
    for (const other of [bytes.subarray(0, -1), concatBytes(bytes, Uint8Array.of(0))]) {
      omar.view = view;
      expect(await alertOf(put(other))).toBe('MALFORMED');
    }
  });

  it('stop the thread where no place in the chain can be told', async () => {
    expect(await alertOf(put(new Uint8Array(287)))).toBe('GAP');
  });

  it('of the body fail at the signature, before anything is opened', async () => {
    const bytes = encodeEntry(forge());
    expect(await alertOf(put(flipBit(bytes, 8 * (ENTRY_HEADER_BYTES + 40))))).toBe('BAD_SIG');
  });

  it('of another version are told apart: somebody has a newer client', async () => {
    const newer = encodeEntry(forge());
    newer[0] = 2;
    const received = await put(newer);
    expect(received).toMatchObject({
      kind: 'taken',
      alerts: [],
      effect: { kind: 'placeholder', reason: 'newer-format' },
    });
  });

  describe('of another version', () => {
    /** Rosa has a newer client: this device cannot tell that the entry is hers. */
    async function newerOf(by: LabClient, place: Partial<EntryPlace> = {}): Promise<Uint8Array> {
      const entry = forge({ by, place });
      const bytes = encodeEntry(entry);
      bytes[0] = 2;
      expect(await put(bytes)).toMatchObject({ alerts: [] });
      const headerBytes = bytes.subarray(0, ENTRY_HEADER_BYTES);
      return entryHash({ ...entry, headerBytes });
    }
    const seenNow = () => ({ seenSeq: omar.view.head.seq, seenChain: omar.view.head.chain });

    it('do not hold the thread: the next entry of their author names them', async () => {
      const { deviceSeq } = ownPlace(rosa.view);
      const first = await newerOf(rosa);
      const prevHash = await newerOf(rosa, { deviceSeq: deviceSeq + 1, prevHash: first });
      const next = forge({ place: { deviceSeq: deviceSeq + 2, prevHash, ...seenNow() } });
      expect(await alertOf(put(next))).toBe('none');
      const place = { deviceSeq: deviceSeq + 3, prevHash: entryHash(next), ...seenNow() };
      expect(await alertOf(put(forge({ place })))).toBe('none');
    });

    it('stand for no entry that the server keeps back', async () => {
      const { deviceSeq } = ownPlace(rosa.view);
      const prevHash = await newerOf(omar);
      const kept = entryHash(forge());
      for (const place of [
        { deviceSeq: deviceSeq + 1, prevHash: kept },
        { deviceSeq: deviceSeq + 2, prevHash },
        { deviceSeq: Number.MAX_SAFE_INTEGER, prevHash },
      ]) {
        const next = forge({ place: { ...place, ...seenNow() } });
        expect(await alertOf(put(next))).toBe('GAP');
      }
    });

    it('can have been seen by later entries', async () => {
      await newerOf(rosa);
      const seen = seenNow();
      expect(await alertOf(put(forge({ by: omar, place: seen })))).toBe('none');
      const again = { ...ownPlace(omar.view), ...seen };
      expect(await alertOf(put(forge({ by: omar, place: again })))).toBe('none');
    });
  });

  it('are of this thread', async () => {
    const other = forge({ place: { threadId: lab.id() } });
    expect(await alertOf(put(other))).toBe('MALFORMED');
  });
});

describe('the order of the log', () => {
  it.each([
    ['left out', 1],
    ['shown again', -1],
  ])('has no sequence %s', async (_, by) => {
    expect(await alertOf(put(forge(), { seq: omar.view.head.seq + 1 + by }))).toBe('GAP');
  });

  it('does not go back in time', async () => {
    const acceptedAtMs = omar.view.head.acceptedAtMs - 1;
    expect(await alertOf(put(forge(), { acceptedAtMs }))).toBe('FORK');
  });

  it('has each entry once: one that comes again under another sequence is not shown twice', async () => {
    const entry = forge();
    expect(await alertOf(put(entry))).toBe('none');
    expect(await alertOf(put(entry))).toBe('REPLAY');
  });

  it('has every entry of each device', async () => {
    const [, second] = made('kept back', 'shown');
    expect(await alertOf(put(second ?? new Uint8Array()))).toBe('GAP');
  });

  it('has one entry at each place of a device', async () => {
    expect(await alertOf(put(forge()))).toBe('none');
    expect(await alertOf(put(forge()))).toBe('FORK');
    const { deviceSeq } = ownPlace(omar.view);
    expect(deviceSeq).toBeGreaterThan(0);
  });

  it('has the entry before that an author names', async () => {
    const prevHash = new Uint8Array(32).fill(1);
    expect(await alertOf(put(forge({ place: { prevHash } })))).toBe('FORK');
  });

  it('is the same for all: who saw another one shows it with the next word', async () => {
    const seenChain = new Uint8Array(32).fill(1);
    expect(await alertOf(put(forge({ place: { seenChain } })))).toBe('FORK');
    const earlier = { seenSeq: omar.view.head.seq - 1, seenChain: omar.view.head.chain };
    expect(await alertOf(put(forge({ place: earlier })))).toBe('FORK');
    const later = { seenSeq: omar.view.head.seq + 1 };
    expect(await alertOf(put(forge({ place: later })))).toBe('FORK');
  });
});

const made = (...texts: readonly string[]): readonly Uint8Array[] =>
  makeEntries(
    rosa.view,
    texts.map((text) => ({
      entryId: lab.id<EntryId>(),
      kind: 'message' as const,
      content: lab.text(text),
    })),
    lab.making(rosa),
  ).map(({ bytes }) => bytes);

describe('an author', () => {
  it('is a device that the directory knows; it is brought up to date before anybody is refused', async () => {
    const stranger = lab.client();
    const entry = forge({
      by: { ...stranger, view: rosa.view },
      place: { deviceSeq: 1, prevHash: new Uint8Array(32) },
    });
    lab.devices.delete(stranger.device.deviceId);
    lab.isCurrent = false;
    expect(await alertOf(put(entry))).toBe('waits');
    lab.isCurrent = true;
    expect(await alertOf(put(entry))).toBe('UNKNOWN_DEVICE');
  });

  it('is certified', async () => {
    const { deviceId } = rosa.device;
    const known = lab.devices.get(deviceId);
    const honest = lab.directory;
    const directory: DirectoryView = {
      ...honest,
      findDevice: (id) => (id === deviceId ? 'uncertified' : honest.findDevice(id)),
    };
    Object.defineProperty(lab, 'directory', { get: () => directory });
    expect(known).toBeDefined();
    expect(await alertOf(put(forge()))).toBe('UNCERTIFIED');
  });

  it('is certified at the time: not after its certificate ran out', async () => {
    const known = lab.devices.get(rosa.device.deviceId);
    if (known === undefined) throw new Error('nobody');
    const entry = forge();
    lab.devices.set(rosa.device.deviceId, { ...known, notAfterMs: lab.nowMs + 1_000 });
    lab.isCurrent = false;
    expect(await alertOf(put(entry))).toBe('waits');
    lab.isCurrent = true;
    expect(await alertOf(put(entry))).toBe('UNCERTIFIED');
    lab.devices.set(rosa.device.deviceId, { ...known, notAfterMs: lab.nowMs + 1_001 });
    expect(await alertOf(put(entry))).toBe('none');
  });

  it('is nobody else: a key that was granted seals in no other name', async () => {
    const { deviceId } = rosa.device;
    const inHerName = forge({ by: omar, place: { deviceId, ...ownPlace(rosa.view) } });
    expect(await alertOf(put(inHerName))).toBe('BAD_SIG');
  });

  it('signs with the certified key: another certificate under the same id makes nothing of it', async () => {
    const { deviceId } = rosa.device;
    const known = lab.devices.get(deviceId);
    const other = lab.devices.get(omar.device.deviceId);
    if (!known || !other) throw new Error('nobody');
    const entry = forge();
    lab.devices.set(deviceId, { ...known, signKey: other.signKey });
    expect(await alertOf(put(entry))).toBe('BAD_SIG');
  });

  it('is a member with a device in the group, whatever keys somebody has', async () => {
    const first = { deviceSeq: 1, prevHash: new Uint8Array(32) };
    const stranger = lab.client();
    expect(await alertOf(put(forge({ by: stranger, place: first })))).toBe('UNAUTHORIZED');
    const tablet = lab.client(rosa.device.personId);
    expect(await alertOf(put(forge({ by: tablet, place: first })))).toBe('UNAUTHORIZED');
  });

  it('says nothing after leaving', async () => {
    const { personId } = rosa.device;
    lab.send(rosa, { entryId: lab.id<EntryId>(), kind: 'leave', statement: { v: 1, personId } });
    await lab.readAll();
    expect(await alertOf(put(forge()))).toBe('UNAUTHORIZED');
  });

  it('says nothing from its revocation on, and nothing at all once the log was read with it', async () => {
    const known = lab.devices.get(rosa.device.deviceId);
    if (!known) throw new Error('nobody');
    const { view } = omar;
    const entry = forge();
    const revoke = (revokedAtMs: number) =>
      lab.devices.set(rosa.device.deviceId, { ...known, revokedAtMs });
    revoke(lab.nowMs + 1_000);
    expect(await alertOf(put(entry))).toBe('UNAUTHORIZED');
    revoke(lab.nowMs + 1_001);
    omar.view = view;
    expect(await alertOf(put(entry))).toBe('none');
    omar.view = view;
    omar.ids.clear();
    lab.isLive = true;
    expect(await alertOf(put(entry))).toBe('UNAUTHORIZED');
  });
});

describe('the epoch', () => {
  it('is the one that the log is in', async () => {
    const old = forge();
    await lab.commit(omar, { act: 'update' });
    await lab.readAll();
    expect(await alertOf(put(old))).toBe('STALE_EPOCH');
    const epoch = (omar.view.place?.epoch ?? 0) + 1;
    // Whoever is ahead has seen a commit that this log does not show: it stops here, and nothing is sent.
    for (const place of [{ epoch }, { incarnation: 1 }]) {
      expect(await alertOf(put(forge({ place })))).toBe('GAP');
    }
  });

  it('has one key: one that is called otherwise is another history', async () => {
    expect(await alertOf(put(forge({ epochKey: new Uint8Array(32).fill(7) })))).toBe('FORK');
  });
});

describe('what is sealed', () => {
  /** Signed by its author with another part in it. */
  const signedAnew = (entry: Entry): Entry => {
    const { privateKey } = sodium.crypto_sign_seed_keypair(rosa.device.signSeed);
    return { ...entry, signature: signEntry(entry, privateKey) };
  };

  it('opens under one key: a commitment to another one is refused before the cipher', async () => {
    const entry = forge();
    const { commitment } = deriveMessageKey(new Uint8Array(32), entry.header, entry.headerBytes);
    const received = await put(signedAnew({ ...entry, commitment }));
    expect(received).toMatchObject({
      alerts: [{ kind: 'KEY_MISMATCH', facts: { rule: 'commitment' } }],
    });
  });

  it('is whole: another body under the same commitment is refused', async () => {
    const entry = forge();
    const body = Uint8Array.from(entry.body);
    body[0] = (body[0] ?? 0) ^ 1;
    expect(await alertOf(put(signedAnew({ ...entry, body })))).toBe('KEY_MISMATCH');
  });

  it('is a content', async () => {
    for (const text of ['', '{}', '{"v":1,"type":"text"}', 'no JSON']) {
      const entry = forge({ content: utf8(text) });
      expect(await alertOf(put(entry))).toBe('MALFORMED');
      rosa.view = { ...rosa.view, devices: omar.view.devices };
    }
  });

  it('of a later version stands as a placeholder, and the thread goes on', async () => {
    const received = await put(forge({ content: utf8('{"type":"poll","v":1}') }));
    expect(received).toMatchObject({ alerts: [], effect: { reason: 'newer-format' } });
    rosa.view = { ...rosa.view, devices: omar.view.devices };
    expect(await alertOf(put(forge()))).toBe('none');
  });

  it('is shown under the stricter handling code, and marked', async () => {
    const content = encodeContent('message', { ...lab.text('x'), handling: { code: 'EN2' } });
    const received = put(forge({ content, place: { handling: 0 } }));
    expect(await alertOf(received)).toBe('HANDLING_MISMATCH');
    expect(await received).toMatchObject({ effect: { handling: 'EN2' } });
  });

  it('is not opened before all else was checked', async () => {
    const epochs = new Map(
      [...omar.view.epochs].map(([name, known]) => [
        name,
        {
          ...known,
          get epochKey(): never {
            throw new Error('the key was asked for');
          },
        },
      ]),
    );
    const watched: ThreadView = { ...omar.view, epochs };
    const wrong: readonly Entry[] = [
      forge({ place: { prevHash: new Uint8Array(32).fill(1) } }),
      forge({ place: { seenChain: new Uint8Array(32).fill(1) } }),
      forge({ place: { epoch: 9 } }),
      forge({ epochKey: new Uint8Array(32).fill(7) }),
      forge({ by: lab.client(), place: { deviceSeq: 1, prevHash: new Uint8Array(32) } }),
      { ...forge(), signature: new Uint8Array(64) },
    ];
    for (const entry of wrong) {
      omar.view = watched;
      expect(await alertOf(put(entry))).not.toBe('none');
    }
    omar.view = watched;
    await expect(put(forge())).rejects.toThrow('the key was asked for');
  });

  it('is under the key of its epoch, by the name that its commit states', () => {
    const key = keyOf(omar.view);
    const place = { threadId: lab.threadId, ...(omar.view.place ?? { incarnation: 0, epoch: 0 }) };
    expect(decodeEntry(encodeEntry(forge())).header.epochKeyId).toEqual(epochKeyId(key, place));
  });
});
