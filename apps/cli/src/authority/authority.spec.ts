import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, parseBase64Url, systemClock, type JsonObject } from '@enlace/kernel';
import {
  append,
  cryptoReady,
  emptyDirectory,
  keyFingerprint,
  parseStatement,
  parseTrustStore,
  policyOf,
} from '@enlace/trust';
import { EXIT } from '../exit-codes.js';
import { main } from '../main.js';

const CEREMONY_MS = 120_000;
const SECRETS = {
  ENLACE_PASSPHRASE: 'la primera custodia de todas',
  ENLACE_PASSPHRASE_2: 'la segunda custodia de todas',
  ENLACE_PASSPHRASE_3: 'la tercera custodia de todas',
};
const VKEY = `d.example.test+00000000+${Buffer.concat([Buffer.of(1), Buffer.alloc(32)]).toString('base64')}`;

let folder: string;

beforeAll(cryptoReady);

async function enlace(args: string, environment: NodeJS.ProcessEnv = SECRETS, typed = '') {
  const output = new PassThrough();
  const errors = new PassThrough();
  const terminal = {
    input: Readable.from(typed === '' ? [] : [typed]),
    output,
    errors,
    environment,
  };
  const words = ['authority', ...args.split(' ').map((word) => word.replace('~', `${folder}/`))];
  const code = await main([...words, '--lang', 'en'], terminal);
  return { code, output: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
}

const json = async (args: string, environment?: NodeJS.ProcessEnv): Promise<JsonObject> =>
  JSON.parse((await enlace(`${args} --json`, environment)).output) as JsonObject;
const path = (name: string) => join(folder, name);
const wireIn = (name: string) => readFileSync(path(name), 'utf8').trimEnd();
const write = (name: string, value: JsonObject) => writeFileSync(path(name), canonicalJson(value));

const ROOT = 'root create --state CR --name-es Fiscalía --name-en Prosecution';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-authority-'));
  await enlace(`${ROOT} --out ~cr`);
  await enlace('registrar request --state CR --out ~ana');
}, CEREMONY_MS);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the root of a State', () => {
  it('is three shares that only their owner can read, and a statement that everybody can', () => {
    const names = readdirSync(path('cr'));
    expect(names.toSorted()).toEqual([
      'custodian-1.key',
      'custodian-2.key',
      'custodian-3.key',
      'state-root.json',
    ]);
    const modes = names.map((name) => [name, statSync(path(`cr/${name}`)).mode & 0o777]);
    expect(Object.fromEntries(modes)).toEqual({
      'custodian-1.key': 0o600,
      'custodian-2.key': 0o600,
      'custodian-3.key': 0o600,
      'state-root.json': 0o644 & ~process.umask(),
    });
    const { body } = parseStatement(wireIn('cr/state-root.json'));
    expect(body).toMatchObject({ type: 'state-root', state: 'CR', serial: 1 });
  });

  it('is never written over', async () => {
    const before = readdirSync(path('cr')).map((name) => readFileSync(path(`cr/${name}`), 'utf8'));
    const { code, output } = await enlace(`${ROOT} --out ~cr --json`);
    expect(code).toBe(EXIT.cannotRun);
    expect(JSON.parse(output)).toMatchObject({ code: 'file.exists' });
    const after = readdirSync(path('cr')).map((name) => readFileSync(path(`cr/${name}`), 'utf8'));
    expect(after).toEqual(before);
  });

  it.each([
    ['a missing option', 'root create --state CR --name-es a --out ~no', 'usage.missing-option'],
    [
      'another State',
      'root create --state ZZ --name-es a --name-en b --out ~no',
      'usage.bad-value',
    ],
    ['too long a term', `${ROOT} --years 6 --out ~no`, 'usage.bad-value'],
    ['a name without end', `${ROOT}${'n'.repeat(250)} --out ~no`, 'input.malformed'],
  ])('is refused for %s, and leaves nothing behind', async (_what, args, code) => {
    expect(await json(args)).toMatchObject({ event: 'error', code });
    expect(readdirSync(folder)).not.toContain('no');
  });

  it(
    'needs passphrases that are worth something',
    async () => {
      const short = { ...SECRETS, ENLACE_PASSPHRASE_2: 'corta' };
      expect(await json(`${ROOT} --out ~no`, short)).toMatchObject({
        code: 'passphrase.too-short',
      });
      expect(await json(`${ROOT} --out ~no`, {})).toMatchObject({ code: 'passphrase.missing' });
      expect(readdirSync(folder)).not.toContain('no');
    },
    CEREMONY_MS,
  );
});

describe('what a root signs', () => {
  const certify = 'registrar certify --in ~ana/registrar-request.json';

  it(
    'certifies two registrars and sets a policy that the directory takes in',
    async () => {
      const first = { ...SECRETS };
      const signed = await enlace(
        `${certify} --key ~cr/custodian-1.key --second-key ~cr/custodian-2.key --out ~ana.json`,
        first,
        'yes\n',
      );
      expect(signed).toMatchObject({ code: EXIT.done });
      const request = JSON.parse(wireIn('ana/registrar-request.json')) as { key: string };
      // Shown in words before it was signed: what the registrar reads aloud.
      expect(signed.errors).toContain('Certifies a registrar');
      expect(signed.errors).toContain(keyFingerprint(parseBase64Url(request.key)));

      write('policy.json', { state: 'CR', serial: 1, allowCliDevices: true });
      const others = {
        ENLACE_PASSPHRASE: SECRETS.ENLACE_PASSPHRASE_3,
        ENLACE_PASSPHRASE_2: SECRETS.ENLACE_PASSPHRASE_2,
      };
      const policy = await json(
        'policy sign --in ~policy.json --key ~cr/custodian-3.key --second-key ~cr/custodian-2.key --out ~policy-1.json --yes',
        others,
      );
      expect(policy).toMatchObject({ event: 'signed', type: 'state-policy', signatures: 1 });

      const root = parseStatement(wireIn('cr/state-root.json'));
      const { rootKey } = root.body as unknown as { rootKey: string };
      const trustStore = parseTrustStore(
        canonicalJson({
          v: 1,
          deployment: 'example.test',
          directory: { origin: 'd.example.test', vkey: VKEY },
          audit: [],
          policy: 'quorum none\n',
          roots: [{ state: 'CR', rootKey, stateRoot: root.id }],
          createdAt: new Date(systemClock.nowMs()).toISOString(),
        }),
      );
      const wires = [wireIn('cr/state-root.json'), wireIn('ana.json'), wireIn('policy-1.json')];
      const directory = wires.reduce(
        (folded, wire, index) => append(folded, parseStatement(wire), index),
        emptyDirectory(trustStore, 'CR'),
      );
      expect(policyOf(directory, 'CR')).toMatchObject({ allowCliDevices: true, maxDevices: 4 });
      expect(directory.authorities.get('CR')?.registrars).toHaveLength(1);
    },
    CEREMONY_MS,
  );

  it(
    'is signed with a passphrase that opens both shares, or not at all',
    async () => {
      const out = `${certify} --key ~cr/custodian-1.key --yes --out ~none.json`;
      expect(await json(out)).toMatchObject({ code: 'key.needs-second' });
      const same = `${out} --second-key ~cr/custodian-1.key`;
      expect(await json(same)).toMatchObject({ code: 'key.shares-differ' });
      const swapped = { ...SECRETS, ENLACE_PASSPHRASE_2: SECRETS.ENLACE_PASSPHRASE };
      const wrong = await enlace(`${out} --second-key ~cr/custodian-2.key --json`, swapped);
      expect(wrong.code).toBe(EXIT.cannotRun);
      expect(JSON.parse(wrong.output)).toMatchObject({ code: 'key.not-opened' });
      expect(readdirSync(folder)).not.toContain('none.json');
    },
    CEREMONY_MS,
  );

  it('asks before it signs', async () => {
    const { code, errors } = await enlace(
      `${certify} --key ~ana/registrar.key --out ~none.json`,
      SECRETS,
    );
    expect(code).toBe(EXIT.cannotRun);
    expect(errors).toContain('does not sign statements "registrar-cert"');
    write('office.json', OFFICE);
    const unconfirmed = await enlace(
      'sign --in ~office.json --key ~ana/registrar.key --out ~none.json',
      SECRETS,
      'no\n',
    );
    expect(unconfirmed.code).toBe(EXIT.cannotRun);
    expect(unconfirmed.errors).toContain('nothing was signed');
    expect(readdirSync(folder)).not.toContain('none.json');
  });
});

const OFFICE = {
  type: 'office',
  state: 'CR',
  serial: 1,
  officeId: '01900000-0000-7000-8000-000000000000',
  parent: null,
  kind: 'specialised',
  names: { es: 'Fiscalía', en: 'Prosecution' },
  regions: [],
  duties: [],
  zone: 'America/Costa_Rica',
  closed: false,
};

describe('what two registrars sign', () => {
  it(
    'is signed by one, carried as a file, and signed by the other',
    async () => {
      await json('registrar request --state CR --out ~mario');
      write('office-1.json', OFFICE);
      const one = await json(
        'sign --in ~office-1.json --key ~ana/registrar.key --out ~one.json --yes',
      );
      expect(one).toMatchObject({ event: 'signed', signatures: 1 });
      const two = await json(
        'sign --in ~one.json --key ~mario/registrar.key --out ~two.json --yes',
      );
      expect(two).toMatchObject({ signatures: 2, statement: one['statement'] as string });
      expect(readFileSync(path('one.json'), 'utf8')).not.toBe(
        readFileSync(path('two.json'), 'utf8'),
      );
    },
    CEREMONY_MS,
  );

  it('is of their own State', async () => {
    write('of-pa.json', { ...OFFICE, state: 'PA' });
    const refused = await json(
      'sign --in ~of-pa.json --key ~ana/registrar.key --out ~no.json --yes',
    );
    expect(refused).toMatchObject({
      code: 'key.other-state',
      facts: { key: 'CR', statement: 'PA' },
    });
  });

  it.each([
    ['no JSON', '{"type":', 'body.malformed'],
    ['no object', '[]', 'not-an-object'],
    ['an unknown member', canonicalJson({ ...OFFICE, extra: 1 }), 'member-unknown'],
    ['no serial', canonicalJson({ ...OFFICE, serial: null }), 'member-serial'],
    ['an unknown type', canonicalJson({ ...OFFICE, type: 'constructor' }), 'type'],
    ['a broken wire', '{"body":"e30","sigs":[]}', 'signature-count'],
    ['too much', ' '.repeat(64 * 1024 + 1), 'size'],
  ])('is refused with code 3 for %s', async (_what, text, rule) => {
    writeFileSync(path('bad.json'), text);
    const { code, output } = await enlace(
      'sign --in ~bad.json --key ~ana/registrar.key --out ~no.json --yes --json',
    );
    expect(code).toBe(EXIT.malformed);
    expect(JSON.parse(output)).toMatchObject({ code: 'input.malformed', facts: { rule } });
  });

  it(
    'is refused with code 3 when the key file is none, and when it was changed',
    async () => {
      write('office-2.json', OFFICE);
      const sign = 'sign --in ~office-2.json --out ~no.json --yes --json --key';
      expect((await enlace(`${sign} ~office-2.json`)).code).toBe(EXIT.malformed);
      const file = JSON.parse(wireIn('ana/registrar.key')) as JsonObject;
      write('changed.key', { ...file, createdAt: '2027-01-01T00:00:00.000Z' });
      const changed = await enlace(`${sign} ~changed.key`);
      expect(JSON.parse(changed.output)).toMatchObject({ code: 'key.not-opened' });
      write('moved.key', { ...file, state: 'XX' });
      expect((await enlace(`${sign} ~moved.key`)).code).toBe(EXIT.malformed);
    },
    CEREMONY_MS,
  );
});
