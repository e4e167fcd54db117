import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ROUTES } from '@enlace/contracts';
import {
  canonicalJson,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type DeviceId,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import { MemoryStore, officeId, Region, ScriptedServer, testId } from '@enlace/testing';
import { cardHash, cryptoReady } from '@enlace/trust';

import { DeviceCounter } from '../session/device-counter.js';
import { softwareProofKey } from '../session/proof-key.js';
import { Session } from '../session/session.js';
import { HttpTransport } from '../transport/http-transport.js';
import { reachContact } from './reach-contact.js';

const CARD = {
  displayName: null,
  function: { es: 'Punto focal', en: 'Focal point' },
  languages: ['es'],
  phone: '+506 0000 0000',
  email: null,
  hours: null,
  substitute: null,
} as const;
const SALT = new Uint8Array(32).fill(7);
const contact = {
  contactId: testId('contact', 7),
  state: 'CR',
  personId: parseId<PersonId>(testId('cr-rosa', 4)),
} as const;
const server = new ScriptedServer();
let region: Region;
let session: Session;
/** What the server answers as the contacts of a profile. */
let shown: readonly JsonObject[];

beforeAll(cryptoReady);
beforeEach(async () => {
  region = await Region.complete('CR');
  const { contactId, state, personId } = contact;
  const card = cardHash(CARD, SALT);
  const office = officeId('CR', 'specialised');
  const signed = { type: 'contact', state, contactId, officeId: office, personId } as const;
  region.add({ ...signed, duties: ['victims'], card, closed: false }, ['identity:cr-rosa']);
  shown = [{ contactId, cardBody: canonicalJson(CARD), cardSalt: toBase64Url(SALT) }];
  await server.start();
  server.answer = ({ url }) =>
    url === ROUTES.declarations
      ? { status: 201, body: { declarationId: testId('declaration', 7) } }
      : { status: 200, body: { person: {}, contacts: shown } };
  session = new Session(new HttpTransport(server.origin), {
    clock: systemClock,
    random: systemRandom,
    deviceId: parseId<DeviceId>(testId('device', 7)),
    token: 'token',
    ath: 'A'.repeat(43),
    nonce: 'n',
    key: softwareProofKey(systemRandom.bytes(32)),
    counter: await DeviceCounter.open(new MemoryStore()),
    keepRotated: async () => {},
  });
});
afterEach(async () => server.stop());

const reach = async (about = contact) =>
  reachContact(session, region.directory, { contact: about, purpose: 'investigation' });

describe('how to reach a contact', () => {
  it('is what the office signed, asked for under the purpose that was declared', async () => {
    await expect(reach()).resolves.toEqual(CARD);
    const [declaring, asking] = server.seen.slice(-2);
    expect(JSON.parse(declaring?.body ?? '')).toEqual({ purpose: 'investigation' });
    expect(asking?.headers).toMatchObject({ 'enlace-purpose': testId('declaration', 7) });
  });

  it('is not told where its words were erased', async () => {
    shown = [{ contactId: contact.contactId, cardBody: null, cardSalt: null }];
    await expect(reach()).resolves.toBeNull();
  });

  it('is not believed in other words than those that were signed', async () => {
    const other = canonicalJson({ ...CARD, phone: '+506 9999 9999' });
    shown = [{ ...shown[0], cardBody: other }];
    await expect(reach()).rejects.toMatchObject({ code: 'ceremony.refused' });
    shown = [
      { ...shown[0], cardBody: canonicalJson(CARD), cardSalt: toBase64Url(SALT.map(() => 8)) },
    ];
    await expect(reach()).rejects.toMatchObject({ code: 'ceremony.refused' });
  });

  it('is not taken from another contact', async () => {
    shown = [{ ...shown[0], contactId: testId('another', 7) }];
    await expect(reach()).rejects.toMatchObject({ code: 'client.answer-malformed' });
  });

  it('is asked of nobody whom the directory does not have', async () => {
    const before = server.seen.length;
    const unknown = { ...contact, contactId: testId('unknown', 7) };
    await expect(reach(unknown)).rejects.toMatchObject({ code: 'ceremony.refused' });
    expect(server.seen).toHaveLength(before);
  });
});
