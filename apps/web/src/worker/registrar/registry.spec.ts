import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';

import {
  DeviceCounter,
  HttpTransport,
  Session,
  softwareProofKey,
  type ShowPresence,
  type StepUpStatement,
} from '@enlace/client';
import { sealKeyFile, type KeyFile } from '@enlace/e2ee';
import {
  canonicalJson,
  formatInstant,
  newId,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type DeviceId,
} from '@enlace/kernel';
import {
  forTestsOnlySeed,
  MemoryStore,
  personaOf,
  Region,
  ScriptedServer,
  testBytes,
  testId,
  testPublicKey,
} from '@enlace/testing';
import { cardHash, formatInvitation, signObject, SIGNING_LABELS } from '@enlace/trust';

import type { DeviceProfile } from '../device-profile.js';
import { PresenceRefused } from '../worker-errors.js';
import { Registry } from './registry.js';

const HOUR_MS = 3_600_000;
/** Left as they are: the day of the region alone is another one. */
const TIMERS = ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'] as const;
const PHRASE = 'cinco caballos grises';
const ROSA = personaOf('cr-rosa');
const ROSA_ID = testId('cr-rosa', 4);
const CARD = { displayName: 'Rosa Mora Ureña', title: { en: 'Prosecutor', es: 'Fiscal' } };
const SALT = systemRandom.bytes(32);
const LOG = { size: 1, witnessedAt: null, isFresh: true, alerts: [] };

const profileOfAna = (): DeviceProfile => ({
  v: 1,
  step: 'active',
  trustStore: '{}',
  invitation: formatInvitation({
    state: 'CR',
    invitationId: newId(systemClock, systemRandom),
    code: systemRandom.bytes(16),
    trustStoreFingerprint: systemRandom.bytes(16),
  }),
  deviceId: testId('desk', 7),
  signSeed: testBytes('desk', 32),
  kemSeed: testBytes('desk', 32),
  identitySeed: null,
  rootKey: null,
  prfSalt: testBytes('desk', 32),
  asked: null,
  passkeys: [],
  personId: testId('registrar:CR:1', 4),
  wraps: [],
  personKey: null,
  deviceCert: null,
});

/** The card behind Rosa's certificate. */
let NAMED: { readonly card: string; readonly body: string; readonly salt: string };
let complete: Region;
let keyFiles: { readonly own: string; readonly other: string };
let region: Region;
let server: ScriptedServer;
let registry: Registry;
/** What the server shows: invitations as they travel, and the cards that it does not keep back. */
let invitations: object[];
let cards: object[];
let asked: StepUpStatement[];
let show: ShowPresence;

beforeAll(async () => {
  complete = await Region.complete('CR');
  jest.useFakeTimers({ now: complete.nowMs + HOUR_MS, doNotFake: [...TIMERS] });
  NAMED = { card: cardHash(CARD, SALT), body: canonicalJson(CARD), salt: toBase64Url(SALT) };
  complete.add(complete.renewal(ROSA, { card: NAMED.card }), complete.registrars('CR'));
  complete.witness();
  keyFiles = { own: keyFileOf('registrar:CR:1'), other: keyFileOf('registrar:CR:2') };
}, 60_000);

afterAll(() => {
  jest.useRealTimers();
});

function keyFileOf(name: string, seed = forTestsOnlySeed(name)): string {
  const createdAt = formatInstant(systemClock.nowMs());
  const of = { v: 1, kind: 'registrar', state: 'CR', custodian: 0, createdAt } as const;
  const file: KeyFile = { ...of, publicKey: testPublicKey(name) };
  return sealKeyFile(file, seed, PHRASE);
}

beforeEach(async () => {
  region = complete.copy();
  invitations = [];
  cards = [NAMED];
  asked = [];
  show = async (statement) => {
    asked.push(statement);
    throw new PresenceRefused('no passkey was shown');
  };
  server = new ScriptedServer();
  await server.start();
  server.answer = ({ method, url }) => {
    if (url.endsWith('/step-up/challenges')) return { status: 200, body: aChallenge() };
    if (url.includes('/directory/cards')) return { status: 200, body: cards };
    if (url.includes('/people/invitations')) return { status: 200, body: invitations };
    if (method === 'GET' && url.startsWith('/people')) return { status: 200, body: [listed()] };
    return { status: 500, body: { code: 'fault' } };
  };
  const session = new Session(new HttpTransport(server.origin), {
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    token: null,
    ath: '',
    nonce: '',
    key: softwareProofKey(systemRandom.bytes(32)),
    counter: await DeviceCounter.open(new MemoryStore()),
    clock: systemClock,
    random: systemRandom,
    keepRotated: async () => {},
  });
  const passkey: ShowPresence = async (each) => show(each);
  const seat = {
    session,
    profile: profileOfAna(),
    identitySeed: null,
    rootKey: null,
    show: passkey,
  };
  registry = new Registry(
    { seat: async () => seat },
    { read: async () => ({ directory: region.directory, log: LOG }) },
  );
});

afterEach(async () => server.stop());

const aChallenge = () => ({
  challengeId: newId(systemClock, systemRandom),
  challenge: toBase64Url(systemRandom.bytes(32)),
  expiresAt: formatInstant(systemClock.nowMs() + 60_000),
});
const listed = () => ({ personId: ROSA_ID, card: NAMED.card, isActive: true, isFrozen: false });

function invitation(change: { readonly officeId?: string } = {}) {
  const body = {
    invitationId: testId('an-invitation', 7),
    state: 'CR',
    personId: testId('somebody', 4),
    officeId: region.office('CR', 'specialised').officeId,
    roles: ['prosecutor'],
    auditScope: null,
    card: NAMED.card,
    codeHash: testBytes('code', 32),
    expiresAt: formatInstant(systemClock.nowMs() + HOUR_MS),
    ...change,
  };
  const wire = signObject(SIGNING_LABELS.invitation, body, [forTestsOnlySeed('registrar:CR:2')]);
  const card = { body: NAMED.body, salt: NAMED.salt };
  return { step: 'proposed', wire, card, claimWire: null, certificateWire: null };
}

async function openKey(file = keyFiles.own, phrase = PHRASE): Promise<void> {
  await registry.openKey({ file: utf8(file).buffer, passphrase: utf8(phrase).buffer });
}

const first = async () => {
  const { invitations: shown } = await registry.list();
  const [about] = shown;
  if (about === undefined) throw new Error('no invitation');
  return about;
};
const person = async () => {
  const { people } = await registry.list();
  const [about] = people;
  if (about === undefined) throw new Error('nobody');
  return { personId: about.personId, seen: about.seen ?? '' };
};
const refusal = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'done',
    ({ code, facts }: { code: string; facts: object }) => ({ code, ...facts }),
  );
const wasSent = () => server.seen.filter(({ method }) => method !== 'GET').map(({ url }) => url);

describe('the second registrar', () => {
  beforeEach(async () => openKey());

  it('is asked for a passkey and then signs for who was shown by name and office', async () => {
    invitations = [invitation()];
    const { invitationId, seen, name } = await first();
    expect(name).toBe(CARD.displayName);
    const outcome = refusal(registry.approve({ invitationId, seen }));
    expect(await outcome).toMatchObject({ code: 'client.passkey-refused' });
    expect(asked).toMatchObject([{ action: 'person.invite', objectId: invitationId }]);
  });

  it.each([
    ['name', () => [{ ...invitation(), card: null }]],
    ['office', () => [invitation({ officeId: testId('nowhere', 7) })]],
  ])('signs for nobody whose %s the server keeps back, and may only cancel', async (_of, shown) => {
    invitations = shown();
    cards = [];
    const { invitationId, seen } = await first();
    const unnamed = { code: 'ceremony.refused', rule: 'unnamed' };
    expect(await refusal(registry.approve({ invitationId, seen }))).toEqual(unnamed);
    const certifying = registry.certify({ invitationId, seen, digits: '0'.repeat(60) });
    expect(await refusal(certifying)).toEqual(unnamed);
    expect([wasSent(), asked]).toEqual([[], []]);
    const cancelled = await refusal(registry.cancel(invitationId));
    expect(cancelled).toMatchObject({ code: 'client.passkey-refused' });
    expect(asked).toHaveLength(1);
  });

  it('signs nothing else than what was shown: what has changed is shown anew', async () => {
    invitations = [invitation()];
    const { invitationId, seen } = await first();
    invitations = [invitation({ officeId: region.office('CR', 'registry').officeId })];
    await registry.list();
    const anew = { code: 'registrar.shown-anew' };
    expect(await refusal(registry.approve({ invitationId, seen }))).toEqual(anew);
    const other = { invitationId: testId('another', 7), seen };
    expect(await refusal(registry.approve(other))).toEqual(anew);
    expect([wasSent(), asked]).toEqual([[], []]);
  });
});

describe('taking somebody out', () => {
  beforeEach(async () => openKey());

  it('needs no name: a server that keeps it back protects nobody', async () => {
    cards = [];
    const { people } = await registry.list();
    expect(people).toMatchObject([{ personId: ROSA_ID, name: null }]);
    const outcome = refusal(registry.revoke({ personId: ROSA_ID, reason: 'left' }));
    expect(await outcome).toMatchObject({ code: 'client.passkey-refused' });
    expect(asked).toMatchObject([{ action: 'person.revoke', objectId: ROSA_ID }]);
  });

  it('takes out whatever certificate the person has by then', async () => {
    await registry.list();
    region.add(region.renewal(ROSA, { card: NAMED.card }), region.registrars('CR'));
    const outcome = refusal(registry.revoke({ personId: ROSA_ID, reason: 'left' }));
    expect(await outcome).toMatchObject({ code: 'client.passkey-refused' });
  });
});

describe('the first half of the next certificate', () => {
  beforeEach(async () => openKey());

  it('is signed after a passkey was shown for it, and not without one', async () => {
    const about = await person();
    expect(await refusal(registry.draft(about))).toMatchObject({ code: 'client.passkey-refused' });
    show = async (statement) => (asked.push(statement), {});
    const { text } = await registry.draft(about);
    expect(asked).toMatchObject([
      { action: 'person.certify', objectId: ROSA_ID, bodyHash: about.seen },
      { action: 'person.certify', objectId: ROSA_ID, bodyHash: about.seen },
    ]);
    expect(await registry.readDraft(text)).toMatchObject({ name: CARD.displayName });
  });

  it('is made after the certificate that was shown and after no other', async () => {
    const about = await person();
    region.add(region.renewal(ROSA, { card: NAMED.card }), region.registrars('CR'));
    const anew = { code: 'registrar.shown-anew' };
    expect(await refusal(registry.draft(about))).toEqual(anew);
    await registry.list();
    expect(await refusal(registry.draft(about))).toEqual(anew);
    expect(asked).toEqual([]);
  });

  it('is not made, not read and not completed for nobody by name', async () => {
    show = async () => ({});
    const { text } = await registry.draft(await person());
    cards = [];
    const unnamed = { code: 'ceremony.refused', rule: 'unnamed' };
    expect(await refusal(person().then(async (about) => registry.draft(about)))).toEqual(unnamed);
    expect(await refusal(registry.readDraft(text))).toEqual(unnamed);
    expect(await refusal(registry.complete(text))).toEqual({ code: 'registrar.shown-anew' });
  });

  it.each([
    ['no text of it', 'x'],
    ['another member', '{"text":"x"}'],
    ['a card that names the person anew', '{"card":{"body":"x","salt":"y"},"wire":"x"}'],
  ])('is refused as %s', async (_what, text) => {
    expect(await refusal(registry.readDraft(text))).toEqual({
      code: 'ceremony.refused',
      rule: 'form',
    });
  });
});

describe('the key of a registrar', () => {
  it('signs nothing before it is open', async () => {
    invitations = [invitation()];
    const { invitationId, seen } = await first();
    const closed = { code: 'registrar.key-closed' };
    expect(await refusal(registry.approve({ invitationId, seen }))).toEqual(closed);
    expect(await refusal(registry.draft(await person()))).toEqual(closed);
  });

  it('is not taken when the root certified it for somebody else, or its file lies', async () => {
    const ofAnother = { code: 'registrar.key-of-another' };
    expect(await refusal(openKey(keyFiles.other))).toEqual(ofAnother);
    const lying = keyFileOf('registrar:CR:1', forTestsOnlySeed('registrar:CR:2'));
    expect(await refusal(openKey(lying))).toEqual(ofAnother);
    expect((await registry.list()).key).toBeNull();
    expect(await refusal(openKey(keyFiles.own, 'otra'))).toMatchObject({
      code: 'vault.not-opened',
    });
  });
});
