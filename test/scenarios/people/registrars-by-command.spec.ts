import { statSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseLogCopy, parseStatement } from '@enlace/trust';

import {
  begunAccount,
  CommandStage,
  foundByCommand,
  type Told,
} from '../../support/people/command-stage.js';

const STORY_MS = 240_000;
const CEREMONY = ['invited', 'approved', 'claimed', 'certified', 'certified', 'active'];

describe('a State on the command line, from its first statement to a suspended prosecutor', () => {
  let stage: CommandStage;
  let invitation: string;
  let rosa: string;

  beforeAll(async () => {
    stage = await CommandStage.begin();
  }, STORY_MS);
  afterAll(async () => stage.close());

  const only = ({ lines }: Told) => lines[0] ?? {};

  it(
    'founds itself, and its two registrars have homes whose accounts have begun',
    async () => {
      const told = await foundByCommand(stage);
      expect(told.filter(({ code }) => code !== 0)).toEqual([]);
      expect(told.map(({ lines }) => lines[0]?.['event'])).toEqual([
        ...Array.from({ length: 6 }, () => 'submitted'),
        ...CEREMONY,
        ...CEREMONY,
      ]);
      expect(statSync(stage.at('paper-1')).mode & 0o077).toBe(0);
      const travelled = ['proposed-1', 'approved-1', 'half-1', 'claim-1'].map((name) =>
        stage.read(name),
      );
      const code = stage.read('paper-1').split(':')[4] ?? 'no code';
      expect(travelled.join('')).not.toContain(code);
    },
    STORY_MS,
  );

  it(
    'knows who each home is and who vouches for it',
    async () => {
      const told = await stage.enlace('whoami', '--home', stage.at('registrar-1'));
      expect(told.code).toBe(0);
      const [one, two] = stage.state.registrars.map(({ id }) => id);
      expect(only(told)).toMatchObject({
        event: 'whoami',
        isVouchedFor: true,
        personId: one,
        state: 'CR',
        roles: ['registrar'],
      });
      expect(new Set(only(told)['registrars'] as string[])).toEqual(new Set([one, two]));
      const verified = await stage.enlace('directory', 'verify', '--home', stage.at('registrar-1'));
      expect(verified.code).toBe(0);
      expect(only(verified)).toMatchObject({ event: 'verified', isSound: true, alerts: 0 });
      const listed = await stage.enlace('directory', 'list', '--home', stage.at('registrar-1'));
      const types = listed.lines.map(({ type }) => type);
      expect(types.filter((type) => type === 'person-cert')).toHaveLength(2);
      const shown = await stage.enlace(
        'directory',
        'show',
        String(listed.lines[0]?.['id']),
        '--home',
        stage.at('registrar-1'),
      );
      expect(only(shown)).toMatchObject({ body: { type: 'state-root' }, index: 0 });
      const out = ['--out', stage.at('copy')];
      const copied = await stage.enlace(
        'directory',
        'copy',
        ...out,
        '--home',
        stage.at('registrar-1'),
      );
      expect(only(copied)).toMatchObject({ event: 'copied', statements: listed.lines.length });
      const { checkpoint, entries } = parseLogCopy(stage.read('copy'));
      expect(entries.map(({ wire }) => parseStatement(wire).id)).toEqual(
        listed.lines.map(({ id }) => id),
      );
      expect(checkpoint).toContain(stage.here.logSigner.key.name);
    },
    STORY_MS,
  );

  it(
    'invites a prosecutor: the paper goes into a file of its owner alone, never into a pipe',
    async () => {
      const what = [
        '--name',
        'Rosa Alpízar Mena',
        '--title-es',
        'Fiscal',
        '--title-en',
        'Prosecutor',
      ];
      const as = ['--office', stage.state.officeId, '--roles', 'prosecutor'];
      const piped = await stage.registrar(1, 'person', 'invite', ...what, ...as);
      expect([piped.code, only(piped)['code']]).toEqual([4, 'invitation.no-paper']);
      const paper = ['--paper', stage.at('rosa.paper')];
      const told = await stage.registrar(1, 'person', 'invite', ...what, ...as, ...paper);
      expect(told).toMatchObject({ code: 0, lines: [{ event: 'invited' }] });
      invitation = String(only(told)['invitationId']);
      rosa = String(only(told)['personId']);
      const again = await stage.registrar(
        1,
        'person',
        'approve',
        '--invitation',
        invitation,
        '--yes',
      );
      expect(again.code).toBe(2);
      expect(only(again)).toMatchObject({ facts: { problem: 'ceremony.refused' } });
      const unasked = await stage.registrar(2, 'person', 'approve', '--invitation', invitation);
      expect(only(unasked)).toMatchObject({ code: 'sign.not-confirmed' });
      expect(unasked.errors).toContain(rosa);
      const approved = await stage.registrar(
        2,
        'person',
        'approve',
        '--invitation',
        invitation,
        '--yes',
      );
      expect(approved.code).toBe(0);
    },
    STORY_MS,
  );

  it(
    'certifies her with her own digits and with no others',
    async () => {
      const claimed = await stage.claim(
        'rosa',
        ...stage.firstClaim,
        '--invitation',
        stage.at('rosa.paper'),
      );
      const digits = String(only(claimed)['digits']);
      const certify = async (number: 1 | 2, read: string) =>
        stage.registrar(
          number,
          'person',
          'certify',
          '--invitation',
          invitation,
          '--digits',
          read,
          '--yes',
        );
      const misheard = await certify(
        1,
        digits.replace(/\d/, (digit) => `${(Number(digit) + 1) % 10}`),
      );
      expect([misheard.code, only(misheard)['facts']]).toMatchObject([2, { rule: 'digits' }]);
      expect((await certify(1, '123')).code).toBe(4);
      expect(only(await certify(1, digits))).toMatchObject({ event: 'certified', isDone: false });
      expect(only(await certify(2, digits))).toMatchObject({ event: 'certified', isDone: true });
      expect(only(await begunAccount(stage, 'rosa'))).toMatchObject({ event: 'active' });
      const listed = await stage.enlace('person', 'list', '--home', stage.at('registrar-2'));
      expect(listed.lines).toContainEqual(
        expect.objectContaining({ personId: rosa, name: 'Rosa Alpízar Mena' }),
      );
    },
    STORY_MS,
  );

  it(
    'ends with 2, and says why, when the server keeps statements back',
    async () => {
      const { liar } = stage.here;
      liar.lie = ({ url, text }) =>
        url.startsWith('/directory/statements') ? JSON.stringify(JSON.parse(text).slice(1)) : text;
      const told = await stage.enlace('directory', 'verify', '--home', stage.at('registrar-1'));
      liar.lie = ({ text }) => text;
      expect(told.code).toBe(2);
      expect(only(told)).toMatchObject({
        code: 'integrity.failed',
        facts: { problem: 'directory.refused', alert: 'WITHHELD' },
      });
    },
    STORY_MS,
  );

  it(
    'suspends her at once, reinstates her by two, and she gives up her device herself',
    async () => {
      const revoke = ['person', 'revoke', '--person', rosa, '--reason', 'suspended', '--yes'];
      expect((await stage.registrar(1, ...revoke)).code).toBe(0);
      const home = ['--home', stage.at('rosa')];
      expect((await stage.enlace('device', 'sign-in', ...home)).code).toBe(4);
      const draft = ['--person', rosa, '--out', stage.at('next'), '--yes'];
      expect((await stage.registrar(1, 'person', 'reinstate', ...draft)).code).toBe(0);
      const done = await stage.registrar(
        2,
        'person',
        'reinstate',
        '--in',
        stage.at('next'),
        '--yes',
      );
      expect(only(done)).toMatchObject({ event: 'reinstated', personId: rosa });
      expect((await stage.enlace('device', 'sign-in', ...home)).code).toBe(0);
      const devices = await stage.enlace('device', 'list', ...home);
      const { deviceId, isThis } = only(devices);
      expect(isThis).toBe(true);
      const giveUp = ['--device', String(deviceId), '--reason', 'lost', '--yes'];
      expect((await stage.enlace('device', 'revoke', ...home, ...giveUp)).code).toBe(0);
      expect((await stage.enlace('device', 'sign-in', ...home)).code).toBe(4);
    },
    STORY_MS,
  );
});
