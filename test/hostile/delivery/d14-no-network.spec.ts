import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { everyRoute } from '../input/every-input.js';
import { KilledNode } from '../../support/sessions/killed-node.js';
import { registrarSeat, SeatedDevice } from '../../support/sessions/seated-device.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { ThreadStory } from '../../support/threads/thread-story.js';

const STORY_MS = 120_000;
const PLENTY = { perSecond: 1e6, burst: 1e6 };
const RATES = { threadExports: PLENTY, acts: PLENTY, reads: PLENTY };
const RECORDER = join(import.meta.dirname, '../../support/recorded-connects.mjs');

/** What the process of a server did on the network. */
interface Noted {
  readonly connect?: string;
  readonly asks?: string;
}

describe('D14: a server without a network', () => {
  let node: KilledNode;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enlace-connects-'));
    file = join(folder, 'connects');
    node = await KilledNode.begin({
      NODE_OPTIONS: `--import=${pathToFileURL(RECORDER).href}`,
      RECORDED_CONNECTS: file,
      RATES: JSON.stringify(RATES),
    });
  }, STORY_MS);

  afterAll(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const noted = (): readonly Noted[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it(
    'does all that it is asked for: its database is all that it connects to or asks the name of',
    async () => {
      const { api } = node;
      const story = await ThreadStory.begin(api);
      await story.joinedBy('cr-esteban');
      expect((await story.rosa.send([story.rosa.sealed('hola')])).status).toBe(200);
      const clients = new SocketClients(api);
      await clients.connect(story.rosa.device);
      const ana = await SeatedDevice.at(api, registrarSeat('CR'));
      const routes = await everyRoute(api.url);
      for (const { method, path, isPublic } of routes) {
        const text = method === 'GET' || method === 'HEAD' ? {} : { text: '{}' };
        await ana.send({ method, path, ...text, withoutProof: isPublic });
      }
      clients.end();
      const { hostname, port, searchParams } = new URL(api.database.url('enl_app'));
      const host = searchParams.get('host') ?? hostname;
      const place = host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`;
      const places = new Set(noted().flatMap(({ connect = null }) => connect ?? []));
      const names = new Set(noted().flatMap(({ asks = null }) => asks ?? []));
      expect([...places].toSorted(byText)).toEqual([place, 'begins'].toSorted(byText));
      // An address is no name: nobody is asked for it.
      expect([...names].filter((name) => name !== host && isIP(name) === 0)).toEqual([]);
    },
    STORY_MS,
  );
});

const byText = (one: string, other: string): number => (one < other ? -1 : 1);
