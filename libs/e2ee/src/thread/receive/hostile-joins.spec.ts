import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toHex, type DeviceId, type EntryId, type ThreadInvitationId } from '@enlace/kernel';
import { flipBit, refusalOf, SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';
import { publicKeyOf } from '@enlace/trust';

import { cryptoReady } from '../../sodium.js';
import { makeCommit } from '../plan/make-commit.js';
import { planCommit } from '../plan/plan-commit.js';
import { anchorView, openNewestPackage } from '../view/anchor.js';
import type { KnownDevice } from '../view/directory-view.js';
import type { ThreadView } from '../view/thread-view.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let ines: LabClient;
beforeEach(async () => {
  lab = new ThreadLab(new SeededRandom('hostile joins'));
  rosa = lab.client();
  omar = lab.client(undefined, 'GT');
  ines = lab.client(undefined, 'MX');
  await lab.open(rosa);
  await lab.invite(rosa, omar);
  lab.startAt(omar);
});

const packageOf = ({ package: stated }: ThreadView): Uint8Array => {
  const blob = stated === null ? undefined : lab.blobs.get(toHex(stated.packageHash));
  if (blob === undefined) throw new Error('no package');
  return blob;
};

/** A join as a changed client makes it that has the keys of the epoch, on a view that says what it likes. */
async function joinOn(by: LabClient, view: ThreadView) {
  const intent = { act: 'join' } as const;
  const plan = planCommit(view, intent, { directory: lab.directory, nowMs: lab.nowMs });
  const made = await makeCommit(view, plan, {
    ...lab.making(by),
    port: lab.port,
    entryId: lab.id<EntryId>(),
    packageBlob: packageOf(rosa.view),
  });
  lab.accept(by, made);
  await lab.read(rosa);
  return rosa.heard.at(-1);
}

/** What Rosa knows, as a colleague of hers could hand it to somebody, with an invitation that nobody made. */
function stolen(by: LabClient, expiresAt = '2026-12-10T11:00:00.000Z'): ThreadView {
  const { members } = rosa.view;
  if (members === null) throw new Error('nobody');
  const { state } = members;
  const invitation = {
    invitationId: lab.id<ThreadInvitationId>(),
    personId: by.device.personId,
    role: 'steward' as const,
    byPersonId: rosa.device.personId,
    fromEpoch: 1,
    expiresAt,
  };
  const invitations = [...state.invitations, invitation].toSorted((a, b) =>
    a.invitationId < b.invitationId ? -1 : 1,
  );
  return {
    ...rosa.view,
    self: by.device,
    devices: new Map(),
    group: null,
    members: { ...members, state: { ...state, invitations } },
  };
}

describe('a join', () => {
  it('of somebody who was not invited has no effect, also with the keys of the epoch', async () => {
    const before = rosa.view.members;
    const view = stolen(ines);
    const alert = await joinOn(ines, view);
    expect(alert).toMatchObject({ kind: 'UNAUTHORIZED', facts: { rule: 'member' } });
    expect(rosa.view.members).toEqual(before);
    expect(rosa.view.isVoid).toBe(false);
    lab.say(rosa, 'it goes on');
    await lab.read(rosa);
  });

  it('by an invitation that expired has no effect', async () => {
    await lab.read(omar);
    await lab.anchor(omar);
    const { view } = omar;
    const { members } = view;
    if (members === null) throw new Error('nobody');
    const later = members.state.invitations.map((one) => ({
      ...one,
      expiresAt: '2027-12-10T11:00:00.000Z',
    }));
    lab.nowMs += 15 * 86_400_000;
    const state = { ...members.state, invitations: later };
    const alert = await joinOn(omar, { ...view, members: { ...members, state } });
    expect(alert).toMatchObject({ kind: 'UNAUTHORIZED', facts: { rule: 'invitation' } });
  });

  it('of a device that nobody certified has no effect, whatever the server says of it', async () => {
    await lab.read(omar);
    await lab.anchor(omar);
    await lab.commit(omar, { act: 'join' });
    lab.devices.delete(omar.device.deviceId);
    await lab.read(rosa);
    expect(rosa.heard).toMatchObject([{ kind: 'UNKNOWN_DEVICE' }]);
    expect(rosa.view.members?.leaves).toHaveLength(1);
    expect(rosa.view.members?.state.members).toHaveLength(1);
  });

  it('of a device under another key than its certificate is refused at the signature', async () => {
    await lab.read(omar);
    await lab.anchor(omar);
    await lab.commit(omar, { act: 'join' });
    const known = nonNull(lab.devices.get(omar.device.deviceId) ?? null);
    replace(omar.device.deviceId, { ...known, signKey: publicKeyOf(new Uint8Array(32)) });
    const item = nonNull(lab.log[rosa.view.head.seq] ?? null);
    expect(await lab.receive(rosa, item)).toMatchObject({ alert: { kind: 'BAD_SIG' } });
  });
});

describe('a package', () => {
  const anchoring = (packageBlob: Uint8Array) =>
    anchorView(omar.view, {
      port: lab.port,
      directory: lab.directory,
      device: omar.device,
      packageBlob,
      nowMs: lab.nowMs,
    });
  beforeEach(() => lab.read(omar));

  it('is the one that the newest commit names: none older, none changed', async () => {
    const blob = packageOf(omar.view);
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    const newest = packageOf(omar.view);
    await expect(anchoring(blob)).rejects.toMatchObject({ facts: { rule: 'hash' } });
    await expect(anchoring(flipBit(newest, 900))).rejects.toMatchObject({
      facts: { rule: 'hash' },
    });
    expect((await anchoring(newest)).alerts).toEqual([]);
  });

  it('has the state that the commit is bound to', () => {
    const stated = nonNull(omar.view.package);
    const view = { ...omar.view, package: { ...stated, stateHash: new Uint8Array(32) } };
    expect(refusalOf(() => openNewestPackage(view, packageOf(omar.view)))).toBe('state');
    const noKey = { ...omar.view, epochs: new Map() };
    expect(refusalOf(() => openNewestPackage(noKey, packageOf(omar.view)))).toBe('key');
  });

  it('was made by the author of the commit', async () => {
    const stated = nonNull(omar.view.package);
    const author = ines.device.deviceId;
    omar.view = { ...omar.view, package: { ...stated, author } };
    await expect(anchoring(packageOf(omar.view))).rejects.toMatchObject({
      code: 'group.sender',
    });
  });

  it('is for somebody who is in it', async () => {
    omar.view = { ...omar.view, self: ines.device };
    await expect(
      anchorView(omar.view, {
        port: lab.port,
        directory: lab.directory,
        device: ines.device,
        packageBlob: packageOf(omar.view),
        nowMs: lab.nowMs,
      }),
    ).rejects.toMatchObject({ facts: { rule: 'self' } });
  });

  it.each<[string, (known: KnownDevice) => KnownDevice | null]>([
    ['that nobody certified', () => null],
    ['of another person', (known) => ({ ...known, personId: ines.device.personId })],
    [
      'with another key than the certified one',
      (known) => ({ ...known, signKey: publicKeyOf(new Uint8Array(32)) }),
    ],
  ])('with a device in its tree %s is refused', async (_, swap) => {
    const { deviceId } = rosa.device;
    const known = nonNull(lab.devices.get(deviceId) ?? null);
    const packageBlob = packageOf(omar.view);
    replace(deviceId, swap(known));
    await expect(anchoring(packageBlob)).rejects.toMatchObject({ code: 'group.credential' });
  });
});

describe('who wrote before the reader knew the members', () => {
  it('is confirmed when it does: a stranger is told, by the place of the entry', async () => {
    lab.say(rosa, 'from Rosa');
    await lab.readAll();
    const stranger = ines.device.personId;
    const { unconfirmed } = omar.view;
    expect(unconfirmed.map(({ personId }) => personId)).toContain(rosa.device.personId);
    const planted = { personId: stranger, incarnation: 0, epoch: 1, seq: lab.log.length };
    omar.view = { ...omar.view, unconfirmed: [...unconfirmed, planted] };
    await lab.anchor(omar);
    expect(omar.heard).toEqual([
      { kind: 'UNAUTHORIZED', facts: { seq: lab.log.length, rule: 'member' } },
    ]);
  });
});

function replace(deviceId: DeviceId, device: KnownDevice | null): void {
  if (device === null) lab.devices.delete(deviceId);
  else lab.devices.set(deviceId, device);
}

function nonNull<Value>(value: Value | null): Value {
  if (value === null) throw new Error('nothing there');
  return value;
}
