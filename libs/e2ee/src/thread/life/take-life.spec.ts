import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyHashOf, decodeEntry, type ThreadStatement } from '@enlace/contracts';
import { formatInstant, toBase64Url, type EntryId, type PersonId } from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';
import { signApproval, type ApprovedAct } from '@enlace/trust';

import { cryptoReady } from '../../sodium.js';
import { unexplainedErasures } from './erasures.js';

beforeAll(cryptoReady);

const DAY_MS = 86_400_000;

type Life = ThreadStatement<'lifecycle'>;

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let ines: LabClient;
/** Rosa (CR) and Ines (MX) are stewards, Omar (GT) is a member and reads. */
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('lives'));
  ines = await lab.joined(rosa, 'MX');
  await lab.commit(rosa, { act: 'role', personId: ines.device.personId, role: 'steward' });
  await lab.readAll();
});

const nonce = () => toBase64Url(lab.random.bytes(16));

/** An approval as a changed client makes it. */
function approve(by: LabClient, change: Partial<ApprovedAct> & { readonly nonce?: string } = {}) {
  const { nonce: said, ...changed } = change;
  return signApproval(
    { threadId: lab.threadId, action: 'shred', basis: 'order', until: null, ...changed },
    said ?? nonce(),
    by.device.signSeed,
  );
}

/** An act of a steward, and what Omar makes of it: what he shows and hears. */
async function act(said: Partial<Life>, by = rosa) {
  const statement: Life = { v: 1, action: 'shred', basis: 'order', approvals: [], ...said };
  lab.send(by, { entryId: lab.id<EntryId>(), kind: 'lifecycle', statement });
  const before = omar.heard.length;
  await lab.readAll();
  const [alert] = omar.heard.slice(before);
  const shown = omar.shown.get(lab.log.length)?.kind;
  return alert === undefined ? shown : `${alert.kind} ${alert.facts['rule']}`;
}

/** The server tells a body as erased by the entry at a place. */
function erase(seq: number, by: number | 'retention'): void {
  const item = lab.log[seq - 1];
  if (!(item?.entry instanceof Uint8Array)) throw new Error('no such entry');
  const entry = decodeEntry(item.entry);
  const { headerBytes, commitment, signature } = entry;
  const bodyHash = bodyHashOf(entry);
  lab.log[seq - 1] = { ...item, entry: { headerBytes, commitment, signature, bodyHash, by } };
}

describe('an act on the life of a thread', () => {
  it.each<Life['action']>(['hold', 'release', 'shred'])(
    'of action %s is taken with the approval of a steward of another State',
    async (action) => {
      expect(await act({ action, approvals: [approve(ines, { action })] })).toBe('lifecycle');
      expect(omar.view.life.isHeld).toBe(action === 'hold');
    },
  );

  it('that closes needs nobody else', async () => {
    expect(await act({ action: 'close' })).toBe('lifecycle');
    const approvals = [approve(ines, { action: 'close' })];
    expect(await act({ action: 'close', approvals })).toBe('MALFORMED approvals');
  });

  it.each<[string, () => readonly string[]]>([
    ['nobody', () => []],
    ['the author', () => [approve(rosa)]],
    ['a member who is no steward', () => [approve(omar)]],
    ['a steward of the same State', () => [approve(stewardOf('CR'))]],
    ['somebody of no thread', () => [approve(lab.client(undefined, 'MX'))]],
    ['a national auditor, who may approve of a hold alone', () => [approve(auditor('CR'))]],
  ])('has no effect when %s approves', async (_, approvals) => {
    const before = omar.view.life;
    expect(await act({ approvals: [...approvals()] })).toBe('UNAUTHORIZED second-person');
    expect(omar.view.life).toEqual(before);
    expect(omar.shown.get(lab.log.length)).toEqual({
      kind: 'placeholder',
      reason: 'sender-excluded',
    });
  });

  it.each<[string, () => string]>([
    ['another thread', () => approve(ines, { threadId: lab.id() })],
    ['another act', () => approve(ines, { action: 'hold' })],
    ['another basis', () => approve(ines, { basis: 'another' })],
    ['another term', () => approve(ines, { until: formatInstant(lab.nowMs) })],
    [
      'a key of nobody',
      () => approve({ ...ines, device: { ...ines.device, signSeed: lab.random.bytes(32) } }),
    ],
    [
      'a changed signature',
      () => approve(ines).replace(/.(?="\]?\}?\]?\}$)/u, (last) => (last === 'A' ? 'Q' : 'A')),
    ],
    ['no form', () => 'approved'],
  ])('has no effect by an approval of %s', async (_, approval) => {
    expect(await act({ approvals: [approval()] })).toBe('UNAUTHORIZED approval');
  });

  it('has no effect by the approval of a device that was revoked, or by one for two', async () => {
    const wire = approve(ines);
    const device = lab.devices.get(ines.device.deviceId);
    if (device === undefined) throw new Error('no device');
    lab.devices.set(device.deviceId, { ...device, revokedAtMs: lab.nowMs - 1 });
    expect(await act({ approvals: [wire] })).toBe('UNAUTHORIZED approval');
    lab.devices.set(device.deviceId, { ...device, notAfterMs: lab.nowMs });
    expect(await act({ approvals: [wire] })).toBe('UNAUTHORIZED approval');
    lab.devices.set(device.deviceId, device);
    const said = nonce();
    const twice = [approve(ines, { nonce: said }), approve(rosa, { nonce: said })];
    expect(await act({ approvals: twice })).toBe('UNAUTHORIZED approval-used');
  });

  it('spends each approval once', async () => {
    const hold = approve(ines, { action: 'hold' });
    const release = approve(ines, { action: 'release' });
    expect(await act({ action: 'hold', approvals: [hold] })).toBe('lifecycle');
    expect(await act({ action: 'release', approvals: [release] })).toBe('lifecycle');
    expect(await act({ action: 'hold', approvals: [hold] })).toBe('UNAUTHORIZED approval-used');
    expect(omar.view.life.isHeld).toBe(false);
  });

  it('waits for a directory that may know the key by now', async () => {
    lab.isCurrent = false;
    const approvals = [approve(lab.client())];
    lab.devices.delete([...lab.devices.keys()].at(-1) ?? ines.device.deviceId);
    await expect(act({ approvals })).rejects.toThrow('directory');
  });

  it('is of a steward, whoever approves', async () => {
    expect(await act({ approvals: [approve(rosa)] }, omar)).toBe('UNAUTHORIZED steward');
  });
});

describe('a hold', () => {
  it('may be approved of by a national auditor of the originator, and of no other State', async () => {
    const of = (state: 'CR' | 'GT') => [approve(auditor(state), { action: 'hold' })];
    expect(await act({ action: 'hold', approvals: of('GT') })).toBe('UNAUTHORIZED second-person');
    expect(await act({ action: 'hold', approvals: of('CR') })).toBe('lifecycle');
  });

  it('lets nothing be erased', async () => {
    lab.say(rosa, 'a slip');
    await lab.readAll();
    const said = lab.log.length;
    await act({ action: 'hold', approvals: [approve(ines, { action: 'hold' })] });
    expect(await act({ approvals: [approve(ines)] })).toBe('UNAUTHORIZED held');
    const statement: ThreadStatement<'redaction'> = { v: 1, targets: [said], reason: 'withdrawn' };
    lab.send(rosa, { entryId: lab.id<EntryId>(), kind: 'redaction', statement });
    await lab.readAll();
    expect(omar.heard.at(-1)).toMatchObject({ kind: 'UNAUTHORIZED', facts: { rule: 'held' } });
  });
});

describe('a body that was erased', () => {
  let said: number;
  beforeEach(async () => {
    omar.isAsleep = true;
    lab.say(rosa, 'a secret');
    said = lab.log.length;
    await lab.readAll();
  });
  const moveTerm = (untilMs: number) => {
    const until = formatInstant(untilMs);
    return act({
      action: 'retain',
      until,
      approvals: [approve(ines, { action: 'retain', until })],
    });
  };
  const keptBack = (days: number) => unexplainedErasures(omar.view, lab.nowMs + days * DAY_MS);

  it('went by a shred that two persons stand for', async () => {
    await act({ approvals: [approve(ines)] });
    erase(said, said + 1);
    await lab.read(omar);
    expect(keptBack(0)).toEqual([]);
    expect(omar.shown.get(said + 1)).toMatchObject({ kind: 'lifecycle' });
  });

  it('was kept back when a steward and the server alone say that it was shredded', async () => {
    await act({ approvals: [approve(rosa), approve(stewardOf('CR'))] });
    erase(said, said + 1);
    await expect(lab.read(omar)).rejects.toThrow('GAP');
  });

  it('went by a term that was shortened, for whoever reads it later', async () => {
    await moveTerm(lab.nowMs + 10 * DAY_MS);
    erase(said, 'retention');
    await lab.read(omar);
    expect([keptBack(9), keptBack(10)]).toEqual([[said], []]);
  });

  it('was kept back before a term that was moved, and while the thread is held', async () => {
    await moveTerm(lab.nowMs + 2_000 * DAY_MS);
    erase(said, 'retention');
    await lab.read(omar);
    expect([keptBack(1_999), keptBack(2_000)]).toEqual([[said], []]);
    await act({ action: 'hold', approvals: [approve(ines, { action: 'hold' })] });
    await lab.read(omar);
    expect(keptBack(2_000)).toEqual([said]);
  });

  it('is kept by a term that one person moved', async () => {
    const until = formatInstant(lab.nowMs + 10 * DAY_MS);
    await act({ action: 'retain', until });
    erase(said, 'retention');
    await lab.read(omar);
    expect(keptBack(10)).toEqual([said]);
  });

  it.each<[string, Partial<Life>]>([
    ['a term of the past', { action: 'retain', until: '2026-01-01T00:00:00.000Z' }],
    ['no term', { action: 'retain' }],
    ['a term of a shred', { until: '2036-01-01T00:00:00.000Z' }],
  ])('is of no act with %s', async (_, change) => {
    await act(change);
    await lab.read(omar);
    expect(omar.heard.at(-1)).toMatchObject({ kind: 'MALFORMED', facts: { rule: 'term' } });
  });
});

describe('a reader who does not know the members yet', () => {
  it('takes no act of one person, and is told later who was no member', async () => {
    const luis = lab.client(undefined, 'GT');
    await lab.invite(rosa, luis);
    lab.startAt(luis);
    await act({ action: 'release', approvals: [approve(rosa, { action: 'release' })] });
    const stranger = lab.client(undefined, 'PA');
    await act({ action: 'release', approvals: [approve(stranger, { action: 'release' })] });
    const forged = lab.log.length;
    await act({ action: 'hold', approvals: [approve(auditor('CR'), { action: 'hold' })] });
    await lab.read(luis);
    await lab.anchor(luis);
    expect(luis.heard).toEqual([
      { kind: 'UNAUTHORIZED', facts: { seq: forged - 1, rule: 'second-person' } },
      { kind: 'UNAUTHORIZED', facts: { seq: forged, rule: 'member' } },
    ]);
    expect(luis.view.life.isHeld).toBe(true);
  });
});

/** A further steward, made in the views: the log of these stories is too short for one. */
function stewardOf(state: 'CR'): LabClient {
  const further = lab.client(undefined, state);
  const { personId } = further.device;
  for (const client of [rosa, omar, ines]) {
    const { members } = client.view;
    if (members === null) throw new Error('nobody');
    const added = [...members.state.members, { personId, role: 'steward' as const, sinceEpoch: 0 }];
    client.view = {
      ...client.view,
      members: { ...members, state: { ...members.state, members: added } },
    };
  }
  return further;
}

function auditor(state: 'CR' | 'GT'): LabClient {
  const client = lab.client();
  const { personId }: { personId: PersonId } = client.device;
  lab.homes.set(personId, null);
  lab.auditors.set(personId, state);
  return client;
}
