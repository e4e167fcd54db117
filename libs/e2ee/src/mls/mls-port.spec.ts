import { beforeAll, describe, expect, it } from '@jest/globals';

import { GROUP_SUITES } from '@enlace/contracts';
import { systemRandom, toHex } from '@enlace/kernel';
import { GroupLab } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';

beforeAll(cryptoReady);

describe.each(Object.values(GROUP_SUITES))('a group in %s', (suite) => {
  it('agrees on one key per epoch through joins, updates, removals and rejoins', async () => {
    const lab = await GroupLab.found(suite, systemRandom);
    const [rosa] = lab.members.keys();
    if (rosa === undefined) throw new Error('nobody');
    const others = [lab.device(), lab.device(), lab.device(lab.secretsOf(rosa).personId)];
    const keys = [toHex(lab.epochKey)];
    const note = async (done: Promise<unknown>) => {
      await done;
      keys.push(toHex(lab.epochKey));
    };
    for (const device of others) await note(lab.join(device));
    const [omar, ines, tablet] = others;
    if (!omar || !ines || !tablet) throw new Error('nobody');
    await note(lab.update(omar.deviceId));
    await note(lab.remove(ines.deviceId, [rosa]));
    await note(lab.join(omar));
    await note(lab.remove(omar.deviceId, [ines.deviceId, tablet.deviceId]));
    await note(lab.update(omar.deviceId));
    expect(new Set(keys).size).toBe(keys.length);
    expect([...lab.members.keys()]).toEqual([omar.deviceId]);
  });
});
