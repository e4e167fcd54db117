import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, utf8, type JsonObject, type JsonValue } from '@enlace/kernel';
import { fastify, type FastifyInstance } from 'fastify';

import { StartupRefusal } from '../config/startup-refusal.js';
import { FOR_TESTS_ONLY_OPEN_GATE, type ReleaseGate } from './release-gate.js';
import { serveWebClient } from './serve-web-client.js';
import { loadWebClient } from './web-client.js';

const SCRIPT = `export const text = '${'enlace '.repeat(400)}';`;
const ONE_ORIGIN = { publicOrigin: null, clientOrigins: null };

let folder: string;
let server: FastifyInstance | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enlace-web-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

/** Writes a build; `manifest` replaces members of its manifest. */
async function build(
  manifest: JsonObject = {},
  { apiOrigin = null }: { apiOrigin?: JsonValue } = {},
): Promise<void> {
  const contents: Record<string, string> = {
    '/': '<!doctype html><title>Enlace</title>',
    '/assets/index-abc.js': SCRIPT,
    '/deployment.json': canonicalJson({ v: 1, apiOrigin }),
  };
  const files: JsonValue[] = [];
  for (const [path, content] of Object.entries(contents)) {
    await put(path === '/' ? '/index.html' : path, content);
    files.push({ path, size: content.length, sha256: sha256(content) });
  }
  const headers = {
    'content-security-policy': "default-src 'none'; connect-src 'self' {api}",
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
  await put('/web-manifest.json', canonicalJson({ v: 1, headers, files, ...manifest }));
}

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

function sha256(content: string): string {
  return createHash('sha256').update(utf8(content)).digest('hex');
}

async function refusal(config: Parameters<typeof loadWebClient>[1] = ONE_ORIGIN): Promise<string> {
  const error = await loadWebClient(folder, config).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(StartupRefusal);
  return (error as StartupRefusal).message;
}

async function serve(
  config: Parameters<typeof loadWebClient>[1] = ONE_ORIGIN,
  gate: ReleaseGate = FOR_TESTS_ONLY_OPEN_GATE,
) {
  server = fastify();
  serveWebClient(server, { client: await loadWebClient(folder, config), gate });
  await server.ready();
  return server;
}

describe('the start is refused', () => {
  it.each(['/index.html', '/assets/index-abc.js', '/deployment.json'])(
    'when %s differs by one byte, and names it',
    async (path) => {
      await build();
      await put(path, 'other');
      expect(await refusal()).toContain(path);
    },
  );

  it.each(['/index.html', '/assets/index-abc.js', '/web-manifest.json'])(
    'when %s is missing, and names it',
    async (path) => {
      await build();
      await rm(join(folder, path));
      expect(await refusal()).toContain(`${path} cannot be read`);
    },
  );

  const entry = { size: 1, sha256: '0'.repeat(64) };
  it.each<[string, JsonObject, string]>([
    ['of another version', { v: 2 }, 'unknown version'],
    ['without files', { files: null }, 'no list of files'],
    ['without the entry page', { files: [] }, 'does not name /'],
    ['with a path upwards', { files: [{ ...entry, path: '/../secret.js' }] }, 'malformed file'],
    ['with a hidden file', { files: [{ ...entry, path: '/.env' }] }, 'malformed file'],
    ['with a path without root', { files: [{ ...entry, path: 'a.js' }] }, 'malformed file'],
    ['with what describes it', { files: [{ ...entry, path: '/web-release.json' }] }, 'malformed'],
    ['with itself', { files: [{ ...entry, path: '/web-manifest.json' }] }, 'malformed file'],
    ['with a hash of another form', { files: [{ path: '/', size: 1, sha256: 'AA' }] }, 'malformed'],
    ['with a file twice', { files: [entry, entry].map((e) => ({ ...e, path: '/' })) }, 'twice'],
    ['without headers', { headers: {} }, 'lacks the header content-security-policy'],
    ['with a header of two lines', { headers: { 'x-a': 'a\r\nset-cookie: b=c' } }, 'malformed'],
    ['with a header name of two', { headers: { 'x-a: b': 'c' } }, 'malformed'],
  ])('by a manifest %s', async (_case, manifest, message) => {
    await build(manifest);
    expect(await refusal()).toContain(message);
  });

  it('by a manifest that sets a cookie', async () => {
    const headers = {
      'content-security-policy': "default-src 'none'",
      'set-cookie': 'a=b',
      'x-content-type-options': 'nosniff',
    };
    await build({ headers });
    expect(await refusal()).toContain('cookie');
  });

  it('by a manifest that is no JSON', async () => {
    await build();
    await put('/web-manifest.json', '<html>');
    expect(await refusal()).toContain('/web-manifest.json is not valid JSON');
  });

  it.each(['http://api.example', 'https://api.example/path', 'api.example', 7])(
    'when apiOrigin is %p',
    async (apiOrigin) => {
      await build({}, { apiOrigin });
      expect(await refusal()).toContain('apiOrigin');
    },
  );

  it('when the page would call another API than this one', async () => {
    await build({}, { apiOrigin: 'https://api.example' });
    const clientOrigins = ['https://app.example'];
    expect(await refusal({ publicOrigin: 'https://other.example', clientOrigins })).toContain(
      'PUBLIC_ORIGIN',
    );
  });

  it.each([null, [], ['https://api.example']])(
    'when the files would share the origin of the API: %p',
    async (clientOrigins) => {
      await build({}, { apiOrigin: 'https://api.example' });
      expect(await refusal({ publicOrigin: 'https://api.example', clientOrigins })).toContain(
        'CLIENT_ORIGINS',
      );
    },
  );
});

describe('a client that nobody released', () => {
  it('is not served, no file of it, while every other path goes on', async () => {
    await build();
    const running = await serve(ONE_ORIGIN, { isOpen: false, files: new Map() });
    for (const url of ['/', '/assets/index-abc.js', '/web-manifest.json', '/deployment.json']) {
      const answer = await running.inject(url);
      expect(answer.json()).toMatchObject({ code: 'release.none' });
      expect(answer.body).not.toContain('enlace enlace');
    }
    expect((await running.inject('/elsewhere')).statusCode).toBe(404);
  });
});

describe('a file of the manifest', () => {
  it('is served with the headers of the manifest and its own hash as entity tag', async () => {
    await build();
    const answer = await (await serve()).inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('<!doctype html><title>Enlace</title>');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'none'; connect-src 'self' ",
      'content-type': 'text/html; charset=utf-8',
      etag: `"${sha256(answer.body)}"`,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });

  it('keeps its old content in memory when the folder changes after the start', async () => {
    await build();
    const running = await serve();
    await put('/assets/index-abc.js', 'alert(1)');
    expect((await running.inject('/assets/index-abc.js')).body).toBe(SCRIPT);
  });

  it('is cached for ever under /assets/ alone', async () => {
    await build();
    const running = await serve();
    const asset = await running.inject('/assets/index-abc.js?x=1');
    expect(asset.headers['cache-control']).toContain('immutable');
    const manifest = await running.inject('/web-manifest.json');
    expect(manifest.headers['cache-control']).toBe('no-cache');
    expect(manifest.headers['content-type']).toBe('application/json');
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.000', undefined],
    ['zstd', undefined],
  ])('is coded as the client accepts it: %s', async (accepted, coding) => {
    await build();
    const answer = await (
      await serve()
    ).inject({ url: '/assets/index-abc.js', headers: { 'accept-encoding': accepted } });
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(answer.rawPayload.length < SCRIPT.length).toBe(coding !== undefined);
  });

  it('is not sent again to who has it, in that coding', async () => {
    await build();
    const running = await serve();
    const url = '/assets/index-abc.js';
    const plain = String((await running.inject(url)).headers.etag);
    const ask = async (tag: string, accepted: string) =>
      running.inject({ url, headers: { 'if-none-match': tag, 'accept-encoding': accepted } });
    const unchanged = await ask(`W/"x", W/${plain}`, '');
    expect(unchanged.statusCode).toBe(304);
    expect(unchanged.body).toBe('');
    expect(unchanged.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await ask(plain, 'br')).statusCode).toBe(200);
    expect((await ask('"x"', '')).statusCode).toBe(200);
  });

  it('answers HEAD with the same headers and no body', async () => {
    await build();
    const running = await serve();
    const get = await running.inject('/');
    const head = await running.inject({ method: 'HEAD', url: '/' });
    const { date: _date, ...headers } = head.headers;
    expect(get.headers).toMatchObject(headers);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.body).toBe('');
  });

  it('is reached by its exact path only', async () => {
    await build();
    const running = await serve();
    for (const url of [
      '/index.html',
      '//',
      '/assets',
      '/assets/',
      '/assets/../index.html',
      '/%2e%2e/package.json',
      '/ASSETS/index-abc.js',
      '/assets/index-abc.js/',
      '/constructor',
      '/__proto__',
    ]) {
      expect([url, (await running.inject(url)).statusCode]).toEqual([url, 404]);
    }
  });
});

describe('with two origins', () => {
  const config = {
    publicOrigin: 'https://api.example',
    clientOrigins: ['https://app.example'],
  };

  it('the files are served to the host of the client, with the API in the policy', async () => {
    await build({}, { apiOrigin: 'https://api.example' });
    const answer = await (
      await serve(config)
    ).inject({ url: '/', headers: { host: 'app.example' } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; connect-src 'self' https://api.example wss://api.example",
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
    });
  });

  it('the host of the API serves none', async () => {
    await build({}, { apiOrigin: 'https://api.example' });
    const running = await serve(config);
    for (const host of ['api.example', 'app.example.evil', 'evil']) {
      expect((await running.inject({ url: '/', headers: { host } })).statusCode).toBe(404);
    }
  });
});
