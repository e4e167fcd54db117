import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseId, type DeviceId, type PersonId, type ThreadInvitationId } from '@enlace/kernel';

import type { StateCode } from '../../states.js';
import { GROUP_SUITES } from '../commit/group-suites.js';
import { THREAD_LIMITS } from '../thread-limits.js';
import { applyChanges } from './apply-changes.js';
import type { Applied, ChangeRule } from './change-rules.js';
import type { CommitAct, ThreadFacts } from './commit-act.js';
import type { ThreadChange } from './thread-changes.js';
import { encodeThreadState, parseThreadState, type ThreadState } from './thread-state.js';

const person = (digit: number): PersonId =>
  parseId(`00000000-0000-4000-8000-00000000000${digit.toString()}`);
const device = (digit: number): DeviceId =>
  parseId(`01900000-0000-7000-8000-00000000000${digit.toString()}`);
const invitation = (digit: number): ThreadInvitationId =>
  parseId(`01900000-0000-7000-8000-0000000000a${digit.toString()}`);

const NOW_MS = Date.parse('2026-11-26T12:00:00.000Z');
const IN_A_WEEK = '2026-12-03T12:00:00.000Z';
const [rosa, omar, ximena, delia] = [person(1), person(2), person(3), person(4)];
const HOMES: Readonly<Record<PersonId, StateCode>> = {
  [rosa]: 'CR',
  [omar]: 'PA',
  [ximena]: 'MX',
  [delia]: 'GT',
};

const opened: ThreadState = {
  v: 1,
  threadId: parseId('01900000-0000-7000-8000-000000000101'),
  caseId: parseId('01900000-0000-7000-8000-000000000102'),
  incarnation: 0,
  epoch: 0,
  suite: GROUP_SUITES.xWing,
  policy: {
    originator: 'CR',
    states: ['CR', 'MX', 'PA'],
    purpose: 'investigation',
    legalBasis: 'UNTOC-18',
    caseType: 'migrant-smuggling',
    level: 'informal',
    handlingFloor: 'EN1',
    openedAt: '2026-11-26T11:00:00.000Z',
    retentionDays: 1_096,
  },
  members: [{ personId: rosa, role: 'steward', sinceEpoch: 0 }],
  invitations: [],
};

/** A thread as its log and the directory have it; each act is of the one who says so. */
class Lab {
  state = opened;
  acceptedAtMs = NOW_MS;
  readonly leaves = new Map<DeviceId, PersonId>([[device(1), rosa]]);
  readonly left = new Set<PersonId>();
  readonly revoked = new Set<string>();
  readonly stale = new Set<DeviceId>();

  readonly facts: ThreadFacts = {
    stateOf: (personId) => HOMES[personId] ?? null,
    leavesOf: (personId) =>
      [...this.leaves].flatMap(([id, owner]) => (owner === personId ? [id] : [])),
    hasLeft: (personId) => this.left.has(personId),
    isRevoked: (id) => this.revoked.has(id),
    isStale: (id) => this.stale.has(id),
  };

  try(by: PersonId, changes: readonly ThreadChange[], act: Partial<CommitAct> = {}): Applied {
    const [deviceId = device(9)] = this.facts.leavesOf(by);
    const removed = changes.flatMap((one) => (one.op === 'remove' ? one.deviceIds : []));
    const shape = removed.length > 0 ? 'remove' : 'update';
    const author = { deviceId, personId: by };
    const { acceptedAtMs, facts } = this;
    return applyChanges(this.state, changes, {
      act: { author, shape, removed, acceptedAtMs, ...act },
      facts,
    });
  }

  commit(by: PersonId, changes: readonly ThreadChange[], act: Partial<CommitAct> = {}): void {
    const applied = this.try(by, changes, act);
    if (applied.kind === 'refused') throw new Error(applied.rule);
    this.state = applied.state;
    for (const one of changes) {
      if (one.op === 'remove') one.deviceIds.forEach((id) => this.leaves.delete(id));
      if (one.op === 'join' || one.op === 'device') this.leaves.set(one.deviceId, by);
    }
  }

  join(by: PersonId, number: number): void {
    const author = { deviceId: device(number), personId: by };
    const change = {
      op: 'join',
      invitationId: invitation(number),
      deviceId: device(number),
    } as const;
    this.commit(by, [change], { shape: 'join', author });
  }

  ruleFor(...of: Parameters<Lab['try']>): ChangeRule | null {
    const applied = this.try(...of);
    return applied.kind === 'refused' ? applied.rule : null;
  }
}

const invite = (personId: PersonId, number: number, role: 'member' | 'steward' = 'member') =>
  ({
    op: 'invite',
    invitationId: invitation(number),
    personId,
    role,
    expiresAt: IN_A_WEEK,
  }) as const;
const remove = (
  personId: PersonId | null,
  deviceIds: readonly DeviceId[],
  cause: 'left' | 'removed' | 'revoked' | 'stale',
) => ({ op: 'remove', personId, deviceIds, cause }) as const;

/** CR invited PA, who joined. */
function ofTwo(role: 'member' | 'steward' = 'member'): Lab {
  const lab = new Lab();
  lab.commit(rosa, [invite(omar, 2, role)]);
  lab.join(omar, 2);
  return lab;
}

describe('the members of a thread', () => {
  it('are whom a steward invited and who came', () => {
    const lab = ofTwo();
    expect(lab.state).toEqual({
      ...opened,
      epoch: 2,
      members: [
        { personId: rosa, role: 'steward', sinceEpoch: 0 },
        { personId: omar, role: 'member', sinceEpoch: 2 },
      ],
    });
  });

  it('are invited by stewards, from the States of the thread, once, for thirty days at most', () => {
    const lab = ofTwo();
    expect(lab.ruleFor(omar, [invite(ximena, 3)])).toBe('steward');
    expect(lab.ruleFor(rosa, [invite(delia, 3)])).toBe('person');
    expect(lab.ruleFor(rosa, [invite(person(7), 3)])).toBe('person');
    expect(lab.ruleFor(rosa, [invite(omar, 3)])).toBe('known-person');
    expect(lab.ruleFor(rosa, [invite(ximena, 3), invite(ximena, 4)])).toBe('known-person');
    const until = (ms: number) => ({
      ...invite(ximena, 3),
      expiresAt: new Date(NOW_MS + ms).toISOString(),
    });
    const longest = THREAD_LIMITS.invitationDays * 86_400_000;
    expect(lab.ruleFor(rosa, [until(longest)])).toBeNull();
    expect(lab.ruleFor(rosa, [until(longest + 1)])).toBe('term');
    expect(lab.ruleFor(rosa, [until(0)])).toBe('term');
  });

  it('come by their own invitation, on the device that says so, while it is open', () => {
    const lab = new Lab();
    lab.commit(rosa, [invite(omar, 2), invite(ximena, 3)]);
    const join = { op: 'join', invitationId: invitation(2), deviceId: device(2) } as const;
    const by = (personId: PersonId, number: number) =>
      ({ shape: 'join', author: { deviceId: device(number), personId } }) as const;
    expect(lab.ruleFor(omar, [join], by(omar, 2))).toBeNull();
    expect(lab.ruleFor(ximena, [join], by(ximena, 2))).toBe('invitation');
    expect(lab.ruleFor(omar, [join], by(omar, 4))).toBe('device');
    expect(lab.ruleFor(omar, [{ ...join, invitationId: invitation(9) }], by(omar, 2))).toBe(
      'invitation',
    );
    lab.acceptedAtMs = Date.parse(IN_A_WEEK);
    expect(lab.ruleFor(omar, [join], by(omar, 2))).toBe('expired');
  });

  it('take a leaf only by joining, and join only by taking a leaf', () => {
    const lab = new Lab();
    lab.commit(rosa, [invite(omar, 2)]);
    const join = { op: 'join', invitationId: invitation(2), deviceId: device(2) } as const;
    const author = { deviceId: device(2), personId: omar };
    expect(lab.ruleFor(omar, [join], { author })).toBe('shape');
    expect(lab.ruleFor(omar, [], { author, shape: 'join' })).toBe('shape');
    expect(lab.ruleFor(omar, [join], { author, shape: 'rejoin', removed: [device(2)] })).toBe(
      'shape',
    );
    expect(lab.ruleFor(delia, [], { author: { deviceId: device(4), personId: delia } })).toBe(
      'author',
    );
  });

  it('bring more devices, and come again on one that lost its state', () => {
    const lab = ofTwo();
    const add = (number: number) => ({ op: 'device', deviceId: device(number) }) as const;
    const author = (number: number) => ({ author: { deviceId: device(number), personId: omar } });
    expect(lab.ruleFor(omar, [add(5)], { ...author(5), shape: 'join' })).toBeNull();
    expect(lab.ruleFor(omar, [add(2)], { ...author(2), shape: 'join' })).toBe('device');
    const again = { ...author(2), shape: 'rejoin', removed: [device(2)] } as const;
    expect(lab.ruleFor(omar, [add(2)], again)).toBeNull();
    expect(lab.ruleFor(omar, [add(2)], { ...again, removed: [device(1)] })).toBe('shape');
    lab.left.add(omar);
    expect(lab.ruleFor(omar, [add(5)], { ...author(5), shape: 'join' })).toBe('author');
  });
});

describe('a thread', () => {
  const others = (count: number): readonly PersonId[] =>
    Array.from({ length: count }, (_, at) =>
      parseId(`00000000-0000-4000-8001-${at.toString(16).padStart(12, '0')}`),
    );
  const opening = (members: number, invitations: number): Lab => {
    const lab = new Lab();
    const role = 'member' as const;
    lab.state = {
      ...opened,
      members: [
        ...opened.members,
        ...others(members - 1).map((personId) => ({ personId, role, sinceEpoch: 0 })),
      ],
      invitations: others(members + invitations - 1)
        .slice(members - 1)
        .map((personId, at) => ({
          invitationId: parseId(`01900000-0000-7000-8001-${at.toString(16).padStart(12, '0')}`),
          personId,
          role,
          byPersonId: rosa,
          fromEpoch: 0,
          expiresAt: IN_A_WEEK,
        })),
    };
    return lab;
  };

  it('has 64 open invitations and not 65', () => {
    const most = THREAD_LIMITS.invitations;
    expect(opening(1, most - 1).ruleFor(rosa, [invite(omar, 2)])).toBeNull();
    expect(opening(1, most).ruleFor(rosa, [invite(omar, 2)])).toBe('limit');
  });

  it('has 100 members and not 101', () => {
    const most = THREAD_LIMITS.members;
    const join = { op: 'join', invitationId: invitation(2), deviceId: device(2) } as const;
    const act = { shape: 'join', author: { deviceId: device(2), personId: omar } } as const;
    for (const [before, rule] of [
      [most - 1, null],
      [most, 'limit'],
    ] as const) {
      const lab = opening(before, 0);
      lab.commit(rosa, [invite(omar, 2)]);
      expect(lab.ruleFor(omar, [join], act)).toBe(rule);
    }
  });
});

describe('an invitation', () => {
  it('is withdrawn by a steward or whoever made it, and lapses for anybody once it is over', () => {
    const lab = ofTwo('steward');
    lab.commit(omar, [invite(ximena, 3)]);
    const end = (op: 'lapse' | 'withdraw') => [{ op, invitationId: invitation(3) }] as const;
    expect(lab.ruleFor(rosa, end('withdraw'))).toBeNull();
    expect(lab.ruleFor(rosa, end('lapse'))).toBe('cause');
    lab.commit(rosa, [{ op: 'role', personId: omar, role: 'member' }]);
    expect(lab.ruleFor(omar, end('withdraw'))).toBeNull();
    lab.commit(rosa, [remove(omar, [device(2)], 'removed')]);
    expect(lab.ruleFor(rosa, end('lapse'))).toBeNull();
  });

  it('of another is not withdrawn by a member', () => {
    const lab = ofTwo();
    lab.commit(rosa, [invite(ximena, 3)]);
    const withdrawal = { op: 'withdraw', invitationId: invitation(3) } as const;
    expect(lab.ruleFor(omar, [withdrawal])).toBe('steward');
    lab.acceptedAtMs = Date.parse(IN_A_WEEK);
    expect(lab.ruleFor(omar, [{ ...withdrawal, op: 'lapse' }])).toBeNull();
  });
});

describe('a removal', () => {
  it('by right is of stewards, takes all devices, and is never of oneself', () => {
    const lab = ofTwo();
    lab.commit(omar, [{ op: 'device', deviceId: device(5) }], {
      shape: 'join',
      author: { deviceId: device(5), personId: omar },
    });
    expect(lab.ruleFor(omar, [remove(rosa, [device(1)], 'removed')])).toBe('steward');
    expect(lab.ruleFor(rosa, [remove(omar, [device(2)], 'removed')])).toBe('removals');
    expect(lab.ruleFor(rosa, [remove(omar, [device(2), device(1)], 'removed')])).toBe('removals');
    expect(lab.ruleFor(rosa, [remove(rosa, [device(1)], 'removed')])).toBe('author');
    lab.commit(rosa, [remove(omar, [device(2), device(5)], 'removed')]);
    expect(lab.state.members).toEqual(opened.members);
  });

  it('by cause is of any member, and only when the cause is true', () => {
    const lab = ofTwo();
    expect(lab.ruleFor(omar, [remove(rosa, [device(1)], 'left')])).toBe('cause');
    expect(lab.ruleFor(omar, [remove(rosa, [device(1)], 'revoked')])).toBe('cause');
    expect(lab.ruleFor(omar, [remove(null, [device(1)], 'revoked')])).toBe('cause');
    expect(lab.ruleFor(omar, [remove(null, [device(1)], 'stale')])).toBe('cause');
    expect(lab.ruleFor(omar, [remove(null, [device(1)], 'removed')])).toBe('cause');
    lab.stale.add(device(1));
    expect(lab.ruleFor(omar, [remove(null, [device(1)], 'stale')])).toBeNull();
    lab.revoked.add(device(1));
    expect(lab.ruleFor(omar, [remove(null, [device(1)], 'revoked')])).toBeNull();
    lab.left.add(rosa);
    expect(lab.ruleFor(omar, [remove(rosa, [device(1)], 'left')])).toBeNull();
  });

  it('says the same as the leaves that go', () => {
    const lab = ofTwo();
    const change = remove(omar, [device(2)], 'removed');
    expect(lab.ruleFor(rosa, [change], { removed: [] })).toBe('removals');
    expect(lab.ruleFor(rosa, [change], { removed: [device(1)] })).toBe('removals');
    expect(lab.ruleFor(rosa, [], { shape: 'remove', removed: [device(2)] })).toBe('removals');
  });

  it('ends what somebody who left could do', () => {
    const lab = ofTwo('steward');
    lab.left.add(omar);
    expect(lab.ruleFor(omar, [invite(ximena, 3)])).toBe('steward');
    expect(lab.ruleFor(omar, [remove(rosa, [device(1)], 'removed')])).toBe('steward');
  });
});

describe('roles and policy', () => {
  it('are changed by stewards, and one steward stays', () => {
    const lab = ofTwo();
    const role = (personId: PersonId, name: 'member' | 'steward') =>
      [{ op: 'role', personId, role: name }] as const;
    expect(lab.ruleFor(omar, role(omar, 'steward'))).toBe('steward');
    expect(lab.ruleFor(rosa, role(rosa, 'member'))).toBe('last-steward');
    lab.commit(rosa, role(omar, 'steward'));
    expect(lab.ruleFor(omar, role(rosa, 'member'))).toBeNull();
    expect(lab.ruleFor(rosa, role(rosa, 'steward'))).toBe('person');
  });

  it('keep what the thread was opened for, and grow to no other State', () => {
    const lab = ofTwo();
    const { policy } = opened;
    const change = (part: Partial<typeof policy>) =>
      [{ op: 'policy', policy: { ...policy, ...part } }] as const;
    expect(lab.ruleFor(rosa, change({ handlingFloor: 'EN2' }))).toBeNull();
    expect(lab.ruleFor(omar, change({ handlingFloor: 'EN2' }))).toBe('steward');
    expect(lab.ruleFor(rosa, change({ purpose: 'prosecution' }))).toBe('policy-fixed');
    expect(lab.ruleFor(rosa, change({ retentionDays: 1 }))).toBe('policy-retention');
    expect(lab.ruleFor(rosa, change({ states: ['CR', 'GT', 'MX', 'PA'] }))).toBe('policy-wider');
    expect(lab.ruleFor(rosa, change({ states: ['CR', 'MX'] }))).toBe('policy-in-use');
    expect(lab.ruleFor(rosa, change({ states: ['CR', 'PA'] }))).toBeNull();
  });
});

const anyone = fc.constantFrom(rosa, omar, ximena, delia, person(5));
const anyDevice = fc.integer({ min: 1, max: 6 }).map(device);
const anyInvitation = fc.integer({ min: 1, max: 4 }).map(invitation);
const anyRole = fc.constantFrom('member', 'steward');
const anyChange: fc.Arbitrary<ThreadChange> = fc.oneof(
  fc.record({
    op: fc.constant('invite' as const),
    invitationId: anyInvitation,
    personId: anyone,
    role: anyRole,
    expiresAt: fc.constantFrom(IN_A_WEEK, '2026-11-26T12:00:00.001Z'),
  }),
  fc.record({ op: fc.constantFrom('withdraw', 'lapse'), invitationId: anyInvitation }),
  fc.record({ op: fc.constant('join' as const), invitationId: anyInvitation, deviceId: anyDevice }),
  fc.record({ op: fc.constant('device' as const), deviceId: anyDevice }),
  fc.record({
    op: fc.constant('remove' as const),
    personId: fc.option(anyone),
    deviceIds: fc.uniqueArray(anyDevice, { maxLength: 3 }),
    cause: fc.constantFrom('left', 'removed', 'revoked', 'stale'),
  }),
  fc.record({ op: fc.constant('role' as const), personId: anyone, role: anyRole }),
);
const anyCommit = fc.record({
  by: anyone,
  number: fc.integer({ min: 1, max: 6 }),
  changes: fc.array(anyChange, { maxLength: 4 }),
  shape: fc.constantFrom('update', 'remove', 'join', 'rejoin'),
});

describe('any list of commits', () => {
  it('leads to a state that everybody reads, and never to a member whom nobody invited', () => {
    fc.assert(
      fc.property(fc.array(anyCommit, { maxLength: 12 }), (commits) => {
        const lab = new Lab();
        for (const { by, number, changes, shape } of commits) {
          const before = lab.state;
          const author = { deviceId: device(number), personId: by };
          const applied = lab.try(by, changes, { author, shape });
          if (applied.kind === 'refused') continue;
          lab.commit(by, changes, { author, shape });
          expect(parseThreadState(encodeThreadState(lab.state))).toEqual(lab.state);
          expect(lab.state.epoch).toBe(before.epoch + 1);
          const known = new Set(
            [...before.members, ...before.invitations].map((one) => one.personId),
          );
          expect(lab.state.members.every((one) => known.has(one.personId))).toBe(true);
          expect(known.has(by)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
