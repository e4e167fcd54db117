import { generateKeyPairSync } from 'node:crypto';

import { OpenSessionRequest } from '@enlace/contracts/dto';
import { isDomainError } from '@enlace/kernel';

import { SignIns } from '../../apps/api/src/sessions/sign-in/sign-in.service.js';
import { anAct } from '../support/people/recorded-acts.js';
import { enrolBrowser } from '../support/passkeys/enrol-browser.js';
import type { TestBrowser } from '../support/passkeys/test-browser.js';
import { startSessionServer } from '../support/sessions/session-server.js';
import { TestDevice } from '../support/sessions/test-device.js';

/** Attempts of each kind, in turns, so that whatever else the machine does meets both. */
const ATTEMPTS = 500;

/** What a stranger says instead of the id of a certificate that it does not have. */
const ANY_HASH = 'A'.repeat(43);

async function anAttempt(device: TestDevice, signer?: string): Promise<OpenSessionRequest> {
  const statement = device.statement(await device.challenge());
  const isKnown = statement['deviceCert'] !== '';
  const sent = { ...statement, ...(isKnown ? {} : { deviceCert: ANY_HASH }) };
  return Object.assign(new OpenSessionRequest(), device.sign(sent, signer));
}

/** Mann-Whitney U as a z-score, and how far the medians are apart. */
function compare(a: readonly number[], b: readonly number[]): { z: number; medians: number } {
  const ranked = [...a.map((ms) => ({ ms, ofA: true })), ...b.map((ms) => ({ ms, ofA: false }))]
    .toSorted((left, right) => left.ms - right.ms)
    .map(({ ofA }, at) => (ofA ? at + 1 : 0));
  const u = ranked.reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2;
  const n = a.length * b.length;
  const z = (u - n / 2) / Math.sqrt((n * (a.length + b.length + 1)) / 12);
  const median = (values: readonly number[]) =>
    values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
  return { z, medians: Math.abs(median(a) / median(b) - 1) };
}

type Pair = readonly [OpenSessionRequest, OpenSessionRequest];

/** How far the times of two kinds of refusals are apart. */
async function measure(what: string, signIns: SignIns, kinds: Pair): Promise<void> {
  const times: [number[], number[]] = [[], []];
  for (let attempt = 0; attempt < 2 * ATTEMPTS; attempt += 1) {
    const kind = attempt % 2 === 0 ? 0 : 1;
    const since = process.hrtime.bigint();
    await signIns.open(anAct({ declared: ['session.opened'] }), kinds[kind]).catch(expectRefusal);
    times[kind].push(Number(process.hrtime.bigint() - since));
  }
  const { z, medians } = compare(...times);
  process.stdout.write(
    `refused sign-in, ${what}: z ${z.toFixed(1)}, medians ${(100 * medians).toFixed(1)} % apart\n`,
  );
}

/** An unknown passkey, and a known one whose signature is of another key. */
async function passkeyAttempts(browser: TestBrowser): Promise<Pair> {
  const [known] = browser.passkeys;
  if (known === undefined) throw new Error('no passkey');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const forged = { ...known, privateKey };
  const attemptWith = async (passkey: typeof known) => {
    const challenge = await browser.challenge();
    const signed = browser.sign(browser.statement(challenge, { method: 'passkey' }));
    const assertion = browser.assertion(challenge, { passkey });
    return Object.assign(new OpenSessionRequest(), { ...signed, assertion });
  };
  return [
    await attemptWith({ ...forged, credentialId: Buffer.alloc(32, 7) }),
    await attemptWith(forged),
  ];
}

/** Whether the time of a refusal tells that a device or a passkey exists. */
async function benchSignInOracle(): Promise<void> {
  const api = await startSessionServer();
  const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  const stranger = new TestDevice(api, api.region, { slug: 'cr-rosa', device: 'cli:nobody' });
  try {
    await rosa.signIn();
    const browser = await enrolBrowser(api, rosa, 'browser:rosa');
    for (const each of [rosa, stranger, browser]) await each.makeKey();
    const signIns = api.server.app.get(SignIns, { strict: false });
    const devices = [await anAttempt(stranger), await anAttempt(rosa, 'identity:cr-rosa')] as const;
    await measure('unknown against known device', signIns, devices);
    const passkeys = await passkeyAttempts(browser);
    await measure('unknown against known passkey', signIns, passkeys);
  } finally {
    await api.close();
  }
}

function expectRefusal(error: unknown): void {
  if (!isDomainError(error, 'session.refused')) throw error;
}

await benchSignInOracle();
