import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { socketDial, Threads, type LiveNews } from '@enlace/client';
import { mlsPort } from '@enlace/e2ee';
import { systemRandom } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';

import { plantPerson, type PlantedPerson } from '../../support/live/planted-people.js';
import { KilledNode } from '../../support/sessions/killed-node.js';
import { until } from '../../support/until.js';

const STORY_MS = 240_000;
/** More than a node takes in a second; by hand all of them. */
const SOCKETS = process.env['SLOW'] === '1' ? 2_000 : 300;
/** What a client may be told that waits and comes again. */
const PUT_OFF = new Set(['client.unreachable', 'rate.limited', 'service.unavailable']);

describe('D23: a node that is killed while everybody is connected', () => {
  let node: KilledNode;
  const ending = new AbortController();
  const lives: Promise<void>[] = [];
  const told: LiveNews[] = [];
  let waits: number[] = [];
  let open = 0;

  beforeAll(async () => {
    node = await KilledNode.begin();
    for (let at = 0; at < SOCKETS; at += 1) follow(await plantPerson(node.api));
    await until(() => open === SOCKETS);
  }, STORY_MS);

  afterAll(async () => {
    ending.abort();
    await Promise.all(lives);
    await node.close();
  });

  /** One client of the kind that we ship, which follows its threads. */
  function follow({ personId, deviceId, session }: PlantedPerson): void {
    const { region, clock, url } = node.api;
    const threads = new Threads({
      session,
      store: new MemoryStore(),
      device: { self: { deviceId, personId }, signSeed: SEED, kemSeed: SEED },
      groups: mlsPort(systemRandom),
      directory: () => region.directory,
      refreshDirectory: async () => {},
      trust: () => ({ receiptKeys: [] }),
      statements: { state: async () => {} },
      vault: null,
      clock,
      random: systemRandom,
      patience: { tries: 1, pause: async () => {} },
    });
    const live = threads.live({
      dial: socketDial(session, url),
      wait: async (ms, signal) => {
        waits.push(ms);
        await pause(ms, undefined, { signal }).catch(() => undefined);
      },
      tell: (news) => {
        told.push(news);
        if (news.kind === 'line') open += news.isOpen ? 1 : -1;
      },
    });
    lives.push(live.run(ending.signal));
  }

  it(
    `has all ${SOCKETS} back in a minute, each after a wait of its own, and refuses nobody but for the rush`,
    async () => {
      told.splice(0);
      waits = [];
      await node.killAndRestart();
      await until(() => open === SOCKETS);
      const opened = told.filter((news) => news.kind === 'line' && news.isOpen);
      expect(opened.length).toBeGreaterThanOrEqual(SOCKETS);
      const codes = new Set(
        told.flatMap((news) => (news.kind === 'put-off' ? [news.error.code] : [])),
      );
      expect([...codes].filter((code) => !PUT_OFF.has(code))).toEqual([]);
      expect(new Set(waits).size).toBeGreaterThan(SOCKETS / 2);
    },
    STORY_MS,
  );
});

const SEED = systemRandom.bytes(32);
