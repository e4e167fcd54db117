import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { HttpTransport } from '@enlace/client';
import { newId, newRandomId, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import { MemoryStore, ScriptedServer } from '@enlace/testing';
import { cryptoReady, formatInvitation } from '@enlace/trust';

import { loadProfile, saveProfile } from '../device-profile.js';
import { Enrolling } from './enrolling.js';

const bytes = (): string => toBase64Url(systemRandom.bytes(32));
const invitationId = newId(systemClock, systemRandom);
const STANDING = { invitationId, personId: newRandomId(systemRandom), step: 'claimed' };
const REFUSED = { status: 401, body: { code: 'invitation.refused' } };
const LIMITED = { status: 429, body: { code: 'rate.limited' } };

let server: ScriptedServer;
let store: MemoryStore;
let enrolling: Enrolling;
/** The next answer does not arrive. */
let isDropped: boolean;

beforeAll(cryptoReady);

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  store = new MemoryStore();
  isDropped = false;
  const transport = new HttpTransport(server.origin, async (url, init) => {
    const answered = await fetch(url, init);
    if (isDropped) throw new TypeError('the connection was lost');
    return answered;
  });
  enrolling = new Enrolling({
    store,
    place: async () => ({ apiOrigin: server.origin, rpId: 'localhost' }),
    transport: async () => transport,
  });
  const made = { credentialId: bytes(), clientDataJSON: bytes(), attestationObject: bytes() };
  await saveProfile(store, {
    v: 1,
    step: 'made',
    trustStore: '{}',
    invitation: formatInvitation({
      state: 'CR',
      invitationId,
      code: systemRandom.bytes(16),
      trustStoreFingerprint: systemRandom.bytes(16),
    }),
    deviceId: newId(systemClock, systemRandom),
    identitySeed: bytes(),
    signSeed: bytes(),
    kemSeed: bytes(),
    rootKey: bytes(),
    prfSalt: bytes(),
    asked: { challengeId: newId(systemClock, systemRandom), challenge: bytes() },
    passkeys: [
      { ...made, ref: bytes() },
      { ...made, ref: bytes() },
    ],
    personId: null,
    wraps: [],
    personKey: null,
    deviceCert: null,
  });
});

afterEach(async () => {
  await server.stop();
});

/** How the claim is answered, and then the question how far it is. */
function answer(claim: typeof REFUSED, status: { status: number; body: object }): void {
  server.answer = ({ url }) => (url.endsWith('/claim') ? claim : status);
}

describe('a claim whose answer was lost', () => {
  it('keeps its passkeys until the server says that the device has claimed nothing', async () => {
    const before = await loadProfile(store);
    server.answer = () => ({ status: 201, body: STANDING });
    isDropped = true;
    await expect(enrolling.claim()).rejects.toMatchObject({ code: 'client.unreachable' });
    isDropped = false;
    answer(REFUSED, LIMITED);
    await expect(enrolling.claim()).rejects.toMatchObject({ code: 'rate.limited' });
    expect(await loadProfile(store)).toEqual(before);
    answer(REFUSED, { status: 200, body: STANDING });
    await enrolling.claim();
    expect(await loadProfile(store)).toEqual({
      ...before,
      step: 'claimed',
      personId: STANDING.personId,
    });
  });

  it('gives the passkeys up when the device has claimed nothing: their number is spent', async () => {
    answer(REFUSED, REFUSED);
    await expect(enrolling.claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    expect(await loadProfile(store)).toMatchObject({ step: 'made', asked: null, passkeys: [] });
  });
});
