import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEntry, encodeEntry } from '@enlace/contracts';
import { sha256, toHex, type EntryId } from '@enlace/kernel';
import { refusalOf, SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';

import { encodeContent, type Content } from '../content/content.js';
import { sealEntry } from '../envelope/envelope.js';
import { cryptoReady, sodium } from '../sodium.js';
import { giveKeys, type Giving } from './plan/give-keys.js';
import { ownPlace, placeOf } from './plan/make-entries.js';
import { receiveEntry } from './receive/receive.js';
import type { ThreadEffect } from './receive/effects.js';
import { openGranted, openTaken, withLateKeys } from './view/late-keys.js';
import { epochName, findEpoch, startReading, type ThreadView } from './view/thread-view.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
beforeEach(async () => {
  lab = new ThreadLab(new SeededRandom('history'));
  rosa = lab.client();
  omar = lab.client(undefined, 'GT');
  await lab.open(rosa);
  lab.say(rosa, 'first');
  await lab.read(rosa);
  await lab.commit(rosa, { act: 'update' });
  await lab.read(rosa);
  lab.say(rosa, 'second');
  await lab.read(rosa);
  await lab.invite(rosa, omar);
  lab.startAt(omar);
  await lab.join(omar);
});

const history = (change: Partial<Giving> = {}): Giving => ({
  toPersonId: omar.device.personId,
  basis: 'handover',
  fromEpoch: 0,
  toEpoch: 1,
  fromSeq: 1,
  toSeq: 4,
  ...change,
});
const give = (by: LabClient, giving: Giving) =>
  giveKeys(by.view, giving, {
    directory: lab.directory,
    random: lab.random,
    nowMs: lab.nowMs,
    entryId: lab.id<EntryId>(),
  });

/** The range that was given, as its grantee reads it. */
async function readRange(client: LabClient, toSeq: number): Promise<ThreadView> {
  let view = startReading({ threadId: lab.threadId, self: client.device });
  for (const item of lab.log.slice(0, toSeq)) {
    const apart = { findEntry: async () => null, pending: null, isHistory: true };
    const ground = { ...lab.ground(client), ...apart };
    const received = await receiveEntry(view, item, ground);
    if (received.kind !== 'taken') throw new Error(JSON.stringify(received));
    view = received.view;
  }
  return view;
}

async function given(client: LabClient, giving: Giving) {
  const { draft, blob } = give(rosa, giving);
  lab.blobs.set(toHex(sha256(blob)), blob);
  lab.send(rosa, draft);
  await lab.readAll();
  const effect = [...client.shown.values()].at(-1);
  if (effect?.kind !== 'granted') throw new Error('no grant');
  return { effect, blob };
}

describe('history', () => {
  it('is read from what a steward gave: by its range, and no further', async () => {
    const { effect, blob } = await given(omar, history());
    const range = await readRange(omar, effect.statement.toSeq);
    const late = openGranted(range, blob, { effect, kemSeed: omar.kemSeed });
    expect(late.keys.map(({ epoch }) => epoch)).toEqual([0, 1]);
    const view = withLateKeys(range, late);
    const texts = lab.log.slice(0, 4).flatMap(({ seq, entry }) => {
      if (!(entry instanceof Uint8Array) || decodeEntry(entry).header.kind !== 'message') return [];
      return textOf(openTaken(view, { seq, entry }).effect);
    });
    expect(texts).toEqual(['first', 'second']);
  });

  it('opens nothing for somebody else, and says so without an alert', async () => {
    const { effect, blob } = await given(omar, history());
    const range = await readRange(rosa, 4);
    expect(openGranted(range, blob, { effect, kemSeed: rosa.kemSeed }).keys).toEqual([]);
  });

  it('is refused whole where a key is not the one that the log names', async () => {
    const { effect, blob } = await given(omar, history());
    const range = await readRange(omar, 4);
    const known = findEpoch(range, { incarnation: 0, epoch: 1 });
    if (known === null) throw new Error('no epoch');
    const epochs = new Map([
      ...range.epochs,
      ['0/1', { ...known, epochKeyId: new Uint8Array(16) }],
    ]);
    const opened = () => openGranted({ ...range, epochs }, blob, { effect, kemSeed: omar.kemSeed });
    expect(opened).toThrow(expect.objectContaining({ alert: 'BAD_GRANT' }));
    expect(refusalOf(opened)).toBe('epoch-key');
    const other = { ...effect, grantHash: new Uint8Array(32) };
    expect(
      refusalOf(() => openGranted(range, blob, { effect: other, kemSeed: omar.kemSeed })),
    ).toBe('hash');
    const noGrant = () => openGranted(range, new Uint8Array(3), { effect, kemSeed: omar.kemSeed });
    expect(refusalOf(noGrant)).toBe('form');
  });

  it.each<[string, () => unknown]>([
    ['steward', () => give(omar, history({ toPersonId: rosa.device.personId }))],
    ['person', () => give(rosa, history({ toPersonId: lab.client().device.personId }))],
    ['range', () => give(rosa, history({ fromSeq: 5 }))],
    ['range', () => give(rosa, history({ toSeq: 1_000 }))],
    ['range', () => give(rosa, history({ fromEpoch: 2 }))],
    ['access', () => give(rosa, history({ basis: 'access' }))],
    ['no-key', () => give(rosa, history({ toEpoch: 9 }))],
  ])('is not given against the rule: %s', (rule, act) => {
    expect(refusalOf(act)).toBe(rule);
  });

  it('is given by who was a member in all of it: neither made nor taken otherwise', async () => {
    await lab.commit(rosa, {
      act: 'role',
      personId: omar.device.personId,
      role: 'steward',
    });
    await lab.readAll();
    const giving = history({ toPersonId: rosa.device.personId, fromEpoch: 2, toEpoch: 2 });
    expect(refusalOf(() => give(omar, giving))).toBe('not-a-member-then');
    const grantHash = new Uint8Array(32).fill(1);
    const statement = { v: 1, ...giving } as const;
    lab.send(omar, { entryId: lab.id<EntryId>(), kind: 'grant', statement, grantHash });
    await lab.read(rosa);
    expect(rosa.heard.at(-1)).toMatchObject({
      kind: 'UNAUTHORIZED',
      facts: { rule: 'not-a-member-then' },
    });
  });

  it('of a member that is no steward is not taken', async () => {
    const statement = { v: 1, ...history({ toPersonId: rosa.device.personId }) } as const;
    const grantHash = new Uint8Array(32).fill(1);
    lab.send(omar, { entryId: lab.id<EntryId>(), kind: 'grant', statement, grantHash });
    await lab.read(rosa);
    expect(rosa.heard.at(-1)).toMatchObject({ kind: 'UNAUTHORIZED', facts: { rule: 'steward' } });
  });
});

describe('what is for named recipients alone', () => {
  const forTwo = (): Content<'message'> => ({
    ...lab.text('for the two'),
    handling: { code: 'EN3', recipients: [rosa.device.personId, omar.device.personId].toSorted() },
  });
  const epochNow = (): number => rosa.view.place?.epoch ?? 0;
  /** The epochs of the thread up to now, of which the newest holds it. */
  const upToNow = (): Giving => ({ ...history(), toEpoch: epochNow(), toSeq: lab.log.length });

  /** As who is no client of ours would: nothing checked, whatever is inside. */
  function sealAnyway(content: Content<'message'>, handling: number): void {
    const key = findEpoch(rosa.view, rosa.view.place ?? { incarnation: 0, epoch: 0 })?.epochKey;
    if (!key) throw new Error('no key');
    const place = {
      kind: 'message',
      entryId: lab.id<EntryId>(),
      own: ownPlace(rosa.view),
    } as const;
    const signKey = sodium.crypto_sign_seed_keypair(rosa.device.signSeed).privateKey;
    const entry = sealEntry(
      encodeContent('message', content),
      { ...placeOf(rosa.view, place), handling },
      { epochKey: key, signKey, random: lab.random },
    );
    lab.append(encodeEntry(entry));
  }

  /** A grant of a steward whose client checks nothing. */
  function grantAnyway(giving: Giving): Uint8Array {
    const { draft, blob } = give({ ...rosa, view: { ...rosa.view, named: new Set() } }, giving);
    lab.blobs.set(toHex(sha256(blob)), blob);
    lab.send(rosa, draft);
    return blob;
  }

  it.each<[string, () => void]>([
    ['said outside', () => sealAnyway(forTwo(), 3)],
    ['said inside alone', () => sealAnyway(forTwo(), 1)],
    ['said outside alone', () => sealAnyway(lab.text('for the two'), 3)],
  ])('keeps its epoch out of history, %s: neither given nor taken', async (_, say) => {
    say();
    await lab.readAll();
    expect(refusalOf(() => give(rosa, upToNow()))).toBe('named-recipients');
    grantAnyway(upToNow());
    await lab.readAll();
    const refused = { kind: 'UNAUTHORIZED', facts: { rule: 'named-recipients' } };
    for (const reader of [rosa, omar]) expect(reader.heard.at(-1)).toMatchObject(refused);
    const before = { ...upToNow(), toEpoch: epochNow() - 1 };
    expect(() => give(rosa, before)).not.toThrow();
  });

  it('is not opened by who was given the range, whom nothing else has told of it', async () => {
    lab.say(rosa, 'to all');
    await lab.readAll();
    sealAnyway(forTwo(), 3);
    await lab.readAll();
    const luis = await lab.joined(rosa, 'MX');
    const giving = { ...upToNow(), toEpoch: 3, toPersonId: luis.device.personId };
    const blob = grantAnyway(giving);
    const statement = { v: 1, ...giving } as const;
    const effect = { kind: 'granted', statement, grantHash: sha256(blob) } as const;
    const range = await readRange(luis, giving.toSeq);
    const opened = () => openGranted(range, blob, { effect, kemSeed: luis.kemSeed });
    expect(opened).toThrow(expect.objectContaining({ alert: 'BAD_GRANT' }));
    expect(refusalOf(opened)).toBe('named-recipients');
  });

  it('is no history for others where only the inside says so', async () => {
    sealAnyway(forTwo(), 1);
    const { seq, entry } = lab.log.at(-1) ?? { seq: 0, entry: null };
    if (!(entry instanceof Uint8Array)) throw new Error('no entry');
    await lab.readAll();
    const luis = await lab.joined(rosa, 'MX');
    const known = findEpoch(rosa.view, decodeEntry(entry).header);
    if (known === null) throw new Error('no epoch');
    const view = { ...luis.view, epochs: new Map([[epochName(known), known]]) };
    const taken = openTaken(view, { seq, entry, isHistory: true });
    expect(taken.effect).toEqual({ kind: 'placeholder', reason: 'not-granted' });
    const own = { ...view, self: omar.device };
    const shown = openTaken(own, { seq, entry, isHistory: true });
    expect(textOf(shown.effect)).toEqual(['for the two']);
    expect([...shown.view.named]).toEqual([epochName(known)]);
  });
});

describe('a further device', () => {
  it('is given the key of this moment by any member, and joins by it', async () => {
    const tablet = lab.client(rosa.device.personId);
    lab.startAt(tablet);
    await lab.read(tablet);
    const { effect, blob } = await given(tablet, {
      toPersonId: tablet.device.personId,
      basis: 'access',
      fromEpoch: 3,
      toEpoch: 3,
      fromSeq: lab.log.length,
      toSeq: lab.log.length,
    });
    const late = openGranted(tablet.view, blob, { effect, kemSeed: tablet.kemSeed });
    tablet.view = withLateKeys(tablet.view, late);
    await lab.anchor(tablet);
    await lab.commit(tablet, { act: 'device' });
    await lab.readAll();
    lab.say(tablet, 'from the tablet');
    await lab.readAll();
    expect(textOf([...omar.shown.values()].at(-1))).toEqual(['from the tablet']);
    expect(omar.view.members?.leaves).toHaveLength(3);
  });
});

describe('keys from a vault', () => {
  it('are taken when the log names them, all or none', () => {
    const known = findEpoch(omar.view, { incarnation: 0, epoch: 3 });
    if (known === null || known.epochKey === null) throw new Error('no key');
    const bare = { ...omar.view, epochs: new Map([['0/3', { ...known, epochKey: null }]]) };
    const good = { epoch: 3, epochKey: known.epochKey };
    const back = withLateKeys(bare, { incarnation: 0, keys: [good] });
    expect(findEpoch(back, known)?.epochKey).toEqual(known.epochKey);
    const bad = { epoch: 3, epochKey: new Uint8Array(32) };
    const unknown = { epoch: 8, epochKey: known.epochKey };
    for (const keys of [[bad], [good, bad], [unknown]]) {
      expect(refusalOf(() => withLateKeys(bare, { incarnation: 0, keys }))).toBe('epoch-key');
    }
  });

  it('that opened an entry wrongly show what is damaged, and no plaintext', () => {
    const item = lab.log.find(
      ({ entry }) => entry instanceof Uint8Array && kindOf(entry) === 'message',
    );
    if (!(item?.entry instanceof Uint8Array)) throw new Error('no message');
    const { seq } = item;
    const entry = decodeEntry(item.entry);
    const body = Uint8Array.from(entry.body).fill(0);
    const damaged = encodeEntry({ ...entry, body });
    expect(openTaken(rosa.view, { seq, entry: damaged })).toMatchObject({
      effect: { kind: 'placeholder', reason: 'damaged' },
      alerts: [{ kind: 'KEY_MISMATCH' }],
    });
    expect(openTaken(omar.view, { seq, entry: item.entry }).effect).toEqual({
      kind: 'placeholder',
      reason: 'key-pending',
    });
  });
});

const kindOf = (entry: Uint8Array) => decodeEntry(entry).header.kind;

function textOf(effect: ThreadEffect | undefined): readonly string[] {
  return effect?.kind === 'content' && effect.content.type === 'text' ? [effect.content.text] : [];
}
