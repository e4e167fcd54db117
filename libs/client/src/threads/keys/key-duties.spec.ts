import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cryptoReady, type ThreadView } from '@enlace/e2ee';
import type { JsonObject } from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';

import type { KeptEntry } from '../kept/kept-entry.js';
import { isOwed, keyDuties } from './key-duties.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let tablet: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('key duties'));
  tablet = lab.client(rosa.device.personId);
});

const nobody = { seq: 1, acceptedAtMs: 1, chain: new Uint8Array(32), entryId: null, alerts: [] };
const entry = (by: LabClient, effect: JsonObject): KeptEntry => ({
  ...nobody,
  kind: 'access-request',
  author: by.device,
  effect,
  bytes: null,
});
const asks = (by: LabClient, requestId = 'one') =>
  entry(by, { effect: 'access-requested', statement: { v: 1, requestId, reason: 'new-device' } });
const grants = (by: LabClient, requestId = 'one') =>
  entry(by, { effect: 'granted', statement: { v: 1, requestId, basis: 'access' } });
const dutiesOf = (view: ThreadView, ...entries: readonly KeptEntry[]) =>
  keyDuties(view, entries, () => 'new');
/** The view of the tablet after reading everything, with the keys of the first device or with none. */
const tabletWith = (keys: 'keys' | 'no keys'): ThreadView => {
  const { self } = tablet.view;
  const bare = { ...rosa.view, self, group: null };
  if (keys === 'keys') return bare;
  const epochs = [...bare.epochs].map(([name, one]) => [name, { ...one, epochKey: null }] as const);
  return { ...bare, epochs: new Map(epochs) };
};
const given = { act: 'give', requestId: 'one', toPersonId: '' };

describe('a device without the key of the moment', () => {
  it('asks for it, once', () => {
    const asked = { act: 'ask', requestId: 'new', reason: 'new-device' };
    expect(dutiesOf(tabletWith('no keys'))).toEqual([asked]);
    expect(dutiesOf(tabletWith('no keys'), asks(tablet))).toEqual([]);
    // Answered, and a commit came before the key was used.
    expect(dutiesOf(tabletWith('no keys'), asks(tablet), grants(omar))).toEqual([asked]);
    expect(dutiesOf(tabletWith('no keys'), asks(omar))).toEqual([asked]);
  });

  it('that has been in the thread says that one is missing', () => {
    const view = tabletWith('no keys');
    const devices = new Map([[tablet.device.deviceId, { seq: 1, hash: new Uint8Array(32) }]]);
    expect(dutiesOf({ ...view, devices })).toMatchObject([{ reason: 'grant-missing' }]);
  });

  it('asks nothing of a thread in which its person is no more, or that is stopped', () => {
    const view = tabletWith('no keys');
    const { device: self } = lab.client();
    expect(dutiesOf({ ...view, self })).toEqual([]);
    expect(dutiesOf({ ...view, isVoid: true })).toEqual([]);
    expect(dutiesOf({ ...view, place: null })).toEqual([]);
  });
});

describe('a further device with the key', () => {
  it('takes a leaf for itself', () => {
    expect(dutiesOf(tabletWith('keys'))).toEqual([{ act: 'commit', commit: { act: 'device' } }]);
  });

  it('takes none for a person who is no member, or has left', () => {
    const view = tabletWith('keys');
    expect(dutiesOf({ ...view, self: lab.client().device })).toEqual([]);
    const { members } = view;
    if (members === null) throw new Error('nobody');
    const left = { ...members, left: [rosa.device.personId] };
    expect(dutiesOf({ ...view, members: left })).toEqual([]);
  });
});

describe('a member', () => {
  it('gives the key to a further device of a member that asks, and to an invited person', async () => {
    const toPersonId = rosa.device.personId;
    expect(dutiesOf(omar.view, asks(tablet))).toEqual([{ ...given, toPersonId }]);
    expect(dutiesOf(rosa.view, asks(tablet))).toEqual([{ ...given, toPersonId }]);
    const luis = lab.client(undefined, 'MX');
    await lab.invite(rosa, luis);
    expect(dutiesOf(omar.view, asks(luis))).toMatchObject([{ toPersonId: luis.device.personId }]);
  });

  it.each<[string, () => readonly KeptEntry[]]>([
    ['was answered', () => [asks(tablet), grants(omar)]],
    ['is of a device that has a leaf', () => [asks(rosa)]],
    ['is of a stranger', () => [asks(lab.client())]],
    ['has no author', () => [{ ...asks(tablet), author: null }]],
  ])('gives nothing for a request that %s', (_, entries) => {
    expect(dutiesOf(omar.view, ...entries())).toEqual([]);
  });

  it('gives nothing in a thread that it has left', () => {
    const { members } = omar.view;
    if (members === null) throw new Error('nobody');
    const view = { ...omar.view, members: { ...members, left: [omar.device.personId] } };
    expect(dutiesOf(view, asks(tablet))).toEqual([]);
  });

  it('answers each device for itself, and once however often it asks', async () => {
    const luis = lab.client(undefined, 'MX');
    await lab.invite(rosa, luis);
    const often = Array.from({ length: 20 }, (_, at) => asks(tablet, `ask ${at}`));
    const entries = [...often, grants(omar, 'other'), asks(luis, 'his')];
    expect(dutiesOf(omar.view, ...entries)).toMatchObject([
      { requestId: 'ask 19' },
      { requestId: 'his' },
    ]);
    // The answer to an earlier one came too late: the key of the moment may be another by now.
    expect(dutiesOf(omar.view, ...often, grants(rosa, 'ask 3'))).toMatchObject([
      { requestId: 'ask 19' },
    ]);
    expect(dutiesOf(omar.view, ...often, grants(rosa, 'ask 19'))).toEqual([]);
  });
});

describe('a thread that takes in no more', () => {
  const ends = (action: string) =>
    entry(rosa, { effect: 'lifecycle', statement: { v: 1, action, approvals: [] } });

  it.each(['close', 'shred'])('asks for no key and gives none after %s', (action) => {
    expect(dutiesOf(tabletWith('no keys'), ends(action))).toEqual([]);
    expect(dutiesOf(omar.view, asks(tablet), ends(action))).toEqual([]);
    expect(dutiesOf(omar.view, asks(tablet), ends('hold'))).toHaveLength(1);
  });

  it('owes nobody what was to be asked or given before', () => {
    const toPersonId = tablet.device.personId;
    const give = { act: 'give', requestId: 'one', toPersonId } as const;
    const ask = { act: 'ask', requestId: 'one', reason: 'new-device' } as const;
    expect(isOwed(omar.view, [asks(tablet)], give)).toBe(true);
    expect(isOwed(omar.view, [asks(tablet), ends('close')], give)).toBe(false);
    expect(isOwed(omar.view, [asks(tablet), grants(rosa)], give)).toBe(false);
    expect(isOwed(omar.view, [asks(tablet)], { ...give, requestId: 'other' })).toBe(false);
    expect(isOwed(tabletWith('no keys'), [], ask)).toBe(true);
    expect(isOwed(tabletWith('no keys'), [ends('close')], ask)).toBe(false);
  });
});
