import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from '../first-run/accounts.js';
import { enlace, EnlaceCommand, until } from '../first-run/enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const STORY_MS = 180_000;
const PASSPHRASE = 'una frase que nadie adivina';

describe('a deployment that nobody has used yet', () => {
  let folder: string;
  let server: EnlaceCommand | null = null;
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    assertBuilt();
    folder = privateFolder(SELF);
  });
  afterEach(async () => server?.destroy());
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const serve = (port: string) => {
    const args = ['serve', '--json', '--port', port, '--data', at('data')];
    const started = new EnlaceCommand({ root: ROOT, account: SELF, args });
    server = started;
    return started;
  };
  const run = async (...args: readonly string[]) => {
    const environment = { ENLACE_PASSPHRASE: PASSPHRASE };
    const done = await enlace({
      root: ROOT,
      account: SELF,
      args: [...args, '--json', '--lang', 'en'],
      environment,
    });
    return { code: done.code, told: JSON.parse(done.output || done.errors) };
  };
  const succeed = async (...args: readonly string[]) => {
    const { code, told } = await run(...args);
    expect([code, told]).toEqual([0, told]);
    return told;
  };
  const makeRoot = async (state: string) => {
    const names = ['--name-es', `Fiscalía de ${state}`, '--name-en', `Prosecution of ${state}`];
    await succeed(
      'authority',
      'root',
      'create',
      '--state',
      state,
      ...names,
      '--one-holder',
      '--out',
      at(state),
    );
  };

  it(
    'gets its trust from the files of its States, and then takes in what their roots say and nobody else',
    async () => {
      const first = serve('0');
      const url = await first.ready();
      await until('the keys of both logs', () => first.errors.split('log.opened').length > 2);
      const keys = first.errors
        .split('\n')
        .filter((line) => line.includes('"log.opened"'))
        .map((line) => String(JSON.parse(line).vkey));
      writeFileSync(at('logs.txt'), `${keys.join('\n')}\n`);
      await first.destroy();

      const witnesses: string[] = [];
      for (const state of ['CR', 'PA']) {
        await makeRoot(state);
        const name = `witness.example.${state.toLowerCase()}/enlace`;
        const { vkey } = await succeed(
          'witness',
          'init',
          '--name',
          name,
          '--out',
          at(`w-${state}`),
        );
        witnesses.push(`${state} ${vkey}`);
      }
      writeFileSync(at('witnesses.txt'), `${witnesses.join('\n')}\n`);
      const roots = ['CR', 'PA'].map((state) => at(`${state}/state-root.json`)).join(',');
      const parts = [
        '--deployment',
        'enlace.example.org',
        '--logs',
        at('logs.txt'),
        '--roots',
        roots,
        '--witnesses',
        at('witnesses.txt'),
      ];
      const made = await succeed(
        'authority',
        'trust-store',
        ...parts,
        '--out',
        at('trust-store.json'),
      );
      expect(made).toMatchObject({
        deployment: 'enlace.example.org',
        roots: [{ state: 'CR' }, { state: 'PA' }],
      });

      copyFileSync(at('trust-store.json'), at('data/trust-store.json'));
      const second = serve(new URL(url).port);
      const again = await second.ready();
      const handIn = async (state: string) =>
        run(
          'authority',
          'submit',
          '--in',
          at(`${state}/state-root.json`),
          '--founding',
          '--server',
          again,
        );
      for (const state of ['CR', 'PA']) {
        expect(await handIn(state)).toMatchObject({ code: 0, told: { type: 'state-root' } });
      }
      // A root that the paper does not name, however well it signs.
      await makeRoot('GT');
      expect(await handIn('GT')).toMatchObject({ code: 4, told: { code: expect.any(String) } });
    },
    STORY_MS,
  );
});
