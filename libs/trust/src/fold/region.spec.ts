import { describe, expect, it } from '@jest/globals';

import { PERSONAS, Region, testId } from '@enlace/testing';

import { verifyDevice } from '../chain.js';
import { emptyDirectory } from './directory.js';
import { replay } from './apply.js';

describe('a whole region', () => {
  it('certifies every persona and device through its own State', async () => {
    const region = await Region.complete('CR');
    for (const { slug, state, roles } of PERSONAS) {
      const device = verifyDevice(region.directory, testId(`device:${slug}`, 7), region);
      expect(device.person).toMatchObject({ state, roles, personId: testId(slug, 4) });
      expect(device.person.identityChange).toBe('none');
    }
  });

  it('adds up to the same on a client that replicates it', async () => {
    const region = await Region.complete();
    const entries = region.wires.map((wire, index) => ({ index, wire }));
    const { directory, skipped } = replay(emptyDirectory(region.trustStore, null), entries);
    expect(skipped).toEqual([]);
    const seen = { quorum: [], witnessedMs: null };
    expect({ ...directory, ...seen }).toEqual({ ...region.directory, ...seen });
  });
});
