import { existsSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { changeWays } from '../../support/people/changed-ways.js';
import {
  CommandStage,
  enrolByCommand,
  foundByCommand,
  type Told,
} from '../../support/people/command-stage.js';
import { frozenDirectory } from '../../support/people/lying-server.js';

const STORY_MS = 240_000;

describe('somebody who lost every device, on the command line', () => {
  let stage: CommandStage;
  let rosa: string;

  beforeAll(async () => {
    stage = await CommandStage.begin();
    await foundByCommand(stage);
    rosa = await enrolByCommand(stage, 'rosa');
  }, STORY_MS);
  afterAll(async () => stage.close());
  beforeEach(() => {
    stage.here.liar.lie = ({ text }) => text;
  });

  const only = ({ lines }: Told) => lines[0] ?? {};
  const reentry = async (number: 1 | 2, ...args: readonly string[]) =>
    stage.registrar(number, 'person', 'reentry', ...args, '--yes');
  const propose = async (name: string) => {
    const files = ['--out', stage.at(`${name}.json`), '--paper', stage.at(`${name}.code`)];
    return reentry(1, '--person', rosa, ...files);
  };
  const recover = async (home: string, ...args: readonly string[]) =>
    stage.enlace('device', 'recover', '--home', stage.at(home), ...args);
  const bringing = (code: string) => [
    ...stage.firstClaim,
    '--person',
    rosa,
    '--revoke-others',
    '--reentry',
    stage.at(code),
    '--recovery-code',
    stage.at('rosa.recovery-code'),
  ];
  const recorded = async (where: string): Promise<number> => {
    const { database } = stage.here.server;
    const [row] = await database.asAdmin(`SELECT count(*)::int AS many FROM ${where}`);
    return Number(row?.['many']);
  };

  it(
    'is let back by two registrars, whose code goes on paper and never into a pipe',
    async () => {
      const piped = await reentry(1, '--person', rosa, '--out', stage.at('piped.json'));
      expect([piped.code, only(piped)['code']]).toEqual([4, 'invitation.no-paper']);
      const proposed = await propose('first');
      expect(proposed).toMatchObject({ code: 0, lines: [{ event: 'proposed' }] });
      expect(JSON.stringify(proposed.lines)).not.toContain(stage.read('first.code').trim());
    },
    STORY_MS,
  );

  it(
    'tries again in the same home after a refusal: nothing was lost by it',
    async () => {
      const early = await recover('again', ...bringing('first.code'));
      expect([early.code, only(early)['facts']]).toMatchObject([4, { problem: 'session.refused' }]);
      const approved = await reentry(2, '--in', stage.at('first.json'));
      expect(only(approved)).toMatchObject({ event: 'approved' });
      // What cannot be a code is found before anything is made or asked.
      writeFileSync(
        stage.at('mistyped'),
        stage.read('rosa.recovery-code').replace(/^..../u, '0000'),
      );
      const way = bringing('first.code').toSpliced(-1, 1, stage.at('mistyped'));
      expect(await recover('never', ...way)).toMatchObject({ code: 3 });
      expect(existsSync(stage.at('never'))).toBe(false);
      const claimed = await recover('rosa', ...bringing('first.code'));
      expect(only(claimed)).toMatchObject({ code: 'file.exists' });
    },
    STORY_MS,
  );

  it(
    'is not back before the new device sees itself as everybody must see it',
    async () => {
      // A server that takes the certificate and keeps it to itself: its log stands still for this one client.
      stage.here.liar.lie = frozenDirectory();
      const held = await recover('again', ...bringing('first.code'));
      expect(held).toMatchObject({
        code: 1,
        lines: [{ event: 'certified', waiting: 'device-unknown' }],
      });
      // Nobody gave up the devices from before for one that others do not see.
      expect(await recorded("app.devices WHERE revoked_reason = 'lost'")).toBe(0);
      stage.here.liar.lie = ({ text }) => text;
      // Nor is it lost where another device changes meanwhile what opens the vault.
      await changeWays(stage, 'rosa');
      const back = await recover('again', '--revoke-others');
      expect(back).toMatchObject({ code: 0, lines: [{ event: 'recovered' }] });
      expect(await recorded("app.devices WHERE revoked_reason = 'lost'")).toBe(1);
    },
    STORY_MS,
  );

  it(
    'holds the server to every promise since the code was shown',
    async () => {
      const home = ['--home', stage.at('again')];
      expect((await stage.enlace('device', 'sign-in', ...home)).code).toBe(0);
      const [self] = (await stage.enlace('device', 'list', ...home)).lines.filter(
        ({ isThis }) => isThis === true,
      );
      const acts = await recorded(
        `audit.device_seqs WHERE device_id = '${String(self?.['deviceId'])}'`,
      );
      const told = await stage.enlace('audit', 'receipts', ...home);
      const { settled, waiting, disputes } = only(told);
      expect(disputes).toEqual([]);
      // Each act with a number, and the openings of three sessions, which have none.
      expect(Number(settled) + Number(waiting)).toBeGreaterThanOrEqual(acts + 3);
    },
    STORY_MS,
  );

  it(
    'learns at the next sign-in of a server that has lost the vault, and says so on record',
    async () => {
      const home = ['--home', stage.at('again')];
      const gone = JSON.stringify({ head: null, wraps: [], items: [] });
      stage.here.liar.lie = ({ url, text }) => (url === '/vault' ? gone : text);
      const told = await stage.enlace('device', 'sign-in', ...home);
      expect(told.code).toBe(2);
      expect(told.errors).toContain('vault.rolled-back');
      expect(await recorded("audit.events WHERE type = 'vault.rollback-detected'")).toBe(1);
    },
    STORY_MS,
  );

  it(
    'is not signed for without a name: neither approved nor certified',
    async () => {
      const who = ['--name', 'Omar', '--title-es', 'Fiscal', '--title-en', 'Prosecutor'];
      const as = ['--office', stage.state.officeId, '--roles', 'prosecutor'];
      const paper = ['--paper', stage.at('omar.paper')];
      const invited = await stage.registrar(1, 'person', 'invite', ...who, ...as, ...paper);
      const one = ['--invitation', String(only(invited)['invitationId']), '--yes'];
      stage.here.liar.lie = ({ url, method, text }) =>
        url === '/people/invitations' && method === 'GET'
          ? JSON.stringify(JSON.parse(text).map((open: object) => ({ ...open, card: null })))
          : text;
      const nameless = expect.objectContaining({ code: 'invitation.nameless' });
      const digits = ['--digits', '1'.repeat(60)];
      expect(only(await stage.registrar(2, 'person', 'approve', ...one))).toEqual(nameless);
      expect(only(await stage.registrar(2, 'person', 'certify', ...one, ...digits))).toEqual(
        nameless,
      );
    },
    STORY_MS,
  );
});
