import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BreakGlassEntry } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  parseStrictJson,
  toBase64Url,
  utf8,
  type JsonObject,
} from '@enlace/kernel';
import { forTestsOnlySeed, testBytes } from '@enlace/testing';
import { parseSignedObject, signObject, SIGNING_LABELS, type SigningLabel } from '@enlace/trust';
import type { Response } from 'supertest';

import { BreakGlassRounds } from '../../apps/api/src/breakglass/breakglass-rounds.service.js';
import { registrarSeat, SeatedDevice, seatOf } from '../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { TestDevice } from '../support/sessions/test-device.js';

const MINUTE_MS = 60_000;
const THREE = ['root:PA', 'root:GT', 'registrar:MX:1', 'registrar:MX:2'];

let api: SessionServer;
let carrier: SeatedDevice;

beforeEach(async () => {
  api = await startSessionServer();
  carrier = await SeatedDevice.at(api, registrarSeat('PA'));
});
afterEach(async () => api.close());

const rounds = () => api.server.app.get(BreakGlassRounds);

function anAct(change: JsonObject = {}): JsonObject {
  return {
    action: 'suspend-state',
    target: 'CR',
    nonce: testBytes('nonce', 16),
    reason: 'The key of a registrar of CR was taken',
    effectiveAfter: formatInstant(api.clock.ms + 10 * MINUTE_MS),
    expiresAt: formatInstant(api.clock.ms + 60 * MINUTE_MS),
    ...change,
  };
}

function signed(
  act: JsonObject,
  signers: readonly string[] = THREE,
  label: SigningLabel = SIGNING_LABELS.breakGlass,
): string {
  return signObject(label, act, signers.map(forTestsOnlySeed));
}

async function handIn(wire: string, by = carrier): Promise<Response> {
  const { nonce } = parseSignedObject(wire).body;
  const sending = { method: 'POST', path: '/breakglass', body: { wire } } as const;
  return by.sendElevated(sending, {
    action: 'breakglass.invoke',
    objectId: typeof nonce === 'string' ? nonce : '',
  });
}

async function register(): Promise<readonly BreakGlassEntry[]> {
  const anybody = await SeatedDevice.at(api, registrarSeat('GT'));
  return (await anybody.send({ path: '/breakglass', withoutProof: true })).body;
}

async function pass(minutes: number): Promise<void> {
  api.clock.ms += minutes * MINUTE_MS;
  await rounds().look();
}

const eventsOf = async () =>
  (
    await api.database.asAdmin(
      `SELECT type, cardinality(states) AS states FROM audit.events WHERE object_type = 'breakglass'
        ORDER BY occurred_at, event_id`,
    )
  ).map(({ type, states }) => `${String(type)} ${String(states)}`);

describe('three States', () => {
  it('suspend the access of a fourth when the waiting time is over, and restore it', async () => {
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    const { sessionId } = await rosa.signIn();
    expect((await handIn(signed(anAct()))).status).toBe(201);
    await pass(9);
    expect((await rosa.send({ path: '/sessions', withoutProof: true })).status).toBe(200);
    await pass(1);
    expect((await rosa.send({ path: '/sessions', withoutProof: true })).status).toBe(401);
    // The auditors of the State learn whose session that was, and that nobody of it ended it.
    const ended = await api.database.asAdmin(
      `SELECT object_id, states, actor_id FROM audit.events WHERE type = 'session.revoked'`,
    );
    expect(ended).toContainEqual({ object_id: sessionId, states: ['CR'], actor_id: null });
    expect((await rosa.tryToSignIn()).status).toBeGreaterThanOrEqual(400);
    const other = await SeatedDevice.at(api, registrarSeat('GT'));
    expect((await other.send({ path: '/sessions', withoutProof: true })).status).toBe(200);
    const restore = anAct({
      action: 'restore-state',
      nonce: testBytes('another', 16),
      effectiveAfter: formatInstant(api.clock.ms),
      expiresAt: formatInstant(api.clock.ms + MINUTE_MS),
    });
    const again = await SeatedDevice.at(api, registrarSeat('PA'));
    expect((await handIn(signed(restore), again)).status).toBe(201);
    await rounds().look();
    await rosa.signIn();
    // All States and the regional body see every step.
    expect((await eventsOf()).toSorted()).toEqual([
      'breakglass.approved 12',
      'breakglass.approved 12',
      'breakglass.invoked 12',
      'breakglass.invoked 12',
    ]);
  });

  it('are seen by everybody, with what they signed, and reviewed once', async () => {
    const wire = signed(anAct({ target: 'GT' }));
    await handIn(wire);
    const [entry] = await register();
    expect(entry).toMatchObject({
      outcome: 'waiting',
      target: 'GT',
      wire,
      verdict: null,
      reviewedAt: null,
    });
    const ines = await SeatedDevice.at(api, seatOf('cr-ines'));
    const review = async (by: SeatedDevice) =>
      by.send({
        method: 'POST',
        path: `/breakglass/${entry?.nonce ?? ''}/review`,
        body: { verdict: 'unjustified' },
      });
    // Not before it took effect.
    expect((await review(ines)).body).toMatchObject({ code: 'breakglass.not-found' });
    await pass(10);
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    expect((await review(rosa)).status).toBe(403);
    const judge = await SeatedDevice.at(api, seatOf('cr-ines'));
    expect((await review(judge)).body).toMatchObject({
      verdict: 'unjustified',
      reviewedAt: expect.stringMatching(/^\d{4}-/),
    });
    expect((await review(judge)).status).toBe(404);
    expect(await eventsOf()).toContain('breakglass.reviewed 12');
  });

  it('who are too late do nothing', async () => {
    await handIn(signed(anAct()));
    const rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
    await rosa.signIn();
    await pass(61);
    const [entry] = await register();
    expect(entry?.outcome).toBe('expired');
    await rosa.signIn();
    expect(await eventsOf()).toEqual(['breakglass.invoked 12', 'breakglass.expired 12']);
  });
});

describe('an act that must not count', () => {
  const later = (minutes: number) => formatInstant(api.clock.ms + minutes * MINUTE_MS);
  const changed = (wire: string, change: JsonObject): string => {
    const { body } = parseSignedObject(wire);
    const outer: JsonObject = Object(parseStrictJson(wire));
    return canonicalJson({
      ...outer,
      body: toBase64Url(utf8(canonicalJson({ ...body, ...change }))),
    });
  };

  it.each([
    ['of two States', () => signed(anAct(), THREE.slice(0, 2)), 'break-glass-states'],
    [
      'of one State twice',
      () => signed(anAct(), ['root:PA', 'root:GT', 'registrar:GT:1', 'registrar:GT:2']),
      'break-glass-states',
    ],
    [
      'with one registrar for a State',
      () => signed(anAct(), THREE.slice(0, 3)),
      'break-glass-states',
    ],
    ['of the regional body', () => signed(anAct(), ['root:PA', 'root:GT', 'root:XR']), 'signer'],
    ['with a thief among them', () => signed(anAct(), [...THREE, 'thief']), 'signer'],
    [
      'under another label',
      () => signed(anAct(), THREE, 'enlace/trust/v1/state-removal'),
      'signature',
    ],
    [
      'whose waiting time was shortened',
      () => changed(signed(anAct()), { effectiveAfter: later(0) }),
      'signature',
    ],
    ['whose target was changed', () => changed(signed(anAct()), { target: 'GT' }), 'signature'],
    [
      'that has expired',
      () => signed(anAct({ effectiveAfter: later(-9), expiresAt: later(0) })),
      'break-glass-expiry',
    ],
    [
      'that lasts longer than an hour',
      () => signed(anAct({ expiresAt: later(61) })),
      'break-glass-expiry',
    ],
    [
      'that ends before it begins',
      () => signed(anAct({ effectiveAfter: later(50), expiresAt: later(40) })),
      'break-glass-wait',
    ],
    ['about content', () => signed(anAct({ action: 'read-content' })), 'break-glass-members'],
    ['with a level', () => signed(anAct({ level: 1 })), 'break-glass-members'],
    ['about no State', () => signed(anAct({ target: 'everybody' })), 'break-glass-target'],
    ['about a State that is none', () => signed(anAct({ target: 'ZZ' })), 'break-glass-target'],
  ])('%s is refused, and on record', async (_, make, rule) => {
    const answer = await handIn(make());
    expect(answer.status).toBe(422);
    expect(await register()).toEqual([]);
    const refused = await api.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8')::jsonb ->> 'ruleId' AS rule FROM audit.events e
         JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1 WHERE e.type = 'statement.refused'`,
    );
    expect(refused).toEqual([{ rule }]);
  });

  it('is one that was handed in before, or that takes its number', async () => {
    expect((await handIn(signed(anAct()))).status).toBe(201);
    expect((await handIn(signed(anAct()))).status).toBe(422);
    expect((await handIn(signed(anAct({ target: 'GT' })))).status).toBe(422);
    await pass(11);
    const later11 = await SeatedDevice.at(api, registrarSeat('PA'));
    expect((await handIn(signed(anAct()), later11)).status).toBe(422);
    expect(await register()).toHaveLength(1);
  });

  it('is one that nobody carries in who may, or without a second factor', async () => {
    const wire = signed(anAct());
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    expect((await handIn(wire, rosa)).body).toMatchObject({ code: 'access.denied' });
    const plain = await carrier.send({ method: 'POST', path: '/breakglass', body: { wire } });
    expect(plain.body).toMatchObject({ code: 'step-up.required' });
    const stranger = await rosa.post('/breakglass', { wire });
    expect(stranger.status).toBe(401);
    expect(await register()).toEqual([]);
  });
});
