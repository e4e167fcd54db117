import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore, personaOf, Region, testBytes, testId } from '@enlace/testing';
import { newKeys } from './device-profile.js';
import type { EnrolledHome } from './enrolled-home.js';
import { newsOfDevices, rememberDevices } from './known-devices.js';

const rosa = personaOf('cr-rosa');
const OWN = testId('device:cr-rosa', 7);
const complete = await Region.complete('CR');

describe('what is new about the devices of a person', () => {
  let region: Region;
  let home: EnrolledHome;
  beforeEach(async () => {
    region = complete.copy();
    const deviceCert = region.wires.find((wire) => idOf(wire) === OWN) ?? '';
    const paper = { server: 'https://localhost', trustStore: '', invitation: '' };
    const step = { step: 'active', personId: null } as const;
    home = {
      store: new MemoryStore(),
      profile: { ...paper, ...step, deviceCert, keys: newKeys() },
    };
  });

  const news = async () => newsOfDevices(home, region.directory);
  const identity = ['identity:cr-rosa'];

  it('is nothing in a home that has looked at none yet, and nothing when all is as it was', async () => {
    expect(await news()).toEqual([]);
    await rememberDevices(home, region.directory);
    expect(await news()).toEqual([]);
  });

  it('is a device that was added, said until it is remembered; of another person it says nothing', async () => {
    await rememberDevices(home, region.directory);
    region.add(region.device(rosa, 'device:stolen'), identity);
    region.add(region.device(personaOf('pa-omar'), 'device:other'), ['identity:pa-omar']);
    const told = { kind: 'new-device', deviceId: testId('device:stolen', 7), platform: 'browser' };
    expect(await news()).toEqual([told]);
    expect(await news()).toEqual([told]);
    await rememberDevices(home, region.directory);
    expect(await news()).toEqual([]);
  });

  it.each([
    ['one more', [testBytes('passkey:device:cr-rosa', 32), testBytes('passkey:thief', 32)]],
    ['another one', [testBytes('passkey:thief', 32)]],
  ])('is %s passkey of a device that was known', async (_, authenticators) => {
    await rememberDevices(home, region.directory);
    region.add({ ...region.device(rosa), authenticators: authenticators.toSorted() }, identity);
    expect(await news()).toEqual([
      { kind: 'passkeys-changed', deviceId: OWN, platform: 'browser' },
    ]);
    await rememberDevices(home, region.directory);
    expect(await news()).toEqual([]);
  });
});

function idOf(wire: string): unknown {
  const { body } = JSON.parse(wire) as { readonly body: string };
  return JSON.parse(Buffer.from(body, 'base64url').toString()).deviceId;
}
