import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from './accounts.js';
import { DataFolder } from './data-folder.js';
import { enlace, EnlaceCommand, PATIENCE_MS } from './enlace-command.js';

const [SELF] = ACCOUNTS as [Account];

describe('a folder that is not of a demo', () => {
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
    'is neither used nor deleted by one',
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
