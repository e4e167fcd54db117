import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DeviceApproval,
  DeviceCounter,
  HttpTransport,
  NewDeviceLink,
  Session,
  signIn,
  softwareProofKey,
} from '@enlace/client';
import { DEVICE_LINK_LIMITS } from '@enlace/contracts';
import {
  formatInstant,
  newId,
  parseId,
  systemRandom,
  toBase64Url,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { forTestsOnlySeed, MemoryStore, testId } from '@enlace/testing';
import {
  deviceCommitment,
  publicKeyOf,
  readDeviceRequest,
  SIGNING_LABELS,
  signObject,
  verifyDeviceAcceptance,
} from '@enlace/trust';

import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { TestDevice } from '../../support/sessions/test-device.js';

const STORY_MS = 60_000;
const OTHER_ID = '01943b10-7000-7000-8000-000000000001';

let api: SessionServer;
let requests = 0;
/** What the server answers in place of the truth, by path. */
let lie: (path: string, told: Readonly<Record<string, string | null>>) => object;
const honest = (_path: string, told: object): object => told;
beforeAll(async () => {
  api = await startSessionServer();
}, STORY_MS);
afterAll(async () => api.close());
beforeEach(() => {
  lie = honest;
  api.clock.ms += 60_000;
});

/** The client that we ship, and a server between it and the real one that changes what is answered about links. */
const transportOf = (): HttpTransport =>
  new HttpTransport(api.url, async (url, init) => {
    // Each request comes from an address of its own: limits are another test's matter.
    requests += 1;
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', `10.8.${(requests >> 8) & 255}.${requests & 255}`);
    const real = await fetch(url, { ...init, headers });
    const { pathname } = new URL(url);
    if (!pathname.startsWith('/devices/links') || !real.ok) return real;
    const told = lie(pathname, JSON.parse(await real.text()));
    return new Response(JSON.stringify(told), { status: real.status, headers: real.headers });
  });

/** A certified device of somebody, signed in, as one that approves. */
async function approverOf(slug: string) {
  const device = new TestDevice(api, api.region, { slug });
  const { state } = device.persona;
  const signSeed = forTestsOnlySeed(device.deviceName);
  const deviceId = parseId<DeviceId>(device.deviceId);
  const key = softwareProofKey(systemRandom.bytes(32));
  const counter = await DeviceCounter.open(new MemoryStore());
  const ports = { clock: api.clock, random: systemRandom };
  const transport = transportOf();
  const signing = {
    deviceId,
    deviceCert: api.region.newestId('device-cert', state, deviceId),
    seed: signSeed,
    build: 'B'.repeat(43),
  };
  const opened = await signIn(transport, signing, { key, counter });
  const keepRotated = async () => {};
  const parts = { ...opened.session, ...ports, deviceId, key, counter, keepRotated };
  const identitySeed = forTestsOnlySeed(`identity:${slug}`);
  return {
    ...ports,
    session: new Session(transport, parts),
    state,
    personId: parseId<PersonId>(testId(slug, 4)),
    keys: { deviceId, signSeed, identitySeed },
    directory: api.region.directory,
  };
}

const newKeys = () => ({
  deviceId: newId<DeviceId>(api.clock, systemRandom),
  signSeed: systemRandom.bytes(32),
  kemSeed: systemRandom.bytes(32),
});
const offer = async (keys = newKeys()) =>
  NewDeviceLink.offer({ transport: transportOf(), keys, clock: api.clock, random: systemRandom });
const HANDS = { rootKey: systemRandom.bytes(32), trustStoreFingerprint: systemRandom.bytes(16) };
const refused = (rule: string) =>
  expect.objectContaining({ code: 'ceremony.refused', facts: { rule } });
const code = (name: string) => expect.objectContaining({ code: name });
const devices = async (): Promise<number> =>
  (await api.database.asAdmin('SELECT FROM app.devices')).length;
/** Both sides as far as the digits. */
async function bothAtDigits() {
  const added = await offer();
  const approval = await DeviceApproval.begin(await approverOf('cr-rosa'), added.text);
  expect(await added.poll()).toEqual({ kind: 'waiting' });
  expect(await approval.digits()).toBeNull();
  await added.poll();
  const digits = await approval.digits();
  return { added, approval, digits };
}

describe('two devices of one person on an honest server', () => {
  it('have the same six digits, and the one hands over to the other what nobody else opens', async () => {
    const { added, approval, digits } = await bothAtDigits();
    expect(await added.poll()).toEqual({ kind: 'digits', digits });
    const before = await devices();
    await expect(approval.approve('000000', HANDS)).rejects.toEqual(refused('digits'));
    expect(await devices()).toBe(before);
    await approval.approve(String(digits), HANDS);
    expect(await devices()).toBe(before + 1);
    const linked = await added.poll();
    expect(linked).toMatchObject({
      kind: 'linked',
      digits,
      acceptance: { personId: testId('cr-rosa', 4) },
      handedOver: HANDS,
    });
    const events = await api.database.asAdmin(
      `SELECT e.type FROM audit.events e WHERE e.object_id = '${approval.deviceId}'`,
    );
    expect(events).toEqual([{ type: 'device.enrolled' }]);
  });

  it('have other digits each time, and lose nothing when the box was lost on its way', async () => {
    const keys = newKeys();
    const approver = await approverOf('cr-rosa');
    const seen = new Set<string>();
    for (let tries = 0; tries < 2; tries += 1) {
      const added = await offer(keys);
      const approval = await DeviceApproval.begin(approver, added.text);
      await added.poll();
      await added.poll();
      const digits = String(await approval.digits());
      seen.add(digits);
      await approval.approve(digits, HANDS);
    }
    expect(seen.size).toBe(2);
  });
});

describe('a request for a device', () => {
  it('is over after ten minutes, for both sides alike', async () => {
    const { added, approval, digits } = await bothAtDigits();
    const late = await offer();
    api.clock.ms += DEVICE_LINK_LIMITS.lifeMs;
    const gone = code('device-link.not-found');
    await expect(added.poll()).rejects.toEqual(gone);
    await expect(approval.approve(String(digits), HANDS)).rejects.toEqual(gone);
    await expect(DeviceApproval.begin(await approverOf('cr-rosa'), late.text)).rejects.toEqual(
      gone,
    );
    await offer();
    expect(await api.database.asAdmin('SELECT FROM app.device_links')).toHaveLength(1);
  });

  it('belongs to whoever takes it up first, and is not there for anybody else', async () => {
    const added = await offer();
    const rosa = await approverOf('cr-rosa');
    await DeviceApproval.begin(rosa, added.text);
    await expect(DeviceApproval.begin(rosa, added.text)).rejects.toEqual(code('device-link.step'));
    const esteban = await approverOf('cr-esteban');
    const path = `/devices/links/${newId(api.clock, systemRandom)}`;
    const absent = esteban.session.request({ method: 'GET', path }, 'none');
    await expect(absent).rejects.toEqual(code('device-link.not-found'));
    await expect(DeviceApproval.begin(esteban, added.text)).rejects.toEqual(
      code('device-link.not-found'),
    );
  });

  it('is answered to its own device alone, and asked for with a fresh question', async () => {
    const device = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const keys = newKeys();
    const added = await offer(keys);
    await DeviceApproval.begin(await approverOf('cr-rosa'), added.text);
    const { linkId } = readDeviceRequest(added.text);
    const ask = async (seed: Uint8Array, atMs: number) => {
      const nonce = toBase64Url(systemRandom.bytes(16));
      const body = { linkId, at: formatInstant(atMs), nonce, reveal: null };
      const wire = signObject(SIGNING_LABELS.devicePoll, body, [seed]);
      return (await device.post('/devices/links/status', { wire })).status;
    };
    expect(await ask(keys.signSeed, api.clock.ms)).toBe(200);
    expect(await ask(keys.signSeed, api.clock.ms - 120_000)).toBe(404);
    expect(await ask(systemRandom.bytes(32), api.clock.ms)).toBe(404);
  });

  it('is taken up in the own name only, and step by step', async () => {
    const { linkId } = readDeviceRequest((await offer()).text);
    const rosa = await approverOf('cr-rosa');
    const say = async (part: string, content: string) => {
      const path = `/devices/links/${linkId}`;
      return rosa.session.request({ method: 'POST', path, body: { part, content } }, 'none');
    };
    const nonce = systemRandom.bytes(32);
    const own = {
      linkId,
      state: rosa.state,
      personId: rosa.personId,
      deviceId: rosa.keys.deviceId,
      signKey: toBase64Url(publicKeyOf(rosa.keys.signSeed)),
      commitment: toBase64Url(deviceCommitment(linkId, nonce)),
    };
    const signed = (change: object) =>
      signObject(SIGNING_LABELS.deviceAcceptance, { ...own, ...change }, [rosa.keys.signSeed]);
    const foreign = [{ personId: testId('pa-esteban', 4) }, { state: 'PA' }, { linkId: OTHER_ID }];
    for (const change of foreign) {
      await expect(say('acceptance', signed(change))).rejects.toEqual(code('statement.refused'));
    }
    await expect(say('reveal', toBase64Url(nonce))).rejects.toEqual(code('device-link.step'));
    await expect(say('box', 'AAAA')).rejects.toEqual(code('device-link.step'));
    await say('acceptance', signed({}));
    // The new device has not told its number yet: ours stays a secret.
    await expect(say('reveal', toBase64Url(nonce))).rejects.toEqual(code('device-link.step'));
    await expect(say('reveal', 'AAAA')).rejects.toEqual(code('statement.refused'));
  });
});

describe('a server between two devices', () => {
  it('has other digits on each side when it takes the offer up itself: nothing is signed', async () => {
    const added = await offer();
    const approval = await DeviceApproval.begin(await approverOf('cr-rosa'), added.text);
    const { linkId } = readDeviceRequest(added.text);
    const seed = systemRandom.bytes(32);
    const nonce = systemRandom.bytes(32);
    lie = (path, told) => {
      if (path !== '/devices/links/status' || (told['acceptance'] ?? null) === null) return told;
      const { body } = verifyDeviceAcceptance(told['acceptance'] ?? '');
      const forged = {
        ...body,
        signKey: toBase64Url(publicKeyOf(seed)),
        commitment: toBase64Url(deviceCommitment(linkId, nonce)),
      };
      const acceptance = signObject(SIGNING_LABELS.deviceAcceptance, forged, [seed]);
      return { ...told, acceptance, reveal: toBase64Url(nonce) };
    };
    const standing = await added.poll();
    if (standing.kind !== 'digits') throw new Error('no digits');
    await added.poll();
    const digits = await approval.digits();
    expect(digits).not.toBeNull();
    expect(standing.digits).not.toBe(digits);
    const before = await devices();
    await expect(approval.approve(standing.digits, HANDS)).rejects.toEqual(refused('digits'));
    expect(await devices()).toBe(before);
  });

  it('cannot tell another number than was committed to, to either side', async () => {
    const added = await offer();
    const approval = await DeviceApproval.begin(await approverOf('cr-rosa'), added.text);
    await added.poll();
    await added.poll();
    const other = toBase64Url(systemRandom.bytes(32));
    lie = (path, told) =>
      path === '/devices/links/status'
        ? told
        : { ...told, reveal: (told['reveal'] ?? null) === null ? null : other };
    await expect(approval.digits()).rejects.toEqual(refused('link'));
    lie = (path, told) => (path === '/devices/links/status' ? { ...told, reveal: other } : told);
    await expect(added.poll()).rejects.toEqual(refused('link'));
  });

  it('cannot show a second acceptance, one of another link, or a box of its own', async () => {
    const added = await offer();
    const one = await DeviceApproval.begin(await approverOf('cr-rosa'), added.text);
    await added.poll();
    const elsewhere = await offer();
    await DeviceApproval.begin(await approverOf('cr-esteban'), elsewhere.text);
    let foreign: unknown = null;
    lie = (_path, told) => {
      foreign = told['acceptance'];
      return told;
    };
    await elsewhere.poll();
    lie = (_path, told) => ({ ...told, acceptance: foreign });
    await expect(added.poll()).rejects.toEqual(refused('link'));
    lie = honest;
    await added.poll();
    const digits = String(await one.digits());
    await one.approve(digits, HANDS);
    lie = (_path, told) => {
      const box = String(told['box']);
      return {
        ...told,
        box: `${box.slice(0, 2_000)}${box[2_000] === 'A' ? 'B' : 'A'}${box.slice(2_001)}`,
      };
    };
    await expect(added.poll()).rejects.toEqual(code('vault.not-opened'));
    lie = honest;
    expect(await added.poll()).toMatchObject({ kind: 'linked' });
  });
});
