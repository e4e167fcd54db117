import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseId, type DeviceId, type PersonId } from '@enlace/kernel';
import { personaOf, Region, testId, testPublicKey } from '@enlace/testing';

import { DirectoryOfThreads } from './directory-of-threads.js';

const DAY_MS = 86_400_000;
const omar = personaOf('pa-omar');
const personId = parseId<PersonId>(testId('pa-omar', 4));
const deviceId = parseId<DeviceId>(testId('device:pa-omar', 7));

const complete = await Region.complete('CR');
let region = complete;
beforeEach(() => {
  region = complete.copy();
});

const view = () =>
  new DirectoryOfThreads(region.directory, { nowMs: region.nowMs, isCurrent: true });
const certify = (change: Parameters<Region['renewal']>[1], ...more: readonly string[]) => {
  region.add(region.renewal(omar, change), [...region.registrars('PA'), ...more]);
  region.witness();
};
const daysPass = (days: number) => {
  region.nowMs += days * DAY_MS;
  region.witness();
};
const known = () => {
  const found = view().findDevice(deviceId);
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('the State of somebody in a thread', () => {
  it('is the one of the moment: who takes part no more was invited by right before', () => {
    const invitedMs = region.nowMs;
    daysPass(10);
    certify({ roles: ['registrar'] });
    daysPass(10);
    expect(view().stateOf(personId, invitedMs)).toBe('PA');
    expect(view().stateOf(personId, region.nowMs)).toBeNull();
  });

  it('is none before one was certified to take part', () => {
    certify({ roles: ['registrar'] });
    daysPass(10);
    const before = region.nowMs;
    daysPass(10);
    certify({});
    daysPass(10);
    expect(view().stateOf(personId, before)).toBeNull();
    expect(view().stateOf(personId, region.nowMs)).toBe('PA');
  });

  it('stays what it was after the term, for whoever reads for the first time then', () => {
    const invitedMs = region.nowMs;
    region.nowMs += 400 * DAY_MS;
    region.directory = { ...region.directory, quorum: [] };
    region.witness();
    expect(view().stateOf(personId, invitedMs)).toBe('PA');
  });
});

describe('a device under an identity key that was rotated', () => {
  const rotate = () =>
    certify({ identityKey: testPublicKey('identity:pa-omar:2') }, 'identity:pa-omar');

  it('wrote what it wrote before, and writes nothing from then on', () => {
    daysPass(10);
    const rotatedMs = region.nowMs;
    rotate();
    daysPass(1);
    expect(known()).toMatchObject({ personId, deviceId, revokedAtMs: rotatedMs });
    expect(view().devicesOf(personId)).not.toContainEqual(expect.objectContaining({ deviceId }));
  });

  it('goes on once the new key has certified it', () => {
    daysPass(10);
    rotate();
    region.add(region.device(omar), ['identity:pa-omar:2']);
    daysPass(1);
    expect(known().revokedAtMs).toBeNull();
    expect(view().isEndedWithin(deviceId, view().size)).toBe(false);
  });
});

describe('a device whose term is over', () => {
  it('is known to whoever reads for the first time then, with its end', () => {
    const { notAfterMs } = known();
    region.nowMs = notAfterMs + DAY_MS;
    certify({});
    region.directory = { ...region.directory, quorum: [] };
    daysPass(1);
    expect(known()).toMatchObject({ notAfterMs, revokedAtMs: null });
  });
});

describe('a device that was revoked', () => {
  it('is ended for whoever had that statement, and for nobody before', () => {
    const target = region.newestId('device-cert', 'PA', deviceId);
    const { size } = view();
    region.add(
      {
        type: 'revocation',
        state: 'PA',
        target,
        targetKind: 'device',
        reason: 'lost',
        sinceIndex: null,
      },
      ['registrar:PA:1'],
    );
    expect(view().isEndedWithin(deviceId, size)).toBe(false);
    expect(view().isEndedWithin(deviceId, size + 1)).toBe(true);
    expect(known().revokedAtMs).toBe(region.nowMs);
  });
});
