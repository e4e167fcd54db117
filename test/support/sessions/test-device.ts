import { createHash } from 'node:crypto';

import type { SessionOpened, SignInChallenge, SignInStatement } from '@enlace/contracts';
import { canonicalJson, parseStrictJson, toBase64Url, type JsonObject } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  personaOf,
  testBytes,
  testId,
  testPublicKey,
  type Persona,
  type Region,
} from '@enlace/testing';
import { signObject, type SigningLabel } from '@enlace/trust';
import {
  calculateJwkThumbprint,
  CompactSign,
  exportJWK,
  generateKeyPair,
  type CryptoKey,
  type JWK,
} from 'jose';
import request, { type Response } from 'supertest';

import { cliDeviceOf } from '../people/region-directory.js';

export interface SessionKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly thumbprint: string;
}

async function aSessionKey(): Promise<SessionKey> {
  const { privateKey, publicKey } = await generateKeyPair('Ed25519');
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
}

export interface Claims {
  readonly htm: string;
  readonly htu: string;
  readonly bh: string;
  readonly [name: string]: unknown;
}

export interface Sending {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The body as it is sent, where it is no JSON. */
  readonly text?: string;
  /** What the proof says instead of the truth. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly withoutProof?: boolean;
}

const CALLS = {
  GET: 'get',
  HEAD: 'head',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const;

/** How long a patient device waits, in milliseconds, and how often: a node that stays busy has its say. */
const BUSY_MS = 100;
const BUSY_TIMES = 100;

/** Asks again while a busy node says when to come, as the client does that we ship: few tests are about that. */
export async function patiently(once: () => Promise<Response>): Promise<Response> {
  for (let time = 0; ; time++) {
    const answer = await once();
    const { status, body, headers } = answer;
    const isBusy = status === 503 && body.code === 'service.unavailable';
    const isLater = isBusy && headers['retry-after'] !== undefined;
    if (!isLater || time === BUSY_TIMES) return answer;
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
  }
}

let asked = 0;
/** Each request of a story has an address of its own: it is about sessions, not about the limit of an address. */
function fromElsewhere(): Readonly<Record<string, string>> {
  asked += 1;
  return { 'x-forwarded-for': `10.1.${(asked >> 8) & 255}.${asked & 255}` };
}

/**
 * A device of the command line with real keys, written apart from the client that we ship: a second reading of the
 * page.
 */
export class TestDevice {
  readonly persona: Persona;
  readonly deviceName: string;
  key: SessionKey | null = null;
  opened: SessionOpened | null = null;
  nonce = '';
  seq = 0;
  /** Whether it comes again where a busy node says when. */
  isPatient: boolean;

  constructor(
    private readonly api: { readonly url: string },
    readonly region: Region,
    {
      slug,
      device,
      isPatient = true,
    }: { readonly slug: string; readonly device?: string; readonly isPatient?: boolean },
  ) {
    this.persona = personaOf(slug);
    this.deviceName = device ?? cliDeviceOf(this.persona);
    this.isPatient = isPatient;
  }

  get deviceId(): string {
    return testId(this.deviceName, 7);
  }

  get signKey(): string {
    return testPublicKey(this.deviceName);
  }

  /** What it sends before it has a token, and with one. */
  get ownHeaders(): Readonly<Record<string, string>> {
    return NO_SESSION_YET;
  }

  get tokenHeaders(): Readonly<Record<string, string>> {
    return { authorization: `DPoP ${this.opened?.token ?? ''}` };
  }

  async challenge(): Promise<SignInChallenge> {
    const answer = await this.post('/sessions/challenges', {});
    if (answer.status !== 200) throw new Error(`no challenge: ${answer.text}`);
    return answer.body;
  }

  /** The statement of a sound sign-in, with what is said otherwise. */
  statement(challenge: SignInChallenge, change: Partial<SignInStatement> = {}): JsonObject {
    return {
      origin: this.api.url,
      challengeId: challenge.challengeId,
      challenge: challenge.challenge,
      deviceId: this.deviceId,
      deviceCert: this.region.newestId('device-cert', this.persona.state, this.deviceId),
      sessionKey: this.key?.thumbprint ?? '',
      method: 'software-key',
      build: testBytes('build', 32),
      abandoned: [],
      ...change,
    };
  }

  /** Signs a statement; `signer` may be somebody else's key. */
  sign(body: JsonObject, signer = this.deviceName, name: SigningLabel = 'enlace/session/v1') {
    const wire = parseStrictJson(signObject(name, body, [forTestsOnlySeed(signer)]));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wire that was made one line above
    const { body: text, sigs } = wire as { body: string; sigs: readonly [{ sig: string }] };
    return { body: text, sig: sigs[0].sig, sessionJwk: this.key?.jwk };
  }

  async open(
    sending: object,
    headers: Readonly<Record<string, string>> = NO_SESSION_YET,
  ): Promise<Response> {
    return this.post('/sessions', sending, headers);
  }

  /** A request without a session. */
  async post(path: string, sending: object, headers = this.ownHeaders): Promise<Response> {
    return this.#ask(async () =>
      request(this.api.url)
        .post(path)
        .set({ ...fromElsewhere(), ...headers })
        .send(sending),
    );
  }

  /** A key for the next session. */
  async makeKey(): Promise<void> {
    this.key = await aSessionKey();
  }

  /** Signs in as the page says; `change` is what the statement says otherwise. */
  async tryToSignIn(change: Partial<SignInStatement> = {}): Promise<Response> {
    await this.makeKey();
    const challenge = await this.challenge();
    return this.open(this.sign(this.statement(challenge, change)));
  }

  async signIn(): Promise<SessionOpened> {
    return this.keep(await this.tryToSignIn());
  }

  keep(answer: Response): SessionOpened {
    if (answer.status !== 201) throw new Error(`sign-in refused: ${answer.text}`);
    const opened: SessionOpened = answer.body;
    this.opened = opened;
    this.nonce = opened.nonce;
    this.seq = Math.max(this.seq, opened.highestSeq);
    return opened;
  }

  /** A proof for a request, with a number of its own unless `claims` has one. */
  async prove(target: Claims, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    if (this.key === null || this.opened === null) throw new Error('not signed in');
    if (claims['seq'] === undefined) this.seq += 1;
    const payload = {
      ...target,
      ath: this.opened.ath,
      nonce: this.nonce,
      jti: testBytes(`jti:${this.seq}`, 16),
      iat: 1,
      seq: this.seq,
      dev: this.deviceId,
      act: 1,
      ...claims,
    };
    return new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: this.key.jwk })
      .sign(this.key.privateKey);
  }

  /** The same with bytes that are no text. */
  async sendBytes(sending: Pick<Sending, 'method' | 'path'>, bytes: Uint8Array): Promise<Response> {
    return this.#ask(async () => this.#sendBytesOnce(sending, bytes));
  }

  async send(sending: Sending): Promise<Response> {
    return this.#ask(async () => this.#sendOnce(sending));
  }

  async #ask(once: () => Promise<Response>): Promise<Response> {
    return this.isPatient ? patiently(once) : once();
  }

  async #sendBytesOnce(
    sending: Pick<Sending, 'method' | 'path'>,
    bytes: Uint8Array,
  ): Promise<Response> {
    const { method = 'PUT', path } = sending;
    const bh = createHash('sha256').update('\0').update(bytes).digest();
    const target = { htm: method, htu: `${this.api.url}${path}`, bh: toBase64Url(bh) };
    const dpop = await this.prove(target);
    const call = request(this.api.url)[CALLS[method]](path);
    const answer = await call
      .set({ ...fromElsewhere(), ...this.tokenHeaders, dpop })
      .set('content-type', 'application/octet-stream')
      .send(Buffer.from(bytes));
    this.nonce = answer.headers['dpop-nonce'] ?? this.nonce;
    return answer;
  }

  async #sendOnce(sending: Sending): Promise<Response> {
    const { method = 'GET', path, claims, headers, withoutProof = false } = sending;
    const text = textOf(sending);
    const [route = '', query = ''] = path.split('?');
    const target = { htm: method, htu: `${this.api.url}${route}`, bh: bodyHash(query, text) };
    const proof = withoutProof ? {} : { dpop: await this.prove(target, claims) };
    const call = request(this.api.url)[CALLS[method]](path).set(fromElsewhere());
    void call.set({
      ...this.tokenHeaders,
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
      ...proof,
      ...headers,
    });
    const answer = await (text === '' ? call : call.send(text));
    this.nonce = answer.headers['dpop-nonce'] ?? this.nonce;
    return answer;
  }
}

function textOf({ text, body }: Sending): string {
  return text ?? (body === undefined ? '' : JSON.stringify(body));
}

/** What a program says instead of the Fetch Metadata of a browser, before it has a token. */
export const NO_SESSION_YET = { authorization: 'DPoP none' } as const;

export function bodyHash(query: string, body: string): string {
  return toBase64Url(createHash('sha256').update(`${query}\0${body}`).digest());
}

/** What the server must see as one and the same refusal: everything but the id of the request. */
export function anonymousBody({ body }: Response): string {
  return canonicalJson({ ...body, instance: '' });
}
