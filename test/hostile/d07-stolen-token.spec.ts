import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { bodyHash, TestDevice } from '../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
beforeAll(async () => {
  api = await startSessionServer();
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
});
afterAll(async () => api.close());

const declare = {
  method: 'POST',
  path: '/declarations',
  body: { purpose: 'prosecution' },
} as const;

const seqsOf = async (device: TestDevice) =>
  (
    await api.database.asAdmin(
      `SELECT s.seq, e.type, e.outcome FROM audit.device_seqs s JOIN audit.events e USING (event_id)
        WHERE s.device_id = $1 ORDER BY s.seq`,
      [device.deviceId],
    )
  ).map(({ seq, type, outcome }) => [seq, type, outcome].join(' '));

describe('D07: a token', () => {
  it('with a proof of its own key does what its person does', async () => {
    expect((await rosa.send(declare)).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another method', { htm: 'GET' }],
    ['another URL', { htu: 'https://enlace.example.org/declarations' }],
    ['another query', { bh: bodyHash('a=1', JSON.stringify(declare.body)) }],
    ['another body', { bh: bodyHash('', '{"purpose":"audit"}') }],
    ['another token', { ath: 'A'.repeat(43) }],
    ['another device', { dev: '01943b10-7000-7000-8000-000000000001' }],
  ])('with a proof for %s is worth nothing', async (_name, claims) => {
    const answer = await rosa.send({ ...declare, claims: { ...claims, seq: rosa.seq + 1 } });
    expect(answer.body).toMatchObject({ status: 401, code: 'proof.refused' });
  });

  it('without a proof, or with one of another key, is worth nothing', async () => {
    expect((await rosa.send({ ...declare, withoutProof: true })).status).toBe(401);
    const thief = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await thief.makeKey();
    thief.opened = rosa.opened;
    thief.nonce = rosa.nonce;
    thief.seq = rosa.seq + 10;
    expect((await thief.send(declare)).body.code).toBe('proof.refused');
  });

  it('with a nonce of another time is asked to sign again, and keeps its number', async () => {
    const before = rosa.nonce;
    api.clock.ms += 6 * 60_000;
    const old = await rosa.send({ ...declare, claims: { nonce: before } });
    expect(old.body).toMatchObject({ status: 401, code: 'proof.nonce' });
    const again = await rosa.send({ ...declare, claims: { seq: rosa.seq } });
    expect(again.status).toBe(201);
  });

  it('with a number that was used is worth nothing, and nothing was done', async () => {
    const count = async () =>
      (await api.database.asAdmin('SELECT count(*)::int FROM app.declarations'))[0]?.['count'];
    const before = await count();
    const answer = await rosa.send({ ...declare, claims: { seq: rosa.seq } });
    expect(answer.body).toMatchObject({ status: 401, code: 'proof.replayed' });
    expect(await count()).toBe(before);
  });

  it('leaves no gap in the numbers: what was refused behind the proof is on record under its number', async () => {
    const broken = await rosa.send({ ...declare, body: { purpose: 'curiosity' } });
    expect(broken.body).toMatchObject({ status: 400, code: 'body.malformed' });
    const unreadable = await rosa.send({ method: 'POST', path: '/declarations', text: '{"a":' });
    expect(unreadable.body).toMatchObject({ status: 400, code: 'body.malformed' });
    const seqs = await seqsOf(rosa);
    expect(seqs.slice(-2)).toEqual([
      `${rosa.seq - 1} access.denied denied`,
      `${rosa.seq} access.denied denied`,
    ]);
    expect(seqs.map((line) => Number(line.split(' ')[0]))).toEqual(seqs.map((_, at) => at + 1));
  });
});
