import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { startServer, type TestServer } from '../../support/api-server.js';

describe('a page whose own name a resolver points at this machine', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await startServer();
  });
  afterAll(async () => api.close());

  // To the browser such a page and the server are one origin; only `Host` tells them apart.
  const ask = (host: string) =>
    request(api.url).get('/health/live').set({ host, 'sec-fetch-site': 'same-origin' });

  it.each(['evil.org', 'evil.org:3000', 'localhost.evil.org', '10.0.0.1', '0.0.0.0', '[::2]'])(
    'gets nothing under the name %s',
    async (host) => {
      const answer = await ask(host).expect(403);
      expect(answer.body.code).toBe('origin.refused');
    },
  );

  it.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000'])(
    'is told from the person who asks for %s',
    async (host) => {
      expect((await ask(host)).status).toBe(200);
    },
  );
});
