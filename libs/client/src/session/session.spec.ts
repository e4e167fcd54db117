import { createHash, createPublicKey, verify } from 'node:crypto';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  isJsonObject,
  parseId,
  parseStrictJson,
  systemClock,
  systemRandom,
  type DeviceId,
  type JsonObject,
} from '@enlace/kernel';
import { MemoryStore, ScriptedServer, type SeenRequest } from '@enlace/testing';
import { cryptoReady, publicKeyOf } from '@enlace/trust';

import { HttpTransport } from '../transport/http-transport.js';
import { DeviceCounter } from './device-counter.js';
import { softwareProofKey, type ProofKey } from './proof-key.js';
import { Session, type SessionParts } from './session.js';
import { signIn, type OpenedSession } from './sign-in.js';
import { softwarePresence } from './step-up.js';

const deviceId = parseId<DeviceId>('01900000-0000-7000-8000-000000000007');
const TOKEN = 'a-token-of-the-server';
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** A proof, read as RFC 9449 says and not as our code writes it. */
function readProof(jwt: string): { header: JsonObject; claims: JsonObject } {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const read = (part: string) => {
    const value = parseStrictJson(Buffer.from(part, 'base64url').toString());
    if (!isJsonObject(value)) throw new Error('not an object');
    return value;
  };
  const head = read(header);
  const key = createPublicKey({ key: head['jwk'] as never, format: 'jwk' });
  const isSound = verify(
    null,
    Buffer.from(`${header}.${claims}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSound) throw new Error('the proof does not verify');
  return { header: head, claims: read(claims) };
}

let server: ScriptedServer;
let counter: DeviceCounter;
let key: ProofKey;

beforeAll(cryptoReady);

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  counter = await DeviceCounter.open(new MemoryStore());
  key = softwareProofKey(systemRandom.bytes(32));
});

afterEach(async () => {
  await server.stop();
});

describe('a session', () => {
  const session = (more: Pick<SessionParts, 'actTries'> = {}) =>
    new Session(new HttpTransport(server.origin), {
      ...more,
      deviceId,
      token: TOKEN,
      ath: sha256(TOKEN),
      nonce: 'nonce-0',
      key,
      counter,
      clock: systemClock,
      random: systemRandom,
      keepRotated: async () => {},
    });

  it('proves method, address, query, body, token and device with a number of its own', async () => {
    server.answer = () => ({ status: 200, body: { done: true } });
    const asked = {
      method: 'POST',
      path: '/cases',
      query: { a: 'ñ b' },
      body: { z: 1, a: 2 },
    } as const;
    expect(await session().request(asked, 'act')).toEqual({ done: true });
    const [seen] = server.seen as [SeenRequest];
    expect(seen.headers.authorization).toBe(`DPoP ${TOKEN}`);
    const { header, claims } = readProof(String(seen.headers['dpop']));
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: { ...key.jwk } });
    expect(claims).toEqual({
      htm: 'POST',
      htu: `${server.origin}/cases`,
      bh: sha256(`${seen.url.split('?')[1]}\0${seen.body}`),
      ath: sha256(TOKEN),
      nonce: 'nonce-0',
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: expect.any(Number),
      seq: 1,
      dev: deviceId,
      act: 1,
    });
    expect(counter.abandoned).toEqual([]);
  });

  it('sends no proof where nothing is recorded, and counts nothing', async () => {
    await session().request({ method: 'GET', path: '/sessions' }, 'none');
    expect(server.seen[0]?.headers['dpop']).toBeUndefined();
    expect(await counter.take()).toBe(1);
  });

  it('takes the nonce of each answer, and says when nobody did anything', async () => {
    let turn = 0;
    server.answer = () => ({ status: 204, headers: { 'dpop-nonce': `nonce-${(turn += 1)}` } });
    const one = session();
    for (let sent = 0; sent < 3; sent += 1) {
      await one.request({ method: 'GET', path: '/threads' }, 'background');
    }
    const claims = server.seen.map(({ headers }) => readProof(String(headers['dpop'])).claims);
    expect(claims.map(({ nonce, seq, act }) => [nonce, seq, act])).toEqual([
      ['nonce-0', 1, 0],
      ['nonce-1', 2, 0],
      ['nonce-2', 3, 0],
    ]);
  });

  it('signs the same number again for a stale nonce, once', async () => {
    const stale = {
      status: 401,
      body: { code: 'proof.nonce' },
      headers: { 'dpop-nonce': 'fresh' },
    };
    server.answer = () => (server.seen.length === 1 ? stale : { status: 204 });
    await session().request({ method: 'DELETE', path: '/sessions/current' }, 'act');
    const claims = server.seen.map(({ headers }) => readProof(String(headers['dpop'])).claims);
    expect(claims.map(({ nonce, seq }) => [nonce, seq])).toEqual([
      ['nonce-0', 1],
      ['fresh', 1],
    ]);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);

    server.answer = () => stale;
    await expect(session().request({ method: 'GET', path: '/x' }, 'act')).rejects.toThrow(
      expect.objectContaining({ code: 'proof.nonce' }),
    );
    expect(server.seen).toHaveLength(4);
    expect(counter.abandoned).toEqual(['2']);
  });

  it.each([
    ['access.denied', 403, []],
    ['write.conflict', 409, []],
    ['server.fault', 500, ['1']],
    ['origin.refused', 403, ['1']],
    ['session.ended', 401, ['1']],
    ['proof.refused', 401, ['1']],
    ['rate.limited', 429, ['1']],
    ['service.unavailable', 503, ['1']],
    ['of.another.release', 418, ['1']],
  ])('after %s knows whether its number was recorded', async (code, status, abandoned) => {
    server.answer = () => ({ status, body: { code } });
    await expect(session().request({ method: 'GET', path: '/x' }, 'act')).rejects.toThrow(
      'the server answered',
    );
    expect(counter.abandoned).toEqual(abandoned);
  });

  const busy = (retryAfterSeconds?: number) => ({
    status: 503,
    body: { code: 'service.unavailable', facts: { retryAfterSeconds } },
  });

  it('sends a read again where a busy server says when, each time under a number of its own', async () => {
    const answers = [busy(0), busy(0), { status: 200, body: { read: true } }];
    server.answer = () => answers.shift() ?? busy(0);
    const read = async () => session().request({ method: 'GET', path: '/x' }, 'background');
    expect(await read()).toEqual({ read: true });
    expect(counter.abandoned).toEqual(['1-2']);
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'service.unavailable' }));
    expect(server.seen).toHaveLength(3 + 4);
  });

  it('waits for no server that says nothing, or nonsense, and sends no act twice', async () => {
    const refused = async (method: 'GET' | 'POST', retryAfterSeconds?: number) => {
      server.answer = () => busy(retryAfterSeconds);
      const asked = session().request(
        { method, path: '/x', ...(method === 'POST' && { body: {} }) },
        'act',
      );
      await expect(asked).rejects.toThrow('the server answered');
    };
    await refused('GET');
    await refused('GET', -1);
    await refused('POST', 0);
    expect(server.seen).toHaveLength(3);
  });

  it('sends an act again only where this server is believed, under a number of its own', async () => {
    const answers = [busy(0), { status: 200, body: { done: true } }];
    server.answer = () => answers.shift() ?? busy(0);
    const act = { method: 'POST', path: '/x', body: {} } as const;
    const patient = session({ actTries: 3 });
    expect(await patient.request(act, 'act')).toEqual({ done: true });
    await expect(patient.request(act, 'act')).rejects.toThrow('the server answered');
    const numbers = server.seen.map(({ headers }) => readProof(String(headers['dpop'])).claims);
    expect(numbers.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends after what is in flight, sends nothing afterwards, and goes on if the server did not hear it', async () => {
    const one = session();
    const get = async (path: string) => one.request({ method: 'GET', path }, 'none');
    const ended = expect.objectContaining({ code: 'session.ended' });
    server.answer = () => ({ status: 503, body: { code: 'service.unavailable' } });
    await expect(one.end()).rejects.toThrow('the server answered');
    server.answer = () => ({ status: 204 });
    const [before, end, after] = await Promise.allSettled([get('/one'), one.end(), get('/two')]);
    expect([before.status, end.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(after).toEqual({ status: 'rejected', reason: ended });
    await expect(one.request({ method: 'GET', path: '/three' }, 'act')).rejects.toThrow(ended);
    const last = '/sessions/current';
    expect(server.seen.map(({ url }) => url)).toEqual([last, '/one', last]);
    expect(counter.abandoned).toEqual(['1']);
  });

  it('takes a session that is over already for ended', async () => {
    server.answer = () => ({ status: 401, body: { code: 'session.ended' } });
    await expect(session().end()).resolves.toBeUndefined();
  });

  it('keeps the number open when no answer comes, and sends nothing twice', async () => {
    const one = session();
    await server.stop();
    await expect(one.request({ method: 'POST', path: '/x', body: {} }, 'act')).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    expect(counter.abandoned).toEqual(['1']);
    server = new ScriptedServer();
    await server.start();
  });
});

describe('a step-up', () => {
  const seed = systemRandom.bytes(32);
  const about = { action: 'person.invite', objectId: deviceId } as const;
  const asked = { method: 'POST', path: '/people/invitations', body: { wire: 'w' } } as const;
  const granted = {
    sessionId: deviceId,
    token: 'the-next-token',
    ath: sha256('the-next-token'),
    idleSeconds: 900,
    endsAt: '2027-01-01T00:00:00.000Z',
    nonce: 'nonce-of-the-next',
    highestSeq: 1,
    stepUpId: 'A'.repeat(43),
    stepUpUntil: '2027-01-01T00:00:00.000Z',
  };
  const rotated: OpenedSession[] = [];
  const session = () =>
    new Session(new HttpTransport(server.origin), {
      deviceId,
      token: TOKEN,
      ath: sha256(TOKEN),
      nonce: 'nonce-0',
      key,
      counter,
      clock: systemClock,
      random: systemRandom,
      keepRotated: async (opened) => void rotated.push(opened),
    });
  const grant = (seen: SeenRequest) => {
    if (seen.url === '/sessions/step-up/challenges') {
      return { status: 200, body: { challengeId: deviceId, challenge: 'A'.repeat(43) } };
    }
    return seen.url === '/sessions/step-up'
      ? { status: 201, body: granted }
      : { status: 201, body: { done: true } };
  };

  it('is shown for one act with one body, and the session goes on under the next token', async () => {
    server.answer = grant;
    rotated.length = 0;
    const one = session();
    expect(await one.requestElevated(asked, about, softwarePresence(seed))).toEqual({ done: true });
    const [challenge, stepUp, act] = server.seen as [SeenRequest, SeenRequest, SeenRequest];
    expect(challenge.headers['dpop']).toBeUndefined();
    const { body, sig } = JSON.parse(stepUp.body) as Record<'body' | 'sig', string>;
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
      challengeId: deviceId,
      challenge: 'A'.repeat(43),
      ...about,
      bodyHash: sha256(`\0${act.body}`),
    });
    expect(sig).toMatch(/^[\w-]{86}$/);
    expect(act.headers['enlace-step-up']).toBe(granted.stepUpId);
    expect(act.headers.authorization).toBe('DPoP the-next-token');
    const claims = [stepUp, act].map(({ headers }) => readProof(String(headers['dpop'])).claims);
    expect(claims.map(({ ath, nonce, seq }) => [ath, nonce, seq])).toEqual([
      [sha256(TOKEN), 'nonce-0', 1],
      [granted.ath, granted.nonce, 2],
    ]);
    expect(rotated.map(({ token }) => token)).toEqual(['the-next-token']);
    expect(counter.abandoned).toEqual([]);
  });

  it('lets what is in flight end first, and what comes after it wait', async () => {
    const order: string[] = [];
    server.answer = (seen) => {
      order.push(`${seen.url} ${String(seen.headers.authorization)}`);
      return grant(seen);
    };
    const one = session();
    const get = async (path: string) => one.request({ method: 'GET', path }, 'background');
    await Promise.all([
      get('/before'),
      one.requestElevated(asked, about, softwarePresence(seed)),
      get('/after'),
    ]);
    expect(order).toEqual([
      `/before DPoP ${TOKEN}`,
      `/sessions/step-up/challenges DPoP ${TOKEN}`,
      `/sessions/step-up DPoP ${TOKEN}`,
      '/people/invitations DPoP the-next-token',
      '/after DPoP the-next-token',
    ]);
  });

  it.each([
    ['the hash of another token', { ...granted, ath: sha256('other') }],
    ['no step-up', { ...granted, stepUpId: undefined }],
  ])('is not taken with %s, and the act is not sent', async (_what, answer) => {
    server.answer = (seen) =>
      seen.url === '/sessions/step-up' ? { status: 201, body: answer } : grant(seen);
    await expect(session().requestElevated(asked, about, softwarePresence(seed))).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
    expect(server.seen).toHaveLength(2);
  });
});

describe('a sign-in', () => {
  const seed = systemRandom.bytes(32);
  const device = { deviceId, deviceCert: 'C'.repeat(43), seed, build: 'B'.repeat(43) };
  const challenge = { challengeId: deviceId, challenge: 'A'.repeat(43) };
  const opened = {
    sessionId: deviceId,
    token: TOKEN,
    ath: sha256(TOKEN),
    idleSeconds: 900,
    endsAt: '2027-01-01T00:00:00.000Z',
    nonce: 'first',
    highestSeq: 0,
  };
  const answering = (first: object, second: object) => (seen: SeenRequest) =>
    seen.url === '/sessions/challenges'
      ? { status: 200, body: first }
      : { status: 201, body: second };
  const open = async () => signIn(new HttpTransport(server.origin), device, { key, counter });

  it('signs challenge, origin and session key together, and reports what was abandoned', async () => {
    server.answer = answering(challenge, opened);
    await counter.take();
    const { session, wasSetBack } = await open();
    expect([session.token, wasSetBack]).toEqual([TOKEN, false]);
    const sent = JSON.parse(server.seen[1]?.body ?? '') as Record<'body' | 'sig', string>;
    const statement: unknown = JSON.parse(Buffer.from(sent.body, 'base64url').toString());
    expect(statement).toEqual({
      origin: server.origin,
      ...challenge,
      deviceId,
      deviceCert: device.deviceCert,
      sessionKey: key.thumbprint,
      method: 'software-key',
      build: device.build,
      abandoned: ['1'],
    });
    const publicKey = publicKeyOf(seed);
    const message = Buffer.concat([
      Buffer.from('enlace/session/v1\0'),
      Buffer.from(sent.body, 'base64url'),
    ]);
    const spki = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, message, spki, Buffer.from(sent.sig, 'base64url'))).toBe(true);
    expect(counter.abandoned).toEqual([]);
  });

  it('names its key by the thumbprint of RFC 7638', () => {
    const { crv, kty, x } = key.jwk;
    expect(key.thumbprint).toBe(sha256(`{"crv":"${crv}","kty":"${kty}","x":"${x}"}`));
  });

  it('goes beyond the highest number that the server has seen', async () => {
    server.answer = answering(challenge, { ...opened, highestSeq: 12 });
    expect((await open()).wasSetBack).toBe(true);
    expect(await counter.take()).toBe(13);
  });

  it('keeps what it reported when the server refuses', async () => {
    await counter.take();
    server.answer = (seen) =>
      seen.url === '/sessions'
        ? { status: 401, body: { code: 'session.refused' } }
        : { status: 200, body: challenge };
    await expect(open()).rejects.toThrow(expect.objectContaining({ code: 'session.refused' }));
    expect(counter.abandoned).toEqual(['1']);
  });

  it.each([
    ['a short challenge', { ...challenge, challenge: 'AAAA' }, opened],
    ['a challenge that is no base64url', { ...challenge, challenge: 'é'.repeat(43) }, opened],
    ['a challenge without id', { challenge: challenge.challenge }, opened],
    ['no object', [], opened],
    ['no token', challenge, { ...opened, token: undefined }],
    ['the hash of another token', challenge, { ...opened, ath: sha256('other') }],
    ['a negative counter', challenge, { ...opened, highestSeq: -1 }],
  ])('refuses %s', async (_what, first, second) => {
    server.answer = answering(first, second);
    await expect(open()).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
  });
});
