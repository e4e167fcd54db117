import { PROBLEMS } from '@enlace/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import request from 'supertest';

import { KnownRoutes } from '../../../apps/api/src/platform/problem/known-routes.js';
import { EchoFeature } from '../../support/echo.feature.js';
import { startServer, type TestServer } from '../../support/api-server.js';

describe('the description of the interface', () => {
  let api: TestServer;
  let document: {
    openapi: string;
    paths: Record<string, Record<string, { security: unknown[]; [member: string]: unknown }>>;
    components: { schemas: Record<string, Record<string, unknown>> };
    'x-enlace-socket-events': Record<string, unknown>;
  };
  beforeAll(async () => {
    api = await startServer({}, { forTestsOnlyFeatures: [EchoFeature] });
    document = (await request(api.url).get('/api/openapi.json').expect(200)).body;
  });
  afterAll(async () => api.close());

  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it('has exactly the routes that the server answers, with who may call them', () => {
    // Whatever is got can be asked for its head; where that is an act of its own, it is described.
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'head')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = api.server.app
      .get(KnownRoutes)
      .list()
      .filter((route) => !route.startsWith('HEAD '))
      .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'));
    expect(described.toSorted()).toEqual(served.toSorted());
    for (const operations of Object.values(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation).toMatchObject({
          'x-enlace-access': expect.any(String),
          security: operation['x-enlace-access'] === 'public' ? [] : [{ proof: [] }],
          responses: { default: { $ref: '#/components/responses/Problem' } },
        });
      }
    }
    expect(Object.keys(document['x-enlace-socket-events'])).toEqual([
      'beacon',
      'entry.append',
      'entry.received',
      'session.prove',
      'signal',
      'test.echo',
      'test.fault',
      'test.never',
    ]);
  });

  it('describes inputs by the rules that refuse them', () => {
    expect(document.components.schemas['EchoRequest']).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['text', 'count'],
      properties: {
        text: { type: 'string', maxLength: 60_000 },
        count: { type: 'integer', minimum: 0, maximum: 1_000 },
      },
    });
    expect(document.paths['/test/echo']?.['post']).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/EchoRequest' } } },
      },
    });
    expect(document.paths['/problems/{code}']?.['get']?.['parameters']).toEqual([
      expect.objectContaining({ name: 'code', in: 'path', required: true }),
    ]);
  });

  it('names every problem code', () => {
    const text = JSON.stringify(document.components.schemas['Problem']);
    for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`"const":"${code}"`);
  });
});
