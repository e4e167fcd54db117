import { createHash } from 'node:crypto';

import type {
  PasskeyAssertion,
  PasskeyRegistration,
  SignInChallenge,
  SignInStatement,
} from '@enlace/contracts';
import { canonicalJson, type JsonObject } from '@enlace/kernel';
import type { Region } from '@enlace/testing';
import type { Response } from 'supertest';

import { TestDevice } from '../sessions/test-device.js';
import {
  makePasskey,
  signWith,
  type Asked,
  type Making,
  type SoftPasskey,
} from './soft-authenticator.js';

/** What a browser says of a page of ours. */
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' } as const;

type Lie = Partial<Asked> & { readonly said?: JsonObject; readonly passkey?: SoftPasskey };

/** A browser of a person: its session is a cookie, its passkeys are real, and what it sends is written by the page. */
export class TestBrowser extends TestDevice {
  readonly passkeys: SoftPasskey[] = [];

  constructor(
    protected readonly server: { readonly url: string; readonly region: Region },
    protected readonly known: { readonly slug: string; readonly device: string },
  ) {
    super(server, server.region, known);
  }

  override get ownHeaders(): Readonly<Record<string, string>> {
    return OWN_PAGE;
  }

  override get tokenHeaders(): Readonly<Record<string, string>> {
    return { ...OWN_PAGE, cookie: this.cookie };
  }

  cookie = '';

  /** Makes a passkey over a number that the server gave for this device. */
  register(
    { challengeId, challenge }: SignInChallenge,
    lie: Partial<Making> = {},
  ): PasskeyRegistration {
    const said = { challengeId, challenge, deviceId: this.deviceId, signKey: this.signKey };
    const { passkey, registration } = makePasskey({
      origin: this.server.url,
      challenge: challengeOver('enlace/passkey-registration/v1', said),
      ...lie,
    });
    this.passkeys.push(passkey);
    return registration;
  }

  /** What one of its passkeys signs for a sign-in with the key that this browser just made. */
  assertion(
    { challengeId, challenge }: SignInChallenge,
    { said, ...lie }: Lie = {},
  ): PasskeyAssertion {
    const sessionKey = this.key?.thumbprint ?? '';
    return this.signed('enlace/passkey/v1', { challengeId, challenge, sessionKey, ...said }, lie);
  }

  signed(label: string, said: JsonObject, lie: Omit<Lie, 'said'> = {}): PasskeyAssertion {
    const { passkey = this.passkeys[0], ...otherwise } = lie;
    if (passkey === undefined) throw new Error('no passkey');
    const challenge = challengeOver(label, said);
    return signWith(passkey, { origin: this.server.url, challenge, ...otherwise });
  }

  /** Signs in with a passkey; `lie` is what the passkey says otherwise. */
  async tryPasskey(lie: Lie = {}, change: Partial<SignInStatement> = {}): Promise<Response> {
    await this.makeKey();
    const challenge = await this.challenge();
    const signed = this.sign(this.statement(challenge, { method: 'passkey', ...change }));
    return this.open({ ...signed, assertion: this.assertion(challenge, lie) }, OWN_PAGE);
  }

  override async signIn() {
    return this.keep(await this.tryPasskey());
  }

  /** Keeps the session that an answer opened, as a browser does. */
  override keep(answer: Response) {
    const [cookie = ''] = [answer.headers['set-cookie'] ?? ''].flat();
    this.cookie = cookie.split(';')[0] ?? '';
    return super.keep(answer);
  }
}

/** SHA-256 over a label and canonical JSON, as the page says it. */
function challengeOver(label: string, said: JsonObject): Uint8Array {
  return createHash('sha256')
    .update(`${label}\0${canonicalJson(said)}`)
    .digest();
}
