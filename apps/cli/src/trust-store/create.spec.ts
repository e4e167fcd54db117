import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';
import { aNoteSigner, nodeTlogCrypto } from '@enlace/testing';
import { formatVkey, parsePolicy } from '@enlace/tlog';
import {
  cryptoReady,
  formatFingerprint,
  parseTrustStore,
  trustStoreFingerprint,
} from '@enlace/trust';

import { newRoot } from '../authority/state-root.js';
import { EXIT } from '../exit-codes.js';
import { main } from '../main.js';

const logs = () => [
  vkeyOf('directory.enlace.example.org'),
  vkeyOf('audit.enlace.example.org/2026'),
];
/** Of a witness where its name says so: they cosign, and so their keys are of another type. */
function made(name: string): string {
  const type = name.startsWith('witness.') ? 'cosignature' : 'ed25519';
  return formatVkey(aNoteSigner(name, { type, seedByte: keys.size + 1 }).key);
}

/** A key of its own for each name, the same each time. */
const keys = new Map<string, string>();
function vkeyOf(name: string): string {
  const vkey = keys.get(name) ?? made(name);
  keys.set(name, vkey);
  return vkey;
}

const STATES = ['CR', 'PA', 'GT'] as const;

let folder: string;
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFileSync(at(name), `${text}\n`);

/** The verb, with the files of a good deployment where nothing else is said. */
async function create(change: Readonly<Record<string, string | null>> = {}) {
  const options = {
    logs: at('logs.txt'),
    roots: STATES.map((state) => at(`${state}.json`)).join(','),
    witnesses: at('witnesses.txt'),
    out: at('trust-store.json'),
    ...change,
  };
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === null ? [] : [`--${name}`, value],
  );
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = { input: Readable.from([]), output, errors, environment: {} };
  const code = await main(['authority', 'trust-store', ...args, '--json'], terminal);
  return { code, told: JSON.parse(String(output.read() ?? errors.read())) };
}

beforeAll(async () => {
  await cryptoReady();
  folder = mkdtempSync(join(tmpdir(), 'enlace-trust-store-'));
  write('logs.txt', logs().join('\n'));
  for (const state of STATES) {
    const { wire } = newRoot({ state, names: { es: `Fiscalía de ${state}`, en: state }, years: 5 });
    write(`${state}.json`, wire);
  }
  const witnesses = STATES.map((state) => `${state} ${vkeyOf(`witness.example.org/${state}`)}`);
  write('witnesses.txt', witnesses.join('\n'));
  write(
    'release-keys.txt',
    [1, 2, 3].map((one) => vkeyOf(`release.example.org/${one}`)).join('\n'),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a trust store', () => {
  it('names the logs, the roots and the witnesses, asks for a quorum of them, and prints its fingerprint', async () => {
    const { code, told } = await create({
      'release-keys': at('release-keys.txt'),
      'release-threshold': '2',
    });
    expect(code).toBe(EXIT.done);
    const text = readFileSync(at('trust-store.json'), 'utf8');
    const store = parseTrustStore(text);
    expect(store.deployment).toBe('enlace.example.org');
    expect([store.directory.vkey, ...store.audit.map(({ vkey }) => vkey)]).toEqual(logs());
    expect(store.roots.map(({ state }) => state)).toEqual([...STATES]);
    expect(store.releases?.threshold).toBe(2);
    const policy = parsePolicy(nodeTlogCrypto, utf8(store.policy));
    // 3 * 3 / 5 = 1.8: two of three.
    expect(policy.groups).toEqual([{ name: 'states', threshold: 2, members: [...STATES] }]);
    expect(policy.quorum).toBe('states');
    expect(told).toMatchObject({
      event: 'created',
      fingerprint: formatFingerprint(trustStoreFingerprint(text)),
    });
    expect(told.roots).toHaveLength(3);
    // None is written over: whoever compared its fingerprint compared this one.
    expect(await create()).toMatchObject({ code: EXIT.cannotRun, told: { code: 'file.exists' } });
    expect(readFileSync(at('trust-store.json'), 'utf8')).toBe(text);
  });

  it.each<readonly [string, string, readonly [() => string, string]]>([
    ['a log that is none', 'logs', [() => vkeyOf('release.example.org/x'), 'not-a-log']],
    ['no log of the directory', 'logs', [() => logs()[1] ?? '', 'logs-missing']],
    [
      'two logs of the directory',
      'logs',
      [() => [...logs(), vkeyOf('directory.x')].join('\n'), 'logs-missing'],
    ],
    ['a key that is none', 'logs', [() => 'directory.x+00000000+AAAA', 'tlog.vkey-malformed']],
    ['nothing', 'logs', [() => '', 'empty']],
    [
      'a witness of nobody',
      'witnesses',
      [() => `SV ${vkeyOf('witness.x/sv')}`, 'witness-without-root'],
    ],
    [
      'a witness of the regional body',
      'witnesses',
      [() => `XR ${vkeyOf('witness.x/xr')}`, 'not-a-witness'],
    ],
    [
      'a witness with the key of a log',
      'witnesses',
      [() => `CR ${vkeyOf('directory.y')}`, 'not-a-witness'],
    ],
    [
      'a State twice',
      'witnesses',
      [() => [1, 2].map((n) => `CR ${vkeyOf(`witness.x/${n}`)}`).join('\n'), 'state-twice'],
    ],
  ])(
    'is not made of %s, and the file that says it is named',
    async (_what, option, [text, rule]) => {
      write('wrong.txt', text());
      const { code, told } = await create({ [option]: at('wrong.txt'), out: at('none.json') });
      expect([code, told.code, told.facts]).toEqual([
        EXIT.malformed,
        'input.malformed',
        { file: at('wrong.txt'), rule },
      ]);
      expect(readdirSync(folder)).not.toContain('none.json');
    },
  );

  it('is not made of one State twice', async () => {
    write('one.txt', `CR ${vkeyOf('witness.example.org/CR')}`);
    const roots = [at('CR.json'), at('CR.json')].join(',');
    const { code, told } = await create({ witnesses: at('one.txt'), roots, out: at('none.json') });
    expect([code, told.facts]).toEqual([EXIT.malformed, { file: '--roots', rule: 'state-twice' }]);
    expect(readdirSync(folder)).not.toContain('none.json');
  });

  it.each(['no host', 'https://enlace.example.org', 'enlace.example.org/x', 'a@b.example'])(
    'is of no deployment called %j',
    async (deployment) => {
      const { code, told } = await create({ deployment, out: at('none.json') });
      expect([code, told.code]).toEqual([EXIT.cannotRun, 'usage.bad-value']);
      expect(readdirSync(folder)).not.toContain('none.json');
    },
  );

  it('is not made with a root whose own key has not signed', async () => {
    const [one, two] = ['CR', 'PA'].map((state) =>
      JSON.parse(readFileSync(at(`${state}.json`), 'utf8')),
    );
    write(
      'forged.json',
      JSON.stringify({ ...one, sigs: [{ ...one.sigs[0], sig: two.sigs[0].sig }] }),
    );
    const { code, told } = await create({
      roots: [at('forged.json'), at('PA.json'), at('GT.json')].join(','),
      out: at('none.json'),
    });
    expect([code, told.facts.file]).toEqual([EXIT.malformed, at('forged.json')]);
    expect(readdirSync(folder)).not.toContain('none.json');
  });
});
