import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { parseId, systemClock, systemRandom, type DeviceId } from '@enlace/kernel';
import { MemoryStore, ScriptedServer } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';

import { DeviceCounter } from '../session/device-counter.js';
import { softwareProofKey } from '../session/proof-key.js';
import { Session } from '../session/session.js';
import { HttpTransport } from '../transport/http-transport.js';
import { directoryOf } from './http-source.js';
import type { DirectorySource } from './replica.js';

const statement = { index: 7, acceptedAt: '2026-11-25T10:00:00.000Z', wire: '{}' };
const malformed = expect.objectContaining({ code: 'client.answer-malformed' });

describe('the directory of a server', () => {
  let server: ScriptedServer;
  let source: DirectorySource;

  beforeAll(cryptoReady);
  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    source = directoryOf(
      new Session(new HttpTransport(server.origin), {
        deviceId: parseId<DeviceId>('01900000-0000-7000-8000-000000000007'),
        token: 'token',
        ath: 'hash',
        nonce: 'nonce',
        key: softwareProofKey(systemRandom.bytes(32)),
        counter: await DeviceCounter.open(new MemoryStore()),
        clock: systemClock,
        random: systemRandom,
        keepRotated: async () => {},
      }),
    );
  });
  afterEach(async () => server.stop());

  it('is asked for a stretch, without a proof, and read member by member', async () => {
    server.answer = () => ({ status: 200, body: [{ ...statement, extra: 1 }] });
    expect(await source.statements(7, 500)).toEqual([statement]);
    expect(server.seen[0]?.url).toBe('/directory/statements?from=7&limit=500');
    expect(server.seen[0]?.headers['dpop']).toBeUndefined();
  });

  it.each([
    ['no list', { statement }],
    ['no index', [{ ...statement, index: '7' }]],
    ['another time', [{ ...statement, acceptedAt: 'yesterday' }]],
    ['no wire', [{ ...statement, wire: null }]],
    ['no object', [7]],
  ])('is not taken as %s', async (_what, body) => {
    server.answer = () => ({ status: 200, body });
    await expect(source.statements(7, 500)).rejects.toThrow(malformed);
  });

  it('has no checkpoint where the server says so, and nothing else is taken for one', async () => {
    server.answer = () => ({ status: 404, body: { code: 'log.not-found' } });
    expect(await source.checkpoint()).toBeNull();
    server.answer = () => ({ status: 404, body: { code: 'route.not-found' } });
    await expect(source.checkpoint()).rejects.toThrow('the server answered');
    server.answer = () => ({ status: 200, body: { note: 'x' } });
    await expect(source.checkpoint()).rejects.toThrow(malformed);
  });
});
