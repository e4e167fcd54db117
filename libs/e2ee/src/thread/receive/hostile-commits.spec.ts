import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chainStart,
  decodeClearBody,
  decodeEntry,
  encodeThreadStatement,
  parseThreadStatement,
  type ClearBody,
  type ThreadStatement,
} from '@enlace/contracts';
import {
  parseBase64Url,
  sha256,
  toBase64Url,
  toHex,
  type EntryId,
  type ThreadInvitationId,
} from '@enlace/kernel';
import { refusalOf, ThreadLab, type LabClient } from '@enlace/testing';

import { GrantRefused } from '../../grants/grant-error.js';
import { openGrant, sealGrant } from '../../grants/grant.js';
import { openPackage } from '../../grants/package.js';
import { cryptoReady } from '../../sodium.js';
import { makeCommit, type MadeCommit } from '../plan/make-commit.js';
import { finished, placeOf, ownPlace, signClear } from '../plan/make-entries.js';
import { planCommit, type CommitIntent, type CommitPlan } from '../plan/plan-commit.js';
import type { Received } from './effects.js';
import { commitScope } from './judge-commit.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let ines: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('hostile commits'));
  ines = lab.client(undefined, 'MX');
});

const planned = (by: LabClient, intent: CommitIntent): CommitPlan =>
  planCommit(by.view, intent, { directory: lab.directory, nowMs: lab.nowMs });
const make = (by: LabClient, plan: CommitPlan): Promise<MadeCommit> =>
  makeCommit(by.view, plan, {
    ...lab.making(by),
    port: lab.port,
    entryId: lab.id<EntryId>(),
  });

/** The entry of a commit with other parts, signed by its author. */
function rewritten(by: LabClient, made: MadeCommit, change: (body: ClearBody) => ClearBody) {
  const { body: bytes } = decodeEntry(made.entry.bytes);
  const body = change(decodeClearBody('commit', bytes));
  const place = placeOf(by.view, {
    kind: 'commit',
    entryId: made.entry.entryId,
    own: ownPlace(by.view),
  });
  return finished(signClear(place, body, by.device)).bytes;
}

const restated = (body: ClearBody, change: Partial<ThreadStatement<'commit'>>): ClearBody => {
  const statement = { ...parseThreadStatement('commit', body.statement), ...change };
  return { ...body, statement: encodeThreadStatement('commit', statement) };
};

/** Rosa reads what the server has at the end of the log. */
async function shown(entry: Uint8Array, blobs: readonly Uint8Array[]): Promise<Received> {
  for (const blob of blobs) lab.blobs.set(toHex(sha256(blob)), blob);
  const item = { seq: rosa.view.head.seq + 1, acceptedAtMs: lab.nowMs + 1_000, entry };
  return lab.receive(rosa, item);
}

/** The commit has no effect; `BAD_COMMIT` holds the thread, the others let it go on. */
async function refusal(entry: Uint8Array, blobs: readonly Uint8Array[] = []): Promise<string> {
  const before = rosa.view;
  const received = await shown(entry, blobs);
  if (received.kind !== 'taken') return received.kind;
  const [alert] = received.alerts;
  expect(received.effect.kind).toBe('placeholder');
  expect(rosa.view.members).toEqual(before.members);
  expect(rosa.view.place).toEqual(before.place);
  expect(rosa.view.epochs).toEqual(before.epochs);
  expect(rosa.view.isVoid).toBe(alert?.kind === 'BAD_COMMIT');
  rosa.view = before;
  rosa.ids.clear();
  return `${alert?.kind} ${alert?.facts['rule']}`;
}

describe('a commit', () => {
  it('that is as it ought to be is taken', async () => {
    const { entry, blobs } = await make(omar, planned(omar, { act: 'update' }));
    const received = await shown(entry.bytes, blobs);
    expect(received).toMatchObject({ kind: 'taken', alerts: [], effect: { kind: 'committed' } });
  });

  it('is bound to its statement: other changes, another state, another key name make it void', async () => {
    const { entry, blobs } = await make(omar, planned(omar, { act: 'update' }));
    const made = { entry, blobs, pending: { entryHash: entry.hash } } as unknown as MadeCommit;
    const { personId } = omar.device;
    const cases: readonly [Partial<ThreadStatement<'commit'>>, string][] = [
      [{ changes: [{ op: 'role', personId, role: 'steward' }] }, 'steward'],
      [{ changes: [{ op: 'lapse', invitationId: lab.id<ThreadInvitationId>() }] }, 'invitation'],
      [{ stateHash: toBase64Url(new Uint8Array(32)) }, 'context'],
      [{ epochKeyId: toBase64Url(new Uint8Array(16)) }, 'stated'],
    ];
    for (const [change, rule] of cases) {
      const other = rewritten(omar, made, (body) => restated(body, change));
      expect(await refusal(other, blobs)).toBe(`BAD_COMMIT ${rule}`);
    }
  });

  it('is bound to what its author had seen', async () => {
    const { entry, blobs } = await make(omar, planned(omar, { act: 'update' }));
    const body = decodeClearBody('commit', decodeEntry(entry.bytes).body);
    const place = placeOf(omar.view, {
      kind: 'commit',
      entryId: lab.id<EntryId>(),
      own: ownPlace(omar.view),
    });
    const before = {
      seenSeq: 0,
      seenChain: chainStart(lab.threadId).chain,
    };
    const other = finished(signClear({ ...place, ...before }, body, omar.device));
    expect(await refusal(other.bytes, blobs)).toBe('BAD_COMMIT context');
  });

  it('of a member changes nothing that is for stewards', async () => {
    const steward = { ...omar, view: promoted(omar) };
    const { personId } = ines.device;
    const intents: readonly CommitIntent[] = [
      {
        act: 'invite',
        invitationId: lab.id<ThreadInvitationId>(),
        personId,
        role: 'member',
        expiresAt: '2026-12-10T11:00:00.000Z',
      },
      { act: 'remove', personId: rosa.device.personId },
      { act: 'policy', policy: lab.policy({ handlingFloor: 'EN0', openedAt: openedAt() }) },
      { act: 'role', personId: rosa.device.personId, role: 'member' },
    ];
    for (const intent of intents) {
      // A client of ours refuses to make it; one that was changed does not.
      expect(() => planned(omar, intent)).toThrow(
        expect.objectContaining({ code: 'thread.plan-refused' }),
      );
      const { entry, blobs } = await make(steward, planned(steward, intent));
      expect(await refusal(entry.bytes, blobs)).toBe('BAD_COMMIT steward');
    }
  });

  it('of somebody who was not invited has no effect and ends nothing', async () => {
    const plan = planned(omar, { act: 'update' });
    const { entry, blobs } = await make(omar, plan);
    lab.devices.set(omar.device.deviceId, {
      ...known(omar),
      personId: ines.device.personId,
    });
    expect(await refusal(entry.bytes, blobs)).toMatch(/^UNAUTHORIZED/);
  });

  it('gives its key to nobody who does not wait', async () => {
    const made = await make(omar, planned(omar, { act: 'update' }));
    const { state } = planned(omar, { act: 'update' }).members;
    const { epochKey } = made.pending;
    const recipients = [known(ines)];
    const grant = sealGrant(
      { scope: commitScope(state), epochKeys: [epochKey], recipients },
      lab.random,
    );
    if (grant === null) throw new Error('nobody');
    const other = rewritten(omar, made, (body) => ({ ...body, grantHash: sha256(grant) }));
    expect(await refusal(other, [...made.blobs, grant])).toBe('BAD_COMMIT recipient');
    // A device that nobody certified is looked for, and then refused.
    lab.devices.delete(ines.device.deviceId);
    lab.isCurrent = false;
    expect((await shown(other, [...made.blobs, grant])).kind).toBe('waits');
    lab.isCurrent = true;
    expect(await refusal(other, [...made.blobs, grant])).toBe('BAD_COMMIT recipient');
  });

  it('gives the key of its own epoch, and no other one', async () => {
    await lab.invite(rosa, ines);
    const made = await make(omar, planned(omar, { act: 'update' }));
    const { state } = planned(omar, { act: 'update' }).members;
    const scope = commitScope({ ...state, epoch: state.epoch - 1 });
    const grant = sealGrant(
      { scope, epochKeys: [made.pending.epochKey], recipients: [known(ines)] },
      lab.random,
    );
    if (grant === null) throw new Error('nobody');
    const other = rewritten(omar, made, (body) => ({ ...body, grantHash: sha256(grant) }));
    expect(await refusal(other, [...made.blobs, grant])).toBe('BAD_COMMIT grant');
  });

  it('waits for its blobs', async () => {
    await lab.invite(rosa, ines);
    const { entry } = await make(omar, planned(omar, { act: 'update' }));
    const received = await shown(entry.bytes, []);
    expect(received).toMatchObject({ kind: 'waits', need: { kind: 'blob' } });
  });

  it('of another one than its author is void', async () => {
    const { entry, blobs } = await make(omar, planned(omar, { act: 'update' }));
    const body = decodeClearBody('commit', decodeEntry(entry.bytes).body);
    await lab.invite(rosa, ines);
    lab.startAt(ines);
    await lab.join(ines);
    const place = placeOf(ines.view, {
      kind: 'commit',
      entryId: lab.id<EntryId>(),
      own: ownPlace(ines.view),
    });
    const stolen = finished(signClear(place, body, ines.device));
    expect(await refusal(stolen.bytes, blobs)).toMatch(/^BAD_COMMIT/);
  });

  it('of ours that we do not remember: somebody else has this device', async () => {
    const { entry, blobs } = await make(rosa, planned(rosa, { act: 'update' }));
    const before = rosa.view;
    const received = await shown(entry.bytes, blobs);
    expect(received).toMatchObject({ kind: 'stopped', alert: { kind: 'ROLLBACK' } });
    expect(rosa.view).toBe(before);
  });

  it('that is void holds the thread: nothing is sent, nothing of a later epoch is taken', async () => {
    const made = await make(omar, planned(omar, { act: 'update' }));
    const other = rewritten(omar, made, (body) =>
      restated(body, { epochKeyId: toBase64Url(new Uint8Array(16)) }),
    );
    expect((await shown(other, made.blobs)).kind).toBe('taken');
    expect(rosa.view.isVoid).toBe(true);
    expect(() => lab.say(rosa, 'hello')).toThrow(
      expect.objectContaining({ facts: { rule: 'void' } }),
    );
    expect(() => planned(rosa, { act: 'update' })).toThrow(
      expect.objectContaining({ facts: { rule: 'void' } }),
    );
  });
});

describe('a member who was removed', () => {
  it('has no key of what comes after, with all that was recorded and all that was sent since', async () => {
    await lab.invite(rosa, ines);
    lab.startAt(ines);
    const recorded = omar.view;
    const sentBefore = lab.blobs.size;
    await lab.commit(rosa, { act: 'remove', personId: omar.device.personId });
    await lab.read(rosa);
    await lab.join(ines);
    await lab.commit(ines, { act: 'update' });
    await lab.readAll();
    lab.say(ines, 'without Omar');
    await lab.readAll();
    const removedIn = (recorded.place?.epoch ?? 0) + 1;
    const later = [...rosa.view.epochs.values()].filter(({ epoch }) => epoch >= removedIn);
    expect(later.length).toBe(3);
    expect(omar.view.group).toBeNull();
    const had = [...recorded.epochs.values(), ...omar.view.epochs.values()].flatMap(
      ({ epochKey }) => (epochKey === null ? [] : [epochKey]),
    );
    const names = new Set(had.map(toHex));
    expect(later.filter(({ epochKey }) => names.has(toHex(epochKey ?? new Uint8Array())))).toEqual(
      [],
    );
    // Packages, grants and the entry that were sent since: none opens under anything that he has.
    const sent = [...lab.blobs.values()].slice(sentBefore);
    expect(sent.length).toBeGreaterThan(3);
    for (const blob of sent) expect(opened(blob, had, rosa.view)).toEqual([]);
    expect([...omar.shown.values()].at(-1)).toMatchObject({ reason: 'key-pending' });
  });

  it('does not get back in by the state that was recorded', async () => {
    const { group } = omar.view;
    if (group === null) throw new Error('no group');
    const removal = await lab.commit(rosa, { act: 'remove', personId: omar.device.personId });
    await lab.readAll();
    const after = await lab.commit(rosa, { act: 'update' });
    await lab.read(rosa);
    for (const { entry } of [removal, after]) {
      const { header, body } = decodeEntry(entry.bytes);
      const { statement, message } = decodeClearBody('commit', body);
      const stated = parseThreadStatement('commit', statement);
      const outcome = lab.port.process(group, message ?? new Uint8Array(), {
        deviceId: rosa.device.deviceId,
        epoch: header.epoch,
        context: lab.port.inspect(message ?? new Uint8Array()).context,
        epochKeyId: parseBase64Url(stated.epochKeyId),
        devices: new Set([rosa.device.deviceId]),
      });
      const result = await outcome.then(
        ({ kind }) => kind,
        (error: { code: string }) => error.code,
      );
      expect(result).toBe(entry === removal.entry ? 'removed' : 'group.place');
    }
  });
});

/** What a blob gives up to whoever has these keys, whatever it is. */
function opened(
  blob: Uint8Array,
  keys: readonly Uint8Array[],
  { threadId, epochs }: LabClient['view'],
): readonly string[] {
  const grants = [...epochs.values()].flatMap(({ incarnation, epoch, epochKeyId }) => {
    const scope = commitScope({ threadId, incarnation, epoch });
    const expected = { scope, grantHash: sha256(blob), epochKeyIdOf: () => epochKeyId };
    const device = { deviceId: omar.device.deviceId, kemSeed: omar.kemSeed };
    return refusalOf(() => {
      if (openGrant(blob, device, expected).length === 0) throw new GrantRefused('recipient');
    });
  });
  const packages = keys.flatMap((key) =>
    [...epochs.values()].map(({ incarnation, epoch }) => {
      const place = { threadId, incarnation, epoch, packageHash: sha256(blob) };
      return refusalOf(() => openPackage(blob, key, place));
    }),
  );
  return [...grants, ...packages].filter((result) => result === 'accepted');
}

function known({ device }: LabClient) {
  const found = lab.devices.get(device.deviceId);
  if (found === undefined) throw new Error('no such device');
  return found;
}

const openedAt = () => rosa.view.members?.state.policy.openedAt ?? '';

/** What a changed client believes of itself. */
function promoted({ view, device }: LabClient): LabClient['view'] {
  const { members } = view;
  if (members === null) throw new Error('nobody');
  const roles = members.state.members.map((one) =>
    one.personId === device.personId ? { ...one, role: 'steward' as const } : one,
  );
  return { ...view, members: { ...members, state: { ...members.state, members: roles } } };
}
