import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  isJsonObject,
  parseId,
  parseStrictJson,
  systemClock,
  systemRandom,
  type DeviceId,
  type JsonValue,
} from '@enlace/kernel';
import { forTestsOnlySeed, MemoryStore, ScriptedServer, testPublicKey } from '@enlace/testing';
import { cryptoReady, isSignedBy, keyId, parseSignedObject, SIGNING_LABELS } from '@enlace/trust';

import { DeviceCounter } from '../../session/device-counter.js';
import { softwareProofKey } from '../../session/proof-key.js';
import { Session } from '../../session/session.js';
import { HttpTransport } from '../../transport/http-transport.js';
import { ClientStatements } from './client-statements.js';

const deviceId = parseId<DeviceId>('01900000-0000-7000-8000-000000000007');
const ports = {
  device: { deviceId, seed: forTestsOnlySeed('cli:rosa') },
  clock: systemClock,
  random: systemRandom,
};
const ROLLBACK = { type: 'vault.rollback-detected', expected: 7, found: 5 } as const;

let server: ScriptedServer;
let store: MemoryStore;
let session: Session;

beforeAll(cryptoReady);

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  store = new MemoryStore();
  session = new Session(new HttpTransport(server.origin), {
    deviceId,
    token: 'token',
    ath: 'A'.repeat(43),
    nonce: 'n',
    key: softwareProofKey(systemRandom.bytes(32)),
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    keepRotated: async () => {},
  });
});
afterEach(async () => server.stop());

/** The statements of a request, as they arrived. */
function sentIn(body: string): readonly { body: string; sig: string }[] {
  const value = parseStrictJson(body);
  const items: JsonValue | undefined = isJsonObject(value) ? value['statements'] : undefined;
  return JSON.parse(JSON.stringify(items));
}

const taking = () => {
  server.answer = ({ body }) => ({
    status: 200,
    body: { recorded: sentIn(body).length, known: 0 },
  });
};

describe('what a device states', () => {
  it('waits through a restart, is sent once it can be, and is then forgotten', async () => {
    await new ClientStatements(store, ports).state(ROLLBACK);
    const restarted = new ClientStatements(store.copy(), ports);
    expect(await restarted.waiting()).toBe(1);
    taking();
    expect(await restarted.send(session)).toBe(1);
    expect(await restarted.waiting()).toBe(0);
    const [signed] = sentIn(server.seen[0]?.body ?? '');
    const publicKey = Buffer.from(testPublicKey('cli:rosa'), 'base64url');
    const wire = JSON.stringify({
      body: signed?.body,
      sigs: [{ key: keyId(publicKey), sig: signed?.sig }],
    });
    const object = parseSignedObject(wire);
    expect(isSignedBy(object, SIGNING_LABELS.clientEvent, publicKey)).toBe(true);
    expect(object.body).toMatchObject({ ...ROLLBACK, v: 1, deviceId });
  });

  it('stays when the server refuses it, when nobody answers and when the answer is not about it', async () => {
    const statements = new ClientStatements(store, ports);
    await statements.state(ROLLBACK);
    server.answer = () => ({ status: 200, body: { recorded: 0, known: 0 } });
    await expect(statements.send(session)).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    server.answer = () => ({
      status: 503,
      body: { type: '/problems/audit.unavailable', code: 'audit.unavailable', status: 503 },
    });
    await expect(statements.send(session)).rejects.toThrow(
      expect.objectContaining({ code: 'audit.unavailable' }),
    );
    expect(await statements.waiting()).toBe(1);
  });

  it('goes in batches of a hundred, oldest first', async () => {
    const statements = new ClientStatements(store, ports);
    for (let at = 0; at < 101; at += 1) {
      await statements.state({ ...ROLLBACK, expected: at });
    }
    taking();
    expect(await statements.send(session)).toBe(101);
    const sizes = server.seen.map(({ body }) => sentIn(body).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(101);
    expect(Math.max(...sizes)).toBe(100);
  });

  it('is not stated when the disk did not keep it', async () => {
    store.failNextWrite('and-not-persist');
    const statements = new ClientStatements(store, ports);
    await expect(statements.state(ROLLBACK)).rejects.toThrow('the disk failed');
    expect(await statements.waiting()).toBe(0);
  });
});
