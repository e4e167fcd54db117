import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from './accounts.js';
import { DataFolder } from './data-folder.js';
import { enlace, EnlaceCommand, PATIENCE_MS, until } from './enlace-command.js';

const [SELF] = ACCOUNTS as [Account];

describe('the demo', () => {
  let parent: string;
  let data: DataFolder;

  beforeAll(() => {
    assertBuilt();
    parent = privateFolder(SELF);
    data = new DataFolder(join(parent, 'data'));
  });

  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  const start = (...args: readonly string[]) => ({
    root: ROOT,
    account: SELF,
    args: [...args, '--data', data.path],
  });

  it(
    'runs on this machine, says that nobody can sign in yet, and is deleted only when it is stopped',
    async () => {
      const demo = new EnlaceCommand(start('demo', '--port', '0'));
      try {
        await until(`the banner ${demo.errors}`, () => demo.output.includes('ready at'));
        expect(demo.output).toMatch(/^DEMO: for this machine only/u);
        expect(demo.output).toContain('There are no people yet');
        expect(demo.output).toMatch(/http:\/\/localhost:\d+/u);

        const refused = await enlace(start('demo', 'reset', '--yes'));
        expect(refused.code).toBe(4);
        expect(refused.errors).toContain(String(data.clusterProcess()));
        expect(data.clusterProcess()).not.toBeNull();
      } finally {
        demo.kill('SIGINT');
      }
      expect(await demo.everybodyGone()).toEqual({ code: 0, signal: null });
      expect(demo.errors).not.toContain('"level":"info"');

      const kept = await enlace({ ...start('demo', 'reset'), typed: 'no\n' });
      expect(kept.code).toBe(4);
      expect(readdirSync(data.path)).toEqual(expect.arrayContaining(['demo', 'postgres']));

      const deleted = await enlace({ ...start('demo', 'reset', '--lang', 'es'), typed: 'sí\n' });
      expect(deleted.code).toBe(0);
      expect(deleted.output).toBe(`Borrado: ${data.path}\n`);
      expect(existsSync(data.path)).toBe(false);
    },
    3 * PATIENCE_MS,
  );

  it(
    'neither runs in nor deletes the folder of a server without a demo',
    async () => {
      const server = new EnlaceCommand(start('serve', '--json', '--port', '0'));
      await server.ready();
      server.kill('SIGTERM');
      await server.everybodyGone();
      const before = data.contents();

      const demo = await enlace(start('demo', '--json', '--port', '0'));
      expect(demo.code).toBe(78);
      expect(JSON.parse(demo.output)).toMatchObject({ code: 'demo.folder-not-demo' });
      const reset = await enlace(start('demo', 'reset', '--json', '--yes'));
      expect(reset.code).toBe(4);
      expect(JSON.parse(reset.output)).toMatchObject({ code: 'demo.folder-not-demo' });
      expect(data.contents()).toEqual(before);
    },
    3 * PATIENCE_MS,
  );
});
