import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { EchoFeature } from '../../support/echo.feature.js';
import { startServer, type TestServer } from '../../support/api-server.js';

const MIB = 1024 * 1024;

describe('a body that the server cannot accept', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await startServer({}, { forTestsOnlyFeatures: [EchoFeature] });
  });
  afterAll(async () => api.close());

  const post = (body: string, type = 'application/json') =>
    request(api.url)
      .post('/test/echo')
      .set('sec-fetch-site', 'same-origin')
      .set('content-type', type)
      .send(body);

  /** Bytes as they are. The server answers and closes: a client that still writes may see the closing first. */
  const postBytes = async (body: Uint8Array<ArrayBuffer>): Promise<number | 'closed'> =>
    fetch(`${api.url}/test/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'DPoP x' },
      body,
    }).then(
      ({ status }) => status,
      () => 'closed' as const,
    );

  it('is told apart from a sound one, which comes back', async () => {
    const answer = await post('{"text":"señal","count":3}').expect(200);
    expect(answer.body).toEqual({ text: 'señal', count: 3 });
  });

  it.each([
    ['malformed JSON', '{"text":'],
    ['an empty body', ''],
    ['a duplicate member', '{"text":"a","text":"b","count":1}'],
    ['__proto__', '{"text":"a","count":1,"__proto__":{"admin":true}}'],
    ['an escaped __proto__', '{"text":"a","count":1,"\\u005f_proto__":{"admin":true}}'],
    ['constructor', '{"text":"a","count":1,"constructor":{"prototype":{"admin":true}}}'],
    ['an integer beyond 2^53', '{"text":"a","count":9007199254740993}'],
    ['a number with a fraction', '{"text":"a","count":1.5}'],
    ['a lone surrogate', '{"text":"\\ud800","count":1}'],
    ['text not in NFC', '{"text":"e\\u0301","count":1}'],
    ['13 levels', `${'['.repeat(13)}${']'.repeat(13)}`],
    ['nesting without end', '['.repeat(60_000)],
    ['an array', '[]'],
    ['a string', '"text"'],
    ['null', 'null'],
  ])('has %s: 400 body.malformed', async (_name, body) => {
    const answer = await post(body).expect(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: '/problems/body.malformed',
      status: 400,
      code: 'body.malformed',
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    });
  });

  it('has bytes that are not UTF-8: 400', async () => {
    const body = new TextEncoder().encode('{"text":"abc","count":1}');
    expect(await postBytes(body)).toBe(200);
    body.set([0xc3, 0x28], 9);
    expect(await postBytes(body)).toBe(400);
  });

  it('has unknown members and wrong types: 400 with a pointer to each', async () => {
    const answer = await post('{"text":7,"count":"9","a/b~c":1}').expect(400);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: '/a~1b~0c', code: 'whitelistValidation' }),
      expect.objectContaining({
        pointer: '/text',
        code: expect.stringMatching(/^isString|maxLength/),
      }),
      expect.objectContaining({ pointer: '/count' }),
    ]);
  });

  it('has a thousand unknown members with long names: the answer stays small', async () => {
    const members = Array.from({ length: 300 }, (_, at) => `"${'x'.repeat(150)}${at}":1`);
    const answer = await post(`{${members.join(',')}}`).expect(400);
    expect(answer.body.errors).toHaveLength(16);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(8 * 1024);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'has the type %s: 415',
    async (type) => {
      const answer = await post('text=a', type).expect(415);
      expect(answer.body.code).toBe('media-type.unsupported');
    },
  );

  it('has 10 MiB: refused each time', async () => {
    const body = new Uint8Array(10 * MIB).fill(0x61);
    for (let round = 0; round < 5; round += 1) {
      expect([413, 'closed']).toContain(await postBytes(body));
    }
    await request(api.url).get('/health/live').expect(200);
  });

  it('has one byte more than 64 KiB, with its length or in chunks: 413', async () => {
    const body = `"${'a'.repeat(64 * 1024 - 1)}"`;
    const answer = await post(body).expect(413);
    expect(answer.body.code).toBe('body.too-large');
    const stream = await fetch(`${api.url}/test/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'DPoP x' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(stream.status).toBe(413);
  });

  it('nests a million levels: refused before it is parsed', async () => {
    expect([413, 'closed']).toContain(await postBytes(new Uint8Array(MIB).fill(0x5b)));
    await request(api.url).get('/health/live').expect(200);
  });

  it('meets a fault of the server: 500 with title and id alone, and the log has the id', async () => {
    const answer = await request(api.url).get('/test/fault?secret=canary').expect(500);
    expect(answer.body).toEqual({
      type: '/problems/server.fault',
      title: 'Internal server error',
      status: 500,
      code: 'server.fault',
      instance: answer.body.instance,
      facts: {},
      errors: [],
    });
    const id = String(answer.body.instance).replace('urn:uuid:', '');
    const line = api.logLines.find((text) => text.includes('server.fault'));
    expect(line).toContain(id);
    expect(line).toContain('echo.feature.ts');
  });
});
