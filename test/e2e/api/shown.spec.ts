import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';

import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { ShownFeature } from '../../support/shown.feature.js';
import { bodyHash, TestDevice } from '../../support/sessions/test-device.js';

let api: SessionServer;
let rosa: TestDevice;
let esteban: TestDevice;
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyFeatures: [ShownFeature] });
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  esteban = new TestDevice(api, api.region, { slug: 'cr-esteban' });
  await rosa.signIn();
  await esteban.signIn();
});
afterAll(async () => api.close());

const BODY = { officeId: 'x' };

const show = async (device: TestDevice, headers: Record<string, string>, body: unknown = BODY) =>
  device.send({ method: 'POST', path: '/test/shown', body, headers });

async function aStepUp(device: TestDevice): Promise<string> {
  const path = '/sessions/step-up/challenges';
  const asked = await device.send({ method: 'POST', path, body: {}, withoutProof: true });
  const { challengeId, challenge } = asked.body;
  const hash = bodyHash('', JSON.stringify(BODY));
  const what = { action: 'office.change', objectId: 'x', bodyHash: hash };
  const { body, sig } = device.sign(
    { challengeId, challenge, ...what },
    device.deviceName,
    'enlace/stepup/v1',
  );
  const answer: Response = await device.send({
    method: 'POST',
    path: '/sessions/step-up',
    body: { body, sig },
  });
  device.opened = answer.body;
  return answer.body.stepUpId;
}

describe('a declared purpose', () => {
  it('stands behind the acts that name it, with what was declared', async () => {
    const declared = await rosa.send({
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'mla-preparation', justification: 'c2VhbGVk' },
    });
    const { declarationId } = declared.body;
    const shown = await show(rosa, { 'enlace-purpose': declarationId });
    expect(shown.body.why).toEqual({ purpose: 'mla-preparation', declarationId });
    const [event] = await api.database.asAdmin(
      `SELECT * FROM audit.events WHERE type = 'purpose.declared' AND object_id = $1`,
      [declarationId],
    );
    expect(event).toMatchObject({ outcome: 'success', states: ['CR'] });
    const foreign = await show(esteban, { 'enlace-purpose': declarationId });
    expect(foreign.body).toMatchObject({ status: 403, code: 'purpose.required' });
  });

  it('that nobody declared is no purpose', async () => {
    for (const id of ['01943b10-7000-7000-8000-000000000001', 'investigation', '']) {
      const answer = await show(rosa, { 'enlace-purpose': id });
      expect(answer.body).toMatchObject({ status: 403, code: 'purpose.required' });
    }
  });
});

describe('a step-up', () => {
  it('is good for one request with one body', async () => {
    const headers = { 'enlace-step-up': await aStepUp(rosa) };
    const shown = await show(rosa, headers);
    expect(shown.body.stepUp).toMatchObject({ action: 'office.change', objectId: 'x' });
    expect((await show(rosa, headers)).body).toMatchObject({ code: 'step-up.required' });
    const other = { 'enlace-step-up': await aStepUp(rosa) };
    expect((await show(rosa, other, { officeId: 'y' })).body.code).toBe('step-up.required');
    expect((await show(rosa, other)).body.code).toBe('step-up.required');
  });

  it('of another session, or after five minutes, is none', async () => {
    const foreign = { 'enlace-step-up': await aStepUp(rosa) };
    expect((await show(esteban, foreign)).body.code).toBe('step-up.required');
    const late = { 'enlace-step-up': await aStepUp(rosa) };
    api.clock.ms += 5 * 60_000 + 1_000;
    rosa.nonce =
      (await rosa.send({ path: '/sessions', withoutProof: true })).headers['dpop-nonce'] ?? '';
    expect((await show(rosa, late)).body.code).toBe('step-up.required');
  });
});
