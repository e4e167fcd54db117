import { expect, it } from '@jest/globals';
import request from 'supertest';

import { startServer } from '../../support/api-server.js';

it('a trusted proxy names the addresses that the limits are counted by', async () => {
  const api = await startServer({ TRUSTED_PROXIES: '127.0.0.1,::1' });
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) =>
      request(api.url).get('/health/live').set('x-forwarded-for', `198.51.100.${at}`),
    ),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  await api.close();
});
