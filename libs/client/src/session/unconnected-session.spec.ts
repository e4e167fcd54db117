import { beforeAll, describe, expect, it } from '@jest/globals';

import { parseId, systemClock, systemRandom, type DeviceId } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';

import { HttpTransport } from '../transport/http-transport.js';
import { DeviceCounter } from './device-counter.js';
import { softwareProofKey } from './proof-key.js';
import type { Session } from './session.js';
import { UnconnectedSession } from './unconnected-session.js';

beforeAll(cryptoReady);

describe('a device without a session', () => {
  it('sends nothing, and gives no number of its own for what needs the server', async () => {
    const sent: string[] = [];
    const transport = new HttpTransport('http://localhost', async (url) => {
      sent.push(url);
      return new Response();
    });
    const counter = await DeviceCounter.open(new MemoryStore());
    const session: Session = new UnconnectedSession(transport, {
      deviceId: parseId<DeviceId>('01900000-0000-7000-8000-000000000007'),
      key: softwareProofKey(systemRandom.bytes(32)),
      counter,
      clock: systemClock,
      random: systemRandom,
      keepRotated: async () => {},
    });
    const asking = { method: 'GET', path: '/threads' } as const;
    const about = { action: 'case.consult', objectId: 'a-case' } as const;
    const shown = async () => {
      throw new Error('nobody is asked');
    };
    const acts = [
      async () => session.request(asking, 'act'),
      async () => session.requestOctets(asking, 'act'),
      async () => session.requestElevated(asking, about, shown),
      async () => session.proveSocket('a-nonce', shown),
    ];
    for (const act of acts)
      await expect(act()).rejects.toMatchObject({ code: 'client.unreachable' });
    await session.end();
    expect(sent).toEqual([]);
    expect(await counter.take()).toBe(1);
  });
});
