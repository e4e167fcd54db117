import { systemClock } from '@enlace/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { startServer, type TestServer } from '../../support/api-server.js';
import { problemIn, sendRaw } from '../../support/raw-connection.js';

describe('D13: a connection that does not speak proper HTTP', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await startServer();
  });
  afterAll(async () => api.close());

  const answersTo = async (...lines: readonly string[]) =>
    sendRaw(api.port, [`${lines.join('\r\n')}\r\n\r\n`]);

  it.each([
    ['no HTTP at all', ['hello']],
    ['a header without a name', ['GET / HTTP/1.1', 'Host: localhost', ': y']],
    ['a header with a line feed in it', ['GET / HTTP/1.1', 'Host: localhost', 'A: b\nc d']],
    ['no host', ['GET / HTTP/1.1', 'A: b']],
    [
      'two framings of one body',
      ['POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
    ],
    [
      'two lengths',
      ['POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Content-Length: 5'],
    ],
    ['a length that is no number', ['POST / HTTP/1.1', 'Host: localhost', 'Content-Length: +4']],
    [
      'an encoding that hides the framing',
      ['POST / HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked, identity'],
    ],
  ])('with %s: 400 and closed', async (_name, lines) => {
    const answer = await answersTo(...lines);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('gets problem details with the headers of every answer', async () => {
    const answer = await answersTo('hello');
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'body.malformed' });
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(answer).toContain("content-security-policy: default-src 'none'");
  });

  it('never has the second of two framings read as a request of its own', async () => {
    const answer = await sendRaw(api.port, [
      'POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 47\r\nTransfer-Encoding: chunked\r\n\r\n',
      '0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).not.toContain('"ok"');
  });

  it('with headers of more than 16 KiB: refused and closed', async () => {
    const answer = await answersTo(
      'GET / HTTP/1.1',
      'Host: localhost',
      `A: ${'b'.repeat(17 * 1024)}`,
    );
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'body.too-large' });
  });

  it('that takes more than 5 s for its headers: closed within 8 s', async () => {
    const started = systemClock.nowMs();
    const answer = await sendRaw(api.port, ['GET / HTTP/1.1\r\nHost: localhost\r\nA: ']);
    const tookMs = systemClock.nowMs() - started;
    expect(tookMs).toBeGreaterThan(4_500);
    expect(tookMs).toBeLessThan(8_000);
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
  });

  it('that a browser opened ahead and never used: closed without a word', async () => {
    expect(await sendRaw(api.port, [])).toBe('');
  });

  it('that takes too long for its body: closed, with a limit of 30 s on the request', async () => {
    expect(api.server.app.getHttpServer().requestTimeout).toBe(30_000);
    expect(api.server.app.getHttpServer().headersTimeout).toBe(5_000);
  });

  it('is no business of the others', async () => {
    await request(api.url).get('/health/live').expect(200);
  });
});
