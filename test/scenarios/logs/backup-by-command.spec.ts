import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';
import { openThreadOfTwo } from '../demo/thread-of-two.js';
import { DataFolder } from '../first-run/data-folder.js';
import { EnlaceCommand, PATIENCE_MS, until } from '../first-run/enlace-command.js';

const BEFORE = 'escrito antes de la copia';
const AFTER = 'escrito después de la copia';

const ENTRIES = `
SELECT count(*)::int AS entries, md5(string_agg(e::text, ',' ORDER BY e.thread_id, e.seq)) AS bytes FROM app.entries e`;
const EVENTS = `SELECT type FROM audit.events WHERE type LIKE 'backup.%' ORDER BY event_id`;

describe('a deployment at work that is backed up, from the command line', () => {
  let standing: StandingDemo;
  let port: string;
  let server: EnlaceCommand | null = null;
  let threadId: string;
  const at = (name: string) => join(standing.folder, name);

  const done = async (slug: string, ...args: readonly string[]) => {
    const { code, output, errors } = await standing.stage.as(slug, ...args);
    expect([args, code, code === 0 ? '' : `${output}${errors}`]).toEqual([args, 0, '']);
    return JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
  };

  const serve = async (data: string, ...more: readonly string[]) => {
    const args = ['serve', '--json', '--port', port, '--data', data, ...more];
    server = new EnlaceCommand({ ...standing.stage.command(), args });
    await server.ready();
  };
  const stop = async () => {
    await server?.destroy();
    server = null;
  };

  beforeAll(async () => {
    standing = await startStandingDemo();
    ({ port } = new URL(standing.url));
    threadId = await openThreadOfTwo(done, BEFORE);
    await standing.demo.destroy();
  }, FIRST_START_MS);
  afterAll(async () => {
    await stop();
    await standing.close();
  });

  it(
    'comes back in a new folder with every entry and every event, and goes on',
    async () => {
      const old = standing.stage.data;
      await serve(old.path, '--backup', at('backup'));
      const sets = at('backup/sets');
      await until('a finished backup', () =>
        readdirSync(sets).some((name) => existsSync(join(sets, name, 'complete.json'))),
      );
      await done('pa-omar', 'thread', 'send', threadId, '--text', AFTER);
      const entries = await old.query(ENTRIES);
      await stop();
      rmSync(join(old.path, 'postgres'), { recursive: true });

      const fresh = new DataFolder(at('fresh'));
      await serve(fresh.path, '--restore', at('backup'));
      expect(await fresh.query(ENTRIES)).toEqual(entries);
      expect(await fresh.query(EVENTS)).toEqual([
        { type: 'backup.created' },
        { type: 'backup.restored' },
      ]);
      const read = await standing.stage.as('cr-rosa', 'thread', 'read', threadId);
      expect(read.output).toContain(BEFORE);
      expect(read.output).toContain(AFTER);
      await done('cr-rosa', 'thread', 'send', threadId, '--text', 'sigue');
      await done('pa-omar', 'thread', 'read', threadId);
      await done('cr-rosa', 'directory', 'verify');
    },
    10 * PATIENCE_MS,
  );
});
