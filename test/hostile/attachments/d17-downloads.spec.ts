import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RATE_LIMITS } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';

import { DetectionRounds } from '../../../apps/api/src/audit/alerts/detection-rounds.js';
import { USUAL_THRESHOLDS } from '../../../apps/api/src/audit/detection/rule.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { FileHand } from '../../support/threads/file-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

const MINUTE_MS = 60_000;
const STORY_MS = 240_000;

let api: SessionServer;
let file: FileHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  const story = await ThreadStory.begin(api);
  file = await new FileHand(story.rosa).upload();
  await file.name();
}, STORY_MS);
afterAll(async () => api.close());

const alertsOf = async (seat: Seat) => {
  const { body } = await (await SeatedDevice.at(api, seat)).send({ path: '/audit/alerts' });
  const alerts: readonly { readonly rule: string }[] = body;
  return alerts.filter(({ rule }) => rule === 'egress-volume');
};

/** Asks for the file as fast as it gets it, for so long by the clock of the server; says how often it was let. */
async function fetchFor(ms: number, purpose: string): Promise<number> {
  const { perSecond } = RATE_LIMITS.attachmentTickets;
  let tickets = 0;
  for (const end = api.clock.ms + ms; ;) {
    const { status, text } = await file.ticket(purpose);
    if (status === 200) {
      tickets += 1;
      continue;
    }
    if (status !== 429) throw new Error(text);
    if (api.clock.ms + 1_000 / perSecond > end) return tickets;
    api.clock.ms += 1_000 / perSecond;
  }
}

describe('D17: somebody who fetches one file after the other', () => {
  it(
    'gets no two hundred in a minute, and the auditors of the State hear of those that come',
    async () => {
      const purpose = await file.declare();
      const rounds = api.server.app.get(DetectionRounds, { strict: false });
      const { burst, perSecond } = RATE_LIMITS.attachmentTickets;
      const inAMinute = await fetchFor(MINUTE_MS, purpose);
      expect(inAMinute).toBe(burst + 60 * perSecond);
      await rounds.round();
      expect(await alertsOf(seatOf('cr-ines'))).toEqual([]);
      const most = USUAL_THRESHOLDS['egress-volume.tickets'];
      expect(inAMinute).toBeLessThan(most);
      // Whoever has patience gets them all, within the hour.
      await fetchFor(2 * MINUTE_MS, purpose);
      await rounds.round();
      await rounds.round();
      const alert = { state: 'CR', step: 'raised', numbers: [most, most] };
      expect(await alertsOf(seatOf('cr-ines'))).toMatchObject([alert]);
      expect(await alertsOf(registrarSeat('CR'))).toMatchObject([alert]);
      expect(await alertsOf(seatOf('pa-nelva'))).toEqual([]);
    },
    STORY_MS,
  );
});
