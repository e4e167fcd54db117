import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { THREAD_LIMITS } from '@enlace/contracts';
import { formatInstant, type EntryId, type ThreadInvitationId } from '@enlace/kernel';
import { refusalOf, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../../sodium.js';
import { sealingFault } from './make-entries.js';
import { planCommit, type CommitIntent, type CommitPlan } from './plan-commit.js';

const DAY_MS = 86_400_000;
beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let ines: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('plans'));
  ines = lab.client(undefined, 'MX');
});

const plan = (by: LabClient, intent: CommitIntent = { act: 'update' }): CommitPlan =>
  planCommit(by.view, intent, { directory: lab.directory, nowMs: lab.nowMs });
const ids = ({ recipients }: CommitPlan) => recipients.map(({ deviceId }) => deviceId);
const ops = ({ changes }: CommitPlan) =>
  changes.map((change) => (change.op === 'remove' ? `remove ${change.cause}` : change.op));
const revoke = ({ device }: LabClient) => {
  const known = lab.devices.get(device.deviceId);
  if (known === undefined) throw new Error('no such device');
  lab.devices.set(device.deviceId, { ...known, revokedAtMs: lab.nowMs });
};
const fault = ({ view }: LabClient) =>
  sealingFault(view, { directory: lab.directory, nowMs: lab.nowMs });
const leave = ({ device, ...client }: LabClient) => {
  const statement = { v: 1, personId: device.personId } as const;
  const draft = { entryId: lab.id<EntryId>(), kind: 'leave', statement } as const;
  lab.send({ device, ...client }, draft);
};

describe('the key of a new epoch', () => {
  it('goes to every certified device of every person who waits, whoever commits', async () => {
    const laptop = lab.client(ines.device.personId);
    const old = lab.client(ines.device.personId);
    revoke(old);
    await lab.invite(rosa, ines);
    const both = [ines.device.deviceId, laptop.device.deviceId];
    for (const by of [rosa, omar]) expect(ids(plan(by)).toSorted()).toEqual(both.toSorted());
    lab.startAt(ines);
    await lab.join(ines);
    expect(ids(plan(rosa))).toEqual([]);
    expect(ids(plan(omar, { act: 'update' }))).toEqual([]);
  });

  it('is granted to 64 devices at most', async () => {
    await lab.invite(rosa, ines);
    for (let at = 1; at <= THREAD_LIMITS.grantRecipients; at += 1) lab.client(ines.device.personId);
    expect(refusalOf(() => plan(rosa))).toBe('recipients');
  });

  it('is also for a member whose leaves were all removed, until one is back', async () => {
    lab.nowMs += 46 * DAY_MS;
    const { members, removedLeaves } = plan(rosa);
    expect(ops(plan(rosa))).toEqual(['remove stale']);
    expect(removedLeaves).toEqual([1]);
    expect(members.state.members).toHaveLength(2);
    expect(ids(plan(rosa))).toEqual([omar.device.deviceId]);
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    expect(omar.view.group).toBeNull();
    expect(fault(omar)).toBe('no-leaf');
    await lab.commit(omar, { act: 'device' });
    await lab.readAll();
    lab.say(omar, 'back');
    await lab.readAll();
    expect(ids(plan(rosa))).toEqual([]);
  });
});

describe('whoever commits', () => {
  it('removes who has left, and nothing is sealed before', async () => {
    leave(omar);
    await lab.readAll();
    expect(fault(rosa)).toBe('removal-required');
    expect(refusalOf(() => lab.say(rosa, 'hello'))).toBe('removal-required');
    expect(fault(omar)).toBe('left');
    expect(refusalOf(() => plan(omar))).toBe('left');
    expect(ops(plan(rosa))).toEqual(['remove left']);
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    expect(rosa.view.members?.state.members).toHaveLength(1);
    expect(fault(rosa)).toBeNull();
  });

  it('removes revoked devices and persons, and every member takes it', async () => {
    await lab.invite(rosa, ines);
    lab.startAt(ines);
    await lab.join(ines);
    revoke(omar);
    expect(fault(rosa)).toBe('removal-required');
    expect(ops(plan(ines))).toEqual(['remove revoked']);
    lab.personsRevoked.set(omar.device.personId, lab.nowMs);
    expect(plan(ines).changes).toMatchObject([{ personId: omar.device.personId }]);
    await lab.commit(ines, { act: 'update' });
    await lab.readAll();
    expect(rosa.view.members?.leaves).toHaveLength(2);
    expect(rosa.heard).toEqual([]);
  });

  it('ends invitations that expired, and those of somebody who goes', async () => {
    await lab.invite(rosa, ines);
    lab.nowMs += 15 * DAY_MS;
    expect(ops(plan(omar))).toEqual(['lapse']);
    await lab.commit(omar, { act: 'update' });
    await lab.readAll();
    expect(rosa.view.members?.state.invitations).toEqual([]);
    const { personId } = omar.device;
    await lab.commit(rosa, { act: 'role', personId, role: 'steward' });
    await lab.readAll();
    await lab.invite(omar, ines);
    expect(ops(plan(rosa, { act: 'remove', personId }))).toEqual(['remove removed', 'lapse']);
  });

  it('invites somebody anew whose invitation expired', async () => {
    await lab.invite(rosa, ines);
    lab.nowMs += 15 * DAY_MS;
    await lab.invite(rosa, ines);
    expect(rosa.view.members?.state.invitations).toHaveLength(1);
  });

  it('withdraws an invitation once, whether it expired or not', async () => {
    await lab.invite(rosa, ines);
    const invitationId = rosa.view.members?.state.invitations[0]?.invitationId;
    if (invitationId === undefined) throw new Error('no invitation');
    expect(ops(plan(rosa, { act: 'withdraw', invitationId }))).toEqual(['withdraw']);
    lab.nowMs += 15 * DAY_MS;
    expect(ops(plan(rosa, { act: 'withdraw', invitationId }))).toEqual(['withdraw']);
  });

  it('is told by which rule not', async () => {
    const invite = (personId = ines.device.personId, days = 14): CommitIntent => ({
      act: 'invite',
      invitationId: lab.id<ThreadInvitationId>(),
      personId,
      role: 'member',
      expiresAt: formatInstant(lab.nowMs + days * DAY_MS),
    });
    const american = lab.client(undefined, 'US');
    expect(refusalOf(() => plan(omar, invite()))).toBe('steward');
    expect(refusalOf(() => plan(rosa, invite(omar.device.personId)))).toBe('known-person');
    expect(refusalOf(() => plan(rosa, invite(american.device.personId)))).toBe('person');
    expect(refusalOf(() => plan(rosa, invite(undefined, 31)))).toBe('term');
    expect(refusalOf(() => plan(ines))).toBe('unanchored');
    const demote: CommitIntent = { act: 'role', personId: rosa.device.personId, role: 'member' };
    expect(refusalOf(() => plan(rosa, demote))).toBe('last-steward');
    expect(refusalOf(() => plan(omar, { act: 'join' }))).toBe('invitation');
  });
});

describe('a lost race', () => {
  it('is planned again on what won, and one that was fulfilled is dropped by its rule', async () => {
    const invitationId = lab.id<ThreadInvitationId>();
    const intent: CommitIntent = {
      act: 'invite',
      invitationId,
      personId: ines.device.personId,
      role: 'member',
      expiresAt: formatInstant(lab.nowMs + DAY_MS),
    };
    await lab.commit(omar, { act: 'update' });
    await lab.readAll();
    rosa.pending = null;
    await lab.commit(rosa, intent);
    await lab.readAll();
    expect(omar.view.members?.state.invitations).toMatchObject([{ invitationId }]);
    expect(refusalOf(() => plan(rosa, intent))).toBe('known-person');
  });
});

describe('what is sealed', () => {
  it('is not below the floor of the thread, and names those who are there', () => {
    const { personId } = rosa.device;
    const say = (handling: Parameters<typeof handled>[0]) => refusalOf(() => handled(handling));
    expect(say({ code: 'EN0' })).toBe('floor');
    expect(say({ code: 'EN3', recipients: [personId] })).toBe('recipients');
    const both = [personId, omar.device.personId].toSorted();
    expect(say({ code: 'EN3', recipients: both })).toBe('accepted');
  });
});

function handled(handling: ReturnType<ThreadLab['text']>['handling']): void {
  const content = { ...lab.text('for whom'), handling };
  lab.send(rosa, { entryId: lab.id<EntryId>(), kind: 'message', content });
}
