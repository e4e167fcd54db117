import { SESSION_LIMITS } from '@enlace/contracts';
import { utf8 } from '@enlace/kernel';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  calculateJwkThumbprint,
  CompactSign,
  exportJWK,
  generateKeyPair,
  type CompactJWSHeaderParameters,
  type CryptoKey,
  type JWK,
} from 'jose';

import { freshNonce } from './proof-nonce.js';
import { bodyHashOf, verifyRequestProof, type ProvingSession } from './request-proof.js';

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

const NOW_MS = Date.parse('2027-01-06T12:00:30.000Z');
const DEVICE = '01943b10-7000-7000-8000-000000000001';
const QUERY = 'from=1&limit=5';
const BODY = utf8('{"title":"Ejemplo"}');
const target = {
  htm: 'POST',
  htu: 'https://enlace.example.org/cases',
  bh: bodyHashOf(QUERY, BODY),
};

let own: KeyPair;
let foreign: KeyPair;
let session: ProvingSession;

async function aKeyPair(alg = 'Ed25519'): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const { kty, crv, x, y, n, e } = await exportJWK(publicKey);
  const jwk = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
  );
  return { privateKey, jwk };
}

const sessionOf = async ({ jwk }: KeyPair): Promise<ProvingSession> => ({
  sessionId: '01943b10-7000-7000-8000-000000000002',
  nonceKey: new Uint8Array(32).fill(7),
  deviceId: DEVICE,
  keyThumbprint: await calculateJwkThumbprint(jwk),
  ath: 'A'.repeat(43),
  highestSeq: 20_000,
});

beforeAll(async () => {
  own = await aKeyPair();
  foreign = await aKeyPair();
  session = await sessionOf(own);
});

const soundClaims = (): Record<string, unknown> => ({
  ...target,
  ath: session.ath,
  nonce: freshNonce(session, NOW_MS),
  jti: 'j'.repeat(22),
  iat: 1,
  seq: 20_001,
  dev: DEVICE,
  act: 1,
});

interface Change {
  readonly claims?: Record<string, unknown>;
  readonly without?: string;
  readonly header?: Record<string, unknown>;
  readonly by?: KeyPair;
}

async function aProof({ claims = {}, without, header = {}, by = own }: Change = {}) {
  const payload: Record<string, unknown> = { ...soundClaims(), ...claims };
  if (without !== undefined) delete payload[without];
  const head = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: by.jwk, ...header };
  const protectedHeader = head as unknown as CompactJWSHeaderParameters;
  return new CompactSign(utf8(JSON.stringify(payload)))
    .setProtectedHeader(protectedHeader)
    .sign(by.privateKey);
}

const verdictOf = async (jwt: string | undefined): Promise<string> =>
  verifyRequestProof(jwt, target, { session, nowMs: NOW_MS }).then(
    () => 'accepted',
    (error: unknown) => String(error instanceof Error && 'code' in error ? error.code : error),
  );

const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a request proof', () => {
  it('holds for the request that it was made for, and says what the record needs', async () => {
    const jwt = await aProof();
    const proof = await verifyRequestProof(jwt, target, { session, nowMs: NOW_MS });
    expect(proof).toEqual({ jwt, deviceId: DEVICE, seq: 20_001, act: 1 });
  });

  it('may be made by a P-256 key where a browser has no Ed25519', async () => {
    const p256 = await aKeyPair('ES256');
    const itsSession = await sessionOf(p256);
    const jwt = await aProof({ by: p256, header: { alg: 'ES256' } });
    const proof = await verifyRequestProof(jwt, target, { session: itsSession, nowMs: NOW_MS });
    expect(proof.seq).toBe(20_001);
  });

  it.each<[string, Change]>([
    ['another method', { claims: { htm: 'GET' } }],
    ['another URL', { claims: { htu: 'https://enlace.example.org/threads' } }],
    ['another origin', { claims: { htu: 'https://evil.example.org/cases' } }],
    ['a URL with its query', { claims: { htu: `${target.htu}?${QUERY}` } }],
    ['another query', { claims: { bh: bodyHashOf('from=2&limit=5', BODY) } }],
    ['another body', { claims: { bh: bodyHashOf(QUERY, utf8('{"title":"Otro"}')) } }],
    ['query and body cut elsewhere', { claims: { bh: bodyHashOf(`${QUERY}{`, BODY.slice(1)) } }],
    ['another token', { claims: { ath: 'B'.repeat(43) } }],
    ['another device', { claims: { dev: '01943b10-7000-7000-8000-000000000009' } }],
    ['no counter', { without: 'seq' }],
    ['counter zero', { claims: { seq: 0 } }],
    ['a counter that is no whole number', { claims: { seq: 1.5 } }],
    ['a counter far below the highest seen', { claims: { seq: 9_999 } }],
    ['an act that is neither 0 nor 1', { claims: { act: true } }],
    ['a claim too many', { claims: { exp: 4_000_000_000 } }],
    ['another type', { header: { typ: 'JWT' } }],
    ['a header too many', { header: { kid: 'x' } }],
    ['a critical header', { header: { crit: ['b64'], b64: true } }],
  ])('for %s is refused', async (_name, change) => {
    expect(await verdictOf(await aProof(change))).toBe('proof.refused');
  });

  it('by a foreign key is refused, also when the header shows the right one', async () => {
    expect(await verdictOf(await aProof({ by: foreign }))).toBe('proof.refused');
    const forged = await aProof({ by: foreign, header: { jwk: own.jwk } });
    expect(await verdictOf(forged)).toBe('proof.refused');
  });

  it('with a private key in its header is refused', async () => {
    const whole = await exportJWK(own.privateKey);
    expect(await verdictOf(await aProof({ header: { jwk: whole } }))).toBe('proof.refused');
  });

  it('without a signature, or by a secret that both could know, is refused', async () => {
    const unsigned = `${text({ typ: 'dpop+jwt', alg: 'none', jwk: own.jwk })}.${text(soundClaims())}.`;
    expect(await verdictOf(unsigned)).toBe('proof.refused');
    const shared = new Uint8Array(32).fill(1);
    const hs256 = await new CompactSign(utf8(JSON.stringify(soundClaims())))
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: own.jwk })
      .sign(shared);
    expect(await verdictOf(hs256)).toBe('proof.refused');
  });

  it('by RSA is refused, also for a session that was opened with such a key', async () => {
    const rsa = await aKeyPair('RS256');
    const jwt = await aProof({ by: rsa, header: { alg: 'RS256' } });
    const verdict = verifyRequestProof(jwt, target, {
      session: await sessionOf(rsa),
      nowMs: NOW_MS,
    });
    await expect(verdict).rejects.toMatchObject({ code: 'proof.refused' });
  });

  it.each([undefined, '', 'x', 'a.b.c', '.'.repeat(10)])(
    'that is no JWT (%s) is refused',
    async (jwt) => {
      expect(await verdictOf(jwt)).toBe('proof.refused');
    },
  );

  it('longer than its limit is refused before anything of it is read', async () => {
    const long = await aProof({ claims: { jti: 'j'.repeat(SESSION_LIMITS.proofCharacters) } });
    expect(await verdictOf(long)).toBe('proof.refused');
  });

  it('with a changed byte is refused', async () => {
    const jwt = await aProof();
    const at = jwt.indexOf('.') + 20;
    const changed = `${jwt.slice(0, at)}${jwt.charAt(at) === 'A' ? 'B' : 'A'}${jwt.slice(at + 1)}`;
    expect(await verdictOf(changed)).toBe('proof.refused');
  });
});

describe('the nonce of a proof', () => {
  const withNonce = async (nonce: string) => verdictOf(await aProof({ claims: { nonce } }));
  const windowsAgo = (count: number) => NOW_MS - count * SESSION_LIMITS.nonceWindowMs;

  it('is taken for five windows, and asked for again afterwards', async () => {
    expect(await withNonce(freshNonce(session, windowsAgo(4)))).toBe('accepted');
    expect(await withNonce(freshNonce(session, windowsAgo(5)))).toBe('proof.nonce');
  });

  it('is not taken ahead of its time, of another session, or made up', async () => {
    expect(await withNonce(freshNonce(session, windowsAgo(-1)))).toBe('proof.nonce');
    const other = { ...session, sessionId: '01943b10-7000-7000-8000-000000000003' };
    expect(await withNonce(freshNonce(other, NOW_MS))).toBe('proof.nonce');
    expect(await withNonce('A'.repeat(27))).toBe('proof.nonce');
    expect(await withNonce('')).toBe('proof.nonce');
  });

  it('is asked for only of whoever holds the key', async () => {
    const jwt = await aProof({ by: foreign, claims: { nonce: '' } });
    expect(await verdictOf(jwt)).toBe('proof.refused');
  });
});
