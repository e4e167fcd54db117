import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import { startServer, type TestServer } from '../../support/api-server.js';

const PATH = '/demo/personas';

describe('the people of the demo, for the browser', () => {
  let folder: string;
  let demo: TestServer;
  let other: TestServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'enlace-personas-'));
    demo = await startServer({ ENLACE_DATA: folder, ENLACE_DEMO: '1' });
    other = await startServer({ ENLACE_DATA: folder });
  });

  afterAll(async () => {
    await demo.close();
    await other.close();
    await rm(folder, { recursive: true });
  });

  it('are given on this machine, as the demo left them, and nobody before', async () => {
    expect((await request(demo.url).get(PATH).expect(200)).body).toEqual([]);
    const personas = join(folder, 'demo/personas');
    await mkdir(join(personas, 'pa-omar'), { recursive: true });
    for (const slug of ['pa-omar', 'cr-rosa']) {
      await writeFile(join(personas, `${slug}.web.json`), JSON.stringify({ v: 1, slug }));
    }
    await writeFile(join(personas, 'README'), 'who is who');
    const { body, headers } = await request(demo.url).get(PATH).expect(200);
    expect(body).toEqual([
      { v: 1, slug: 'cr-rosa' },
      { v: 1, slug: 'pa-omar' },
    ]);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('are announced where they are, and nowhere else', async () => {
    const { body } = await request(demo.url).get('/deployment').expect(200);
    expect(body).toEqual({ isDemo: true });
    expect((await request(other.url).get('/deployment')).body).toEqual({ isDemo: false });
  });

  it('are given to no page under another name', async () => {
    const { body } = await request(demo.url).get(PATH).set('host', 'evil.org').expect(403);
    expect(body.code).toBe('origin.refused');
  });

  it('do not exist on a server without the demo, though the files lie there', async () => {
    const { body } = await request(other.url).get(PATH).expect(404);
    expect(body.code).toBe('route.not-found');
    expect(
      Object.keys((await request(other.url).get('/api/openapi.json')).body.paths),
    ).not.toContain(PATH);
  });

  it('are never given beyond loopback', () => {
    const beyond = { HOST: '0.0.0.0', PUBLIC_ORIGIN: 'https://enlace.example.org' };
    expect(() => readConfig({ ...beyond, ENLACE_DEMO: '1' }, [])).toThrow(StartupRefusal);
  });
});
