import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { attachmentLength } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';

import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { FileHand } from '../../../support/threads/file-hand.js';
import { ThreadStory } from '../../../support/threads/thread-story.js';

const GIB = 1024 ** 3;

let api: SessionServer;
beforeAll(async () => {
  await cryptoReady();
  api = await startSessionServer({
    ATTACHMENT_GIB: '1',
    CASE_ATTACHMENTS_GIB: '2',
    STATE_ATTACHMENTS_GIB: '3',
  });
});
afterAll(async () => api.close());

it('what is reserved counts for the case and for the State, also when it is asked for at once', async () => {
  const story = await ThreadStory.begin(api);
  const length = attachmentLength(0.75 * GIB);
  const asked = [1, 2, 3].map(() => new FileHand(story.rosa));
  const answers: (string | number)[] = [];
  for (const one of asked) {
    const { body, status } = await one.reserve(length);
    answers.push(status === 200 ? status : `${body.code} ${body.facts.of} ${body.facts.bytes}`);
  }
  expect(answers).toEqual([200, 200, `attachment.quota case ${2 * GIB}`]);
  // The same file again is the same file.
  expect((await asked[0]?.reserve(length))?.status).toBe(200);
  const other = await ThreadStory.begin(api);
  const first = await new FileHand(other.rosa).reserve(length);
  const second = await new FileHand(other.rosa).reserve(length);
  expect(first.status).toBe(200);
  expect(second.body).toMatchObject({
    code: 'attachment.quota',
    facts: { of: 'state', bytes: 3 * GIB },
  });
  expect((await new FileHand(other.rosa).reserve(attachmentLength(GIB + 1))).body.facts).toEqual({
    of: 'file',
    bytes: GIB,
  });
});
