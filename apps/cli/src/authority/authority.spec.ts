import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, parseBase64Url, systemClock, type JsonObject } from '@enlace/kernel';
import { nodeTlogCrypto } from '@enlace/testing';
import {
  append,
  cryptoReady,
  emptyDirectory,
  keyFingerprint,
  parseStatement,
  parseTrustStore,
  policyOf,
  verifyWebRelease,
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

describe('a release of the web client', () => {
  const manifest = canonicalJson({
    v: 1,
    version: '0.1.0',
    commit: null,
    node: '24.21.0',
    lockfileSha256: '0'.repeat(64),
    files: [],
  });
  const vkeys: string[] = [];

  beforeAll(async () => {
    for (const holder of ['one', 'two']) {
      const made = await json(
        `release-key --state XR --name release.example/${holder} --out ~${holder}.release`,
      );
      const { vkey } = made;
      if (typeof vkey === 'string') vkeys.push(vkey);
    }
    writeFileSync(path('web-manifest.json'), manifest);
    writeFileSync(path('other-manifest.json'), manifest.replace('24.21.0', '24.21.1'));
    const rootBody = parseStatement(wireIn('cr/state-root.json'));
    write('trust.json', {
      v: 1,
      deployment: 'enlace.example',
      directory: { origin: 'd.example.test', vkey: VKEY },
      audit: [],
      policy: 'quorum none\n',
      roots: [
        { state: 'CR', rootKey: String(Object(rootBody.body).rootKey), stateRoot: rootBody.id },
      ],
      releases: { threshold: 2, vkeys: [...vkeys] },
      createdAt: '2027-01-01T00:00:00.000Z',
    });
  }, CEREMONY_MS);

  const SIGN = 'release-web --manifest ~web-manifest.json --trust ~trust.json --yes';

  it(
    'is signed by its holders one after the other, each from an own build',
    async () => {
      const first = await json(`${SIGN} --key ~one.release --out ~note.1`);
      expect(first).toMatchObject({ signatures: 1, threshold: 2 });
      const second = await enlace(`${SIGN} --key ~two.release --in ~note.1 --out ~note.2`);
      expect(second.code).toBe(EXIT.done);
      expect(second.errors).toContain('Sign only what you built yourself');
      const trust = parseTrustStore(wireIn('trust.json'));
      const note = readFileSync(path('note.2'));
      expect(verifyWebRelease(nodeTlogCrypto, note, trust)).toMatchObject({
        deployment: 'enlace.example',
        signers: ['release.example/one', 'release.example/two'],
      });
    },
    CEREMONY_MS,
  );

  it(
    'is signed by nobody else, and not for a build that differs',
    async () => {
      const other = SIGN.replace('web-manifest', 'other-manifest');
      expect(
        (await enlace(`${other} --key ~two.release --in ~note.1 --out ~note.3`)).errors,
      ).toContain('other-build');
      const registrar = await enlace(`${SIGN} --key ~ana/registrar.key --out ~note.3`);
      expect(registrar.code).toBe(EXIT.cannotRun);
      const twice = await enlace(`${SIGN} --key ~one.release --in ~note.1 --out ~note.3`);
      expect(twice.errors).toContain('signed-already');
      const statement = await enlace(
        'registrar certify --in ~ana/registrar-request.json --key ~one.release --out ~x',
      );
      expect(statement.code).toBe(EXIT.cannotRun);
    },
    CEREMONY_MS,
  );
});
