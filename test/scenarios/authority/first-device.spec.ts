import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROUTES, type InvitationStanding } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  newId,
  parseBase64Url,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
} from '@enlace/kernel';
import { formatVkey } from '@enlace/tlog';
import {
  addSignature,
  cardHash,
  claimCheckDigits,
  cosignStatement,
  cryptoReady,
  formatInvitation,
  invitationCodeHash,
  parseStatement,
  signObject,
  trustStoreFingerprint,
  verifyClaim,
} from '@enlace/trust';

import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { ROOT } from '../../architecture/house.js';
import { startServer, type TestServer } from '../../support/api-server.js';
import { FoundingState } from '../../support/people/founding-state.js';
import { ACCOUNTS, assertBuilt, type Account } from '../first-run/accounts.js';
import { enlace } from '../first-run/enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const CEREMONY_MS = 120_000;
const DAY_MS = 86_400_000;
const LOG = 'directory.localhost';
const PASSPHRASE = 'una frase que nadie adivina';

describe('the first registrar of a State, on the command line', () => {
  let server: TestServer;
  let state: FoundingState;
  let folder: string;
  let trustStore: string;
  let invitationId: string;
  const code = systemRandom.bytes(16);
  const salt = systemRandom.bytes(32);
  const card = { displayName: 'Ana Castro Lobo', title: { en: 'Registrar', es: 'Registradora' } };
  const at = (name: string) => join(folder, name);

  async function post<Answer>(path: string, body: JsonObject): Promise<Answer> {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'DPoP none' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  async function claim(args: readonly string[] = [], passphrase = PASSPHRASE) {
    const recovery = ['--recovery-out', at('recovery-code')];
    const common = ['device', 'claim', '--home', at('ana'), ...recovery, '--json', '--lang', 'en'];
    return enlace({
      root: ROOT,
      account: SELF,
      args: [...common, ...args],
      environment: { ENLACE_PASSPHRASE: passphrase },
    });
  }

  beforeAll(async () => {
    assertBuilt();
    await cryptoReady();
    folder = mkdtempSync(join(tmpdir(), 'enlace-claim-'));
    // The strictest of policies: a registrar signs for a first device, too.
    state = new FoundingState({ newDeviceNeedsRegistrar: true });
    mkdirSync(at('server'));
    const log = await new LogKeyFiles(at('server'), systemRandom).obtain(LOG);
    const directory = { origin: LOG, vkey: formatVkey(log.key) };
    trustStore = state.trustStoreWith(directory, 'quorum none\n');
    writeFileSync(at('trust-store.json'), trustStore);
    writeFileSync(at('server/trust-store.json'), trustStore);
    server = await startServer({ ENLACE_DATA: at('server') });
    for (const wire of state.founding) await post(ROUTES.foundingStatements, { wire });
    const [one, two] = state.registrars as [
      (typeof state.registrars)[0],
      (typeof state.registrars)[0],
    ];
    invitationId = newId(systemClock, systemRandom);
    const invitation = {
      invitationId,
      state: 'CR',
      personId: one.id,
      officeId: state.officeId,
      roles: ['registrar'],
      auditScope: null,
      card: cardHash(card, salt),
      codeHash: invitationCodeHash(code),
      expiresAt: formatInstant(systemClock.nowMs() + DAY_MS),
    };
    const proposed = signObject('enlace/invitation/v1', invitation, [one.seed]);
    await post(ROUTES.foundingInvitations, {
      wire: proposed,
      card: { body: canonicalJson(card), salt: toBase64Url(salt) },
    });
    const approved = addSignature('enlace/invitation/v1', proposed, two.seed);
    const path = ROUTES.foundingInvitationApproval.replace(':id', invitationId);
    await post(path, { wire: approved });
    const paper = formatInvitation({
      state: 'CR',
      invitationId,
      code,
      trustStoreFingerprint: trustStoreFingerprint(trustStore),
    });
    writeFileSync(at('paper.txt'), `${paper.toLowerCase()}\n`);
  }, CEREMONY_MS);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const first = () => [
    '--server',
    server.url,
    '--trust',
    at('trust-store.json'),
    '--invitation',
    at('paper.txt'),
  ];

  it(
    'makes no key while anything is wrong with the paper, the trust store or the passphrase',
    async () => {
      const other = canonicalJson({ ...JSON.parse(trustStore), deployment: 'evil.test' });
      writeFileSync(at('other.json'), other);
      const lied = await claim(first().with(3, at('other.json')));
      expect(lied.code).toBe(2);
      expect(JSON.parse(lied.output)).toMatchObject({ code: 'trust.not-as-printed' });
      writeFileSync(at('typo.txt'), readFileSync(at('paper.txt'), 'utf8').replace(/.\n$/, 'u\n'));
      const typo = await claim(first().with(5, at('typo.txt')));
      expect(typo.code).toBe(3);
      const plain = await claim(first().with(1, 'http://enlace.example'));
      expect(plain.code).toBe(3);
      const short = await claim(first(), 'corta');
      expect(JSON.parse(short.output)).toMatchObject({ code: 'passphrase.too-short' });
      const missing = await claim([]);
      expect(JSON.parse(missing.output)).toMatchObject({ code: 'usage.missing-option' });
      expect(readdirSync(folder)).not.toContain('ana');
    },
    CEREMONY_MS,
  );

  it(
    'claims, compares digits, and is certified by two',
    async () => {
      const claimed = await claim(first());
      expect(claimed).toMatchObject({ code: 0, errors: '' });
      const told = JSON.parse(claimed.output) as { event: string; digits: string };
      expect(told.event).toBe('claimed');
      for (const name of ['ana/store.key', 'ana/store/device']) {
        expect(statSync(at(name)).mode & 0o077).toBe(0);
      }
      // Again, before anybody signed: the same keys, the same digits, nothing claimed twice.
      expect(JSON.parse((await claim()).output)).toEqual(told);
      const [row] = await server.database.asAdmin('SELECT claim_wire FROM app.invitations');
      const keys = verifyClaim(String(row?.['claim_wire']));
      const bytes = [keys.identityKey, keys.signKey].map(parseBase64Url) as [
        Uint8Array,
        Uint8Array,
      ];
      expect(told.digits).toBe(claimCheckDigits(...bytes));

      const { registrars, officeId } = state;
      const certificate = state.sign(
        {
          type: 'person-cert',
          personId: registrars[0]?.id ?? '',
          officeId,
          roles: ['registrar'],
          auditScope: null,
          identityKey: keys.identityKey,
          card: cardHash(card, salt),
          ...state.term(300),
          previous: null,
        },
        registrars[0]?.seed ?? new Uint8Array(),
      );
      const path = ROUTES.foundingCertificate.replace(':id', invitationId);
      await post(path, { wire: certificate });
      const both = cosignStatement(certificate, registrars[1]?.seed ?? new Uint8Array());
      const standing = await post<InvitationStanding>(path, { wire: both });
      expect(standing.step).toBe('certified');

      const alone = await claim();
      expect(JSON.parse(alone.output)).toMatchObject({ code: 'certificate.needs-registrar' });
      const written = await claim(['--certificate-out', at('alone.json')]);
      expect(written).toMatchObject({ code: 1, errors: '' });
      const drafted = readFileSync(at('alone.json'), 'utf8').trim();
      const cosigned = (wire: string) =>
        cosignStatement(wire, registrars[0]?.seed ?? new Uint8Array());
      writeFileSync(at('others.json'), both);
      const other = await claim(['--certificate', at('others.json')]);
      expect(JSON.parse(other.output)).toMatchObject({ code: 'certificate.other' });
      writeFileSync(at('cosigned.json'), `${cosigned(drafted)}\n`);
      const enrolled = await claim(['--certificate', at('cosigned.json')]);
      expect(enrolled).toMatchObject({ code: 0, errors: '' });
      // No witness stands behind this trust store: the device is certified, and its account cannot begin.
      expect(JSON.parse(enrolled.output)).toMatchObject({ event: 'enrolled' });
      const logged = await server.database.asAdmin(
        `SELECT wire FROM app.directory_statements ORDER BY place DESC LIMIT 1`,
      );
      const newest = parseStatement(String(logged[0]?.['wire']));
      expect(newest.body).toMatchObject({ type: 'device-cert', platform: 'cli', serial: 1 });
      expect(JSON.parse((await claim()).output)).toMatchObject({ event: 'enrolled' });
    },
    CEREMONY_MS,
  );

  it('signs in with the key of the device, and out again', async () => {
    const device = async (word: string) =>
      enlace({
        root: ROOT,
        account: SELF,
        args: ['device', word, '--home', at('ana'), '--json', '--lang', 'en'],
        environment: { ENLACE_PASSPHRASE: PASSPHRASE },
      });
    // The claim has looked whether the account can begin, and left its session.
    expect(await device('sign-out')).toMatchObject({ code: 0, errors: '' });
    const early = await device('sign-out');
    expect(JSON.parse(early.output)).toMatchObject({ code: 'device.no-session' });
    const opened = await device('sign-in');
    expect(opened).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(opened.output)).toMatchObject({ event: 'signed-in', wasSetBack: false });
    const closed = await device('sign-out');
    expect(closed).toMatchObject({ code: 0, errors: '' });
    const { sessionId } = JSON.parse(opened.output) as { sessionId: string };
    expect(JSON.parse(closed.output)).toEqual({ event: 'signed-out', sessionId });
    const rows = await server.database.asAdmin(
      'SELECT e.type FROM audit.device_seqs JOIN audit.events e USING (event_id) ORDER BY seq',
    );
    expect(rows.map(({ type }) => type)).toEqual([
      'session.closed',
      'vault.fetched',
      'session.closed',
    ]);
    expect((await device('sign-out')).code).toBe(4);
  }, 120_000);

  it(
    'opens its home for nobody else',
    async () => {
      const { code: exit, output } = await claim([], 'otra frase igual de larga');
      expect(exit).toBe(4);
      expect(JSON.parse(output)).toMatchObject({ code: 'key.not-opened' });
    },
    CEREMONY_MS,
  );
});
