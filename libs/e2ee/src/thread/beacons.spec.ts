import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BEACON_BYTES, decodeBeacon } from '@enlace/contracts';
import { flipBit, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';
import { judgeBeacon, makeBeacon, withheldBy, type BeaconGround } from './beacons.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('beacons'));
  lab.say(rosa, 'one');
  await lab.readAll();
});

const beaconOf = ({ view, device }: LabClient, counter = 1) =>
  makeBeacon(view, { device, counter, nowMs: lab.nowMs });

const judged = (bytes: Uint8Array, change: Partial<BeaconGround> = {}) =>
  judgeBeacon(omar.view, bytes, {
    directory: lab.directory,
    nowMs: lab.nowMs,
    counterOf: () => 0,
    entryAt: async (seq) => omar.past.get(seq) ?? null,
    ...change,
  });
const said = async (bytes: Uint8Array, change: Partial<BeaconGround> = {}) =>
  (await judged(bytes, change)).kind;

describe('the beacon of another member', () => {
  it('confirms the log that both have read', async () => {
    expect(beaconOf(rosa)).toHaveLength(BEACON_BYTES);
    expect(await judged(beaconOf(rosa))).toMatchObject({
      kind: 'confirms',
      personId: rosa.device.personId,
      beacon: { seq: omar.view.head.seq, clientTimeMs: lab.nowMs },
    });
    const early = beaconOf(rosa);
    lab.say(rosa, 'two');
    await lab.readAll();
    expect(await said(early)).toBe('confirms');
  });

  it('that has read further is a reason to pull, and after a minute an alert', async () => {
    lab.say(rosa, 'kept from Omar');
    await lab.read(rosa);
    const bytes = beaconOf(rosa);
    expect(await said(bytes)).toBe('ahead');
    const heard = { beacon: decodeBeacon(bytes).beacon, heardMs: lab.nowMs };
    expect(withheldBy(omar.view, heard, lab.nowMs + 59_999)).toBeNull();
    expect(withheldBy(omar.view, heard, lab.nowMs + 60_000)).toMatchObject({ kind: 'GAP' });
    await lab.read(omar);
    expect(withheldBy(omar.view, heard, lab.nowMs + 60_000)).toBeNull();
  });

  it('that has read another log shows the fork', async () => {
    const other = { ...rosa.view, head: { ...rosa.view.head, chain: new Uint8Array(32) } };
    const bytes = beaconOf({ ...rosa, view: other });
    expect(await judged(bytes)).toMatchObject({ kind: 'alert', alert: { kind: 'FORK' } });
  });

  it('says nothing with any bit changed', async () => {
    const bytes = beaconOf(rosa);
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      expect({ bit, kind: await said(flipBit(bytes, bit)) }).toEqual({ bit, kind: 'nothing' });
    }
    expect(await said(bytes.subarray(1))).toBe('nothing');
  });

  it('says nothing again, of this device itself, of a stranger, or of somebody who was revoked', async () => {
    expect(await said(beaconOf(rosa, 4), { counterOf: () => 4 })).toBe('nothing');
    expect(await said(beaconOf(rosa, 5), { counterOf: () => 4 })).toBe('confirms');
    expect(await said(beaconOf(omar))).toBe('nothing');
    const stranger = { ...lab.client(), view: rosa.view };
    expect(await said(beaconOf({ ...rosa, device: stranger.device }))).toBe('nothing');
    const known = lab.devices.get(rosa.device.deviceId);
    if (known === undefined) throw new Error('nobody');
    lab.devices.set(rosa.device.deviceId, { ...known, revokedAtMs: lab.nowMs });
    expect(await said(beaconOf(rosa))).toBe('nothing');
  });

  it('says nothing of what was before the own start', async () => {
    const before = { ...rosa.view, head: { seq: 1, chain: new Uint8Array(32), acceptedAtMs: 0 } };
    expect(await said(beaconOf({ ...rosa, view: before }))).toBe('nothing');
  });
});
