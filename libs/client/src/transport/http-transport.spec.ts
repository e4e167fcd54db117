import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ScriptedServer } from '@enlace/testing';

import { grantedBody, HttpTransport, wireRequest, type ClientRequest } from './http-transport.js';

describe('the transport', () => {
  let server: ScriptedServer;
  const send = async (request: ClientRequest) =>
    grantedBody(await new HttpTransport(server.origin).send(wireRequest(request), {}));

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
  });

  afterEach(async () => {
    await server.stop();
  });

  it('sends a body as canonical JSON, a query as it will be proved, and no cookie', async () => {
    server.answer = () => ({ status: 200, body: { done: true } });
    const request = {
      method: 'POST',
      path: '/x',
      query: { a: 'ñ b' },
      body: { z: 1, a: 2 },
    } as const;
    expect(await send(request)).toEqual({ done: true });
    expect(server.seen).toMatchObject([
      { method: 'POST', url: `/x?${wireRequest(request).rawQuery}`, body: '{"a":2,"z":1}' },
    ]);
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
    expect(server.seen[0]?.headers['cookie']).toBeUndefined();
  });

  it('gives null for an answer without content, and an error for a refusal', async () => {
    expect(await send({ method: 'DELETE', path: '/x' })).toBeNull();
    server.answer = () => ({
      status: 403,
      body: { code: 'access.denied', facts: { ruleId: 'R-1' } },
    });
    await expect(send({ method: 'GET', path: '/x' })).rejects.toThrow(
      expect.objectContaining({ code: 'access.denied', facts: { ruleId: 'R-1' } }),
    );
  });

  it('says that no answer came', async () => {
    await server.stop();
    await expect(send({ method: 'GET', path: '/x' })).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    server = new ScriptedServer();
    await server.start();
  });

  it('follows no server to another place', async () => {
    server.answer = () => ({ status: 307, headers: { location: `${server.origin}/elsewhere` } });
    await expect(send({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['text that is no JSON', '{', 'client.answer-malformed'],
    ['a key that is given twice', '{"a":1,"a":2}', 'client.answer-malformed'],
    ['more than it reads', `"${'x'.repeat(8 * 1024 * 1024)}"`, 'client.answer-malformed'],
  ])('refuses %s', async (_what, body, code) => {
    server.answer = () => ({ status: 200, body });
    await expect(send({ method: 'GET', path: '/x' })).rejects.toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('takes the words of a proxy for a refusal that it does not know', async () => {
    server.answer = () => ({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(send({ method: 'GET', path: '/x' })).rejects.toThrow(
      expect.objectContaining({ code: 'client.unknown-problem' }),
    );
  });
});

describe('the address of a server', () => {
  it.each(['https://enlace.example', 'http://localhost:3000', 'http://[::1]:3000/'])(
    'may be %s',
    (address) => {
      expect(new HttpTransport(address).origin).toBe(address.replace(/\/$/, ''));
    },
  );

  it.each([
    'http://enlace.example',
    'https://enlace.example/path',
    'https://rosa:secret@enlace.example',
    'ftp://localhost',
    'enlace.example',
    '',
  ])('may not be %j', (address) => {
    expect(() => new HttpTransport(address)).toThrow(
      expect.objectContaining({ code: 'client.origin-malformed' }),
    );
  });
});
