import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseStatement } from '@enlace/trust';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from '../first-run/accounts.js';
import { enlace } from '../first-run/enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const CEREMONY_MS = 120_000;
const PHRASES = ['una frase larga de rosa', 'una frase larga de omar', 'una frase larga de delia'];

describe('a State that founds itself on a machine without a network', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const typing = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  async function authority(args: readonly string[], typed = '') {
    return enlace({ root: ROOT, account: SELF, args: ['authority', ...args], typed });
  }

  beforeAll(() => {
    assertBuilt();
    folder = privateFolder(SELF);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes its root in three shares, types three passphrases and keeps none of them', async () => {
    const names = ['--name-es', 'Fiscalía de Ejemplo', '--name-en', 'Sample Prosecution Office'];
    const made = await authority(
      ['root', 'create', '--state', 'CR', ...names, '--out', at('root'), '--json'],
      typing(...PHRASES),
    );
    expect(made).toMatchObject({ code: 0 });
    expect(JSON.parse(made.output)).toMatchObject({ event: 'root-created', state: 'CR' });
    expect(readdirSync(at('root'))).toHaveLength(4);
    const keys = readdirSync(at('root')).filter((name) => name.endsWith('.key'));
    for (const key of keys) {
      expect(statSync(at(`root/${key}`)).mode & 0o777).toBe(0o600);
      const text = readFileSync(at(`root/${key}`), 'utf8');
      expect(PHRASES.some((phrase) => text.includes(phrase))).toBe(false);
    }
  }, 120_000);

  it(
    'certifies a registrar with any two custodians',
    async () => {
      const asked = await authority(
        ['registrar', 'request', '--state', 'CR', '--out', at('ana')],
        typing('la frase de la registradora'),
      );
      expect(asked).toMatchObject({ code: 0 });
      const shares = [
        '--key',
        at('root/custodian-3.key'),
        '--second-key',
        at('root/custodian-1.key'),
      ];
      const signed = await authority(
        [
          'registrar',
          'certify',
          '--in',
          at('ana/registrar-request.json'),
          ...shares,
          '--out',
          at('ana.json'),
        ],
        typing('yes', PHRASES[2] ?? '', PHRASES[0] ?? ''),
      );
      expect(signed).toMatchObject({ code: 0 });
      expect(signed.errors).toContain('Certifies a registrar');
      const { body, object } = parseStatement(readFileSync(at('ana.json'), 'utf8').trimEnd());
      expect(body).toMatchObject({ type: 'registrar-cert', state: 'CR', serial: 1 });
      expect(object.signatures).toHaveLength(1);
    },
    CEREMONY_MS,
  );

  it(
    'loses nothing when a command is repeated, mistyped or given the wrong file',
    async () => {
      const before = readFileSync(at('ana/registrar.key'), 'utf8');
      const again = await authority(
        ['registrar', 'request', '--state', 'CR', '--out', at('ana'), '--json'],
        typing('otra frase bastante larga'),
      );
      expect(again.code).toBe(4);
      expect(JSON.parse(again.output)).toMatchObject({ code: 'file.exists' });
      expect(readFileSync(at('ana/registrar.key'), 'utf8')).toBe(before);

      writeFileSync(at('draft.json'), '{"type":"office","state":"CR"}');
      const bad = await authority(
        [
          'sign',
          '--in',
          at('draft.json'),
          '--key',
          at('ana/registrar.key'),
          '--out',
          at('no.json'),
        ],
        typing('yes'),
      );
      expect(bad.code).toBe(3);
      expect(bad.output).toBe('');
      expect(readdirSync(folder)).not.toContain('no.json');
    },
    CEREMONY_MS,
  );
});
