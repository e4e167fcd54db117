import { expect, it } from '@jest/globals';
import request from 'supertest';

import { freePort } from '../../support/free-port.js';
import { startServer } from '../../support/api-server.js';

it('the metrics are on a loopback port of their own, by route template and without any id', async () => {
  const metricsPort = await freePort();
  const api = await startServer({ METRICS_PORT: String(metricsPort) });
  await request(api.url).get('/problems/body.malformed').expect(200);
  await request(api.url).get('/secret-path-7').expect(404);
  await request(api.url).get('/metrics').expect(404);

  const metrics = request(`http://127.0.0.1:${metricsPort}`);
  const { text } = await metrics.get('/metrics').expect(200);
  expect(text).toMatch(
    /enlace_http_request_seconds_count\{method="GET",route="\/problems\/:code",status="200"\} 1/,
  );
  expect(text).toMatch(
    /enlace_http_request_seconds_count\{method="GET",route="unmatched",status="404"\} 2/,
  );
  expect(text).toContain('enlace_refusals_total{code="route.not-found"} 2');
  expect(text).toContain('enlace_sockets{kind="connected"} 0');
  expect(text).toMatch(/enlace_database_pool\{kind="open"\} [1-9]/);
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).not.toContain('secret-path-7');
  await metrics.get('/').expect(404);
  await metrics.post('/metrics').expect(404);
  await api.close();
  await expect(metrics.get('/metrics')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
