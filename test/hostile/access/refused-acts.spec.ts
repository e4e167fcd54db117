import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Action } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { newId, newRandomId, systemClock, systemRandom } from '@enlace/kernel';
import type { Response } from 'supertest';

import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { FileHand } from '../../support/threads/file-hand.js';
import { aBeacon } from '../../support/threads/signed-beacon.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

let api: SessionServer;
let story: ThreadStory;
let esteban: ThreadHand;
let file: FileHand;
let requestId: string;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  story = await ThreadStory.begin(api);
  file = await new FileHand(story.rosa).upload();
  await file.name();
  esteban = await story.hand('cr-esteban');
  await esteban.declare();
  requestId = newRandomId(systemRandom);
  const body = { requestId, requestedState: 'PA' };
  await story.rosa.device.send({ method: 'POST', path: '/requests', body });
});
afterAll(async () => api.close());

const RANGE = { firstSeq: 1, lastSeq: 1 };
const EXPORT = { format: 'pdf', fromSeq: 1, toSeq: 1 };

/** What somebody of the same State asks of what is not theirs, at each route of an act. */
const ATTEMPTS: readonly (readonly [name: string, Action, () => Promise<Response>])[] = [
  ['entries', 'entry.fetch', async () => esteban.page()],
  ['an entry', 'entry.append', async () => esteban.send([esteban.sealed('x')])],
  ['a blob', 'entry.stage', async () => esteban.stage(systemRandom.bytes(10))],
  ['the bytes of a blob', 'entry.fetch', async () => asked('GET', `blobs/${'A'.repeat(43)}`)],
  [
    'a beacon',
    'thread.beacon',
    async () => asked('PUT', 'beacon', { beacon: aBeacon(esteban, { counter: 1 }) }),
  ],
  ['a consultation', 'thread.consult', async () => asked('POST', 'consultations', RANGE)],
  ['an export', 'thread.export', async () => asked('POST', 'exports', EXPORT)],
  ['a place for a file', 'attachment.upload', async () => file.as(esteban).reserve()],
  ['the end of an upload', 'attachment.upload', async () => file.as(esteban).complete()],
  ['a ticket for a file', 'attachment.ticket', async () => file.as(esteban).ticket()],
  ['a case', 'case.consult', async () => asEsteban('GET', `/cases/${story.caseId}`)],
  [
    'a State of a case',
    'case.add-state',
    async () => asEsteban('POST', `/cases/${story.caseId}/states`, { newState: 'GT' }),
  ],
  [
    'a State that leaves a case',
    'case.remove-state',
    async () => asEsteban('DELETE', `/cases/${story.caseId}/states/PA`),
  ],
  [
    'the codes of a case',
    'case.update',
    async () => asEsteban('PATCH', `/cases/${story.caseId}`, { caseType: 'x' }),
  ],
  [
    'a member of a case',
    'case.add-member',
    async () =>
      asEsteban('POST', `/cases/${story.caseId}/members`, {
        memberId: esteban.personId,
        newRole: 'steward',
      }),
  ],
  [
    'the end of a membership',
    'case.remove-member',
    async () => asEsteban('DELETE', `/cases/${story.caseId}/members/${story.rosa.personId}`),
  ],
  [
    'a report of a case',
    'case.report-up',
    async () => asEsteban('POST', `/cases/${story.caseId}/report-up`),
  ],
  ['a thread in a case', 'thread.create', async () => openElsewhere()],
  ['a request', 'request.consult', async () => ofPanama('GET', '')],
  [
    'a step of a request',
    'request.edit',
    async () => ofPanama('POST', '/status', { from: 'draft', to: 'withdrawn' }),
  ],
  [
    'a reminder',
    'request.remind',
    async () => ofPanama('PUT', '/reminder', { nextReminderOn: '2027-06-01' }),
  ],
];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const asked = async (method: Method, path: string, body?: object) =>
  asEsteban(method, `/threads/${esteban.threadId}/${path}`, body);

async function asEsteban(method: Method, path: string, body?: object): Promise<Response> {
  const headers = esteban.purpose;
  return esteban.device.send({ method, path, headers, ...(body && { body }) });
}

async function openElsewhere(): Promise<Response> {
  const other = await story.hand('cr-esteban');
  other.shared = { ...other.shared, threadId: newId(systemClock, systemRandom) };
  other.shared.state = { ...other.shared.state, threadId: other.shared.threadId };
  return other.open(story.caseId);
}

async function ofPanama(method: Method, path: string, body?: object): Promise<Response> {
  const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
  return omar.send({ method, path: `/requests/${requestId}${path}`, ...(body && { body }) });
}

const denials = async () =>
  api.database.asAdmin(`SELECT digests FROM audit.events WHERE type = 'access.denied'`);

it.each(ATTEMPTS)(
  '%s (%s) of others is refused, and leaves one event',
  async (...[, , attempt]) => {
    // Five of somebody in a minute are told one by one.
    api.clock.ms += 60_000;
    const before = (await denials()).length;
    const { status, body } = await attempt();
    expect([status, body.code]).toEqual([404, expect.stringMatching(/^\w+\.not-found$/u)]);
    expect(await denials()).toHaveLength(before + 1);
  },
);
