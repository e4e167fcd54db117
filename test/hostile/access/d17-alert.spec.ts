import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { DetectionRounds } from '../../../apps/api/src/audit/alerts/detection-rounds.js';
import { USUAL_THRESHOLDS } from '../../../apps/api/src/audit/detection/rule.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

/** A server of its own: the counts of other bursts would be told here as well. */
let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

describe('D17: a burst', () => {
  it('of refusals is told to the auditors and registrars of the State, once, and to nobody else', async () => {
    const lucia = await SeatedDevice.at(api, seatOf('cr-lucia'));
    const rounds = api.server.app.get(DetectionRounds, { strict: false });
    const told = async (seat: Seat) => {
      const { body } = await (await SeatedDevice.at(api, seat)).send({ path: '/audit/alerts' });
      const alerts: readonly { readonly rule: string }[] = body;
      return alerts.filter(({ rule }) => rule === 'refusals-burst');
    };
    const ask = async () => (await lucia.send({ path: '/people' })).status;
    const few = USUAL_THRESHOLDS['refusals-burst.count'] - 1;
    for (let at = 0; at < few; at += 1) expect(await ask()).toBe(403);
    await rounds.round();
    expect(await told(seatOf('cr-ines'))).toEqual([]);
    expect(await ask()).toBe(403);
    await rounds.round();
    await rounds.round();
    const alert = { state: 'CR', step: 'raised', numbers: [few + 1, few + 1] };
    expect(await told(seatOf('cr-ines'))).toMatchObject([alert]);
    expect(await told(registrarSeat('CR'))).toMatchObject([alert]);
    expect(await told(seatOf('pa-nelva'))).toEqual([]);
  });
});
