import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { IssuedTokens } from '../../../apps/api/src/audit/issued-tokens.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { ManifestRounds } from '../../../apps/api/src/platform/manifests/manifest-rounds.js';
import { aRegistrar } from '../../support/people/callers.js';
import {
  CommandStage,
  enrolByCommand,
  foundByCommand,
  linesOf,
  type Told,
} from '../../support/people/command-stage.js';
import { until } from '../first-run/enlace-command.js';

const STORY_MS = 240_000;

describe('what two persons decide about the record, on the command line', () => {
  let stage: CommandStage;
  let origin: string;
  let ines: string;

  beforeAll(async () => {
    stage = await CommandStage.begin();
    await foundByCommand(stage);
    ines = await enrolByCommand(stage, 'ines', 'auditor');
    const logs = await published();
    origin = logs.find(({ stream }) => stream === 'audit')?.origin ?? '';
    const lines = logs.map(({ vkey }) => `log ${vkey}\n`).join('');
    writeFileSync(stage.at('policy.txt'), `${lines}quorum none\n`);
  }, STORY_MS);
  afterAll(async () => stage.close());

  const published = async () => stage.here.server.server.app.get(PublishedLogs).list();
  const sql = async (text: string, values: readonly unknown[] = []) =>
    stage.here.server.database.asAdmin(text, [...values]);
  const only = ({ lines }: Told) => lines[0] ?? {};
  const refusedAs = (told: Told) => Object(only(told)['facts']).problem ?? only(told)['code'];
  const auditor = async (...args: readonly string[]) =>
    stage.enlace('audit', ...args, '--home', stage.at('ines'));
  const registrar = async (...args: readonly string[]) =>
    stage.enlace('audit', ...args, '--home', stage.at('registrar-1'));
  const range = (...[from, to]: readonly number[]) => {
    const last = to === undefined ? [] : ['--to', String(to)];
    return ['--origin', origin, '--from', String(from), ...last, '--rule', 'oficio 9'];
  };

  it(
    'is read before it is asked: what is opened, to whom, of which entries; the registrar opens it',
    async () => {
      const ask = ['disclose', '--to-state', 'GT', '--sections', 'who,where', ...range(0, 3)];
      const unasked = await auditor(...ask);
      expect(only(unasked)).toMatchObject({ code: 'sign.not-confirmed' });
      expect(unasked.errors).toContain('GT who, where of the entries 0 to 3');
      const asked = await auditor(...ask, '--yes');
      expect(asked).toMatchObject({ code: 0, lines: [{ event: 'disclosure', step: 'proposed' }] });
      const approving = ['disclose', '--approve', String(only(asked)['disclosureId']), '--yes'];
      expect(only(await auditor(...approving))).toMatchObject({
        facts: { problem: 'approval.required' },
      });
      const opened = await registrar(...approving);
      expect(opened).toMatchObject({ code: 0, lines: [{ step: 'disclosed', events: 0 }] });
      expect(only(await registrar(...approving))).toMatchObject({
        facts: { problem: 'disclosure.not-found' },
      });
      const attest = ['disclose', '--to-state', 'GT', '--sections', 'attest', ...range(0)];
      expect(only(await auditor(...attest, '--yes'))).toMatchObject({ code: 'usage.bad-value' });
    },
    STORY_MS,
  );

  it(
    'needs a case of the own State and an auditor of another one, for at most thirty days',
    async () => {
      const to = ['--case', ines, '--holder', ines, '--holder-state', 'GT'];
      const unasked = await auditor('grant', ...to, '--days', '3');
      expect(unasked.errors).toContain(`case ${ines} to the auditor ${ines} of GT until`);
      const refused = async (...args: readonly string[]) =>
        refusedAs(await auditor('grant', ...args, '--yes'));
      expect(await refused(...to, '--days', '3')).toBe('scope.refused');
      expect(await refused(...to, '--days', '31')).toBe('usage.bad-value');
      expect(await refused('--case', 'x', ...to.slice(2))).toBe('usage.bad-value');
      expect(await refused('--approve', ines)).toBe('scope.not-found');
      expect(await refused('--revoke', ines)).toBe('scope.not-found');
    },
    STORY_MS,
  );

  it(
    'explains what is missing to whoever verifies; what a hand took out is found',
    async () => {
      const [first, second] = await ownActs(2);
      const erase = ['erase', '--sections', 'what', ...range(Number(first))];
      const asked = await auditor(...erase, '--yes');
      const approving = ['erase', '--approve', String(only(asked)['erasureId']), '--yes'];
      expect(await registrar(...approving)).toMatchObject({
        code: 0,
        lines: [{ event: 'erasure', step: 'erased', events: 1 }],
      });
      await manifested();
      const verify = ['verify', '--url', stage.url, '--policy', stage.at('policy.txt')];
      const explained = await auditor(...verify);
      expect([explained.code, only(explained)['problems']]).toEqual([0, []]);
      await sql(
        `DELETE FROM audit.sections s USING audit.log_entries l, audit.logs g
          WHERE s.event_id = l.entry_id AND s.section = 1 AND l.index = $1 AND g.log_id = l.log_id AND g.origin = $2`,
        [second, origin],
      );
      const found = await auditor(...verify);
      expect(found.code).toBe(6);
      const problem = expect.objectContaining({ code: 'event.erased-unexplained', index: second });
      expect(only(found)['problems']).toEqual([problem]);
    },
    STORY_MS,
  );

  it(
    'is watched by the witness of the State, hour after hour, until somebody stops it',
    async () => {
      const { witness, server } = stage.here;
      // The folder of a witness has one program at a time.
      await witness.leave();
      const act = (await aRegistrar(server.database, 'CR', 1)).act(
        'witness.issue-token',
        witness.name,
        'witness.token-issued',
      );
      const { token } = await server.server.app.get(IssuedTokens).issue(act, witness.name);
      writeFileSync(stage.at('token'), `${token}\n`);
      const of = ['--in', witness.folder, '--state', 'CR', '--url', stage.url];
      const files = ['--token-file', stage.at('token'), '--policy', stage.at('policy.txt')];
      const trust = ['--trust', stage.at('trust-store.json'), '--home', stage.at('ines')];
      const monitor = stage.start('witness', 'monitor', ...of, ...files, ...trust);
      monitor.type('');
      await until('a look at all logs', () => told('monitored') !== undefined || monitor.isOver);
      monitor.kill('SIGTERM');
      // It waits for no round to come.
      await until('its end', () => monitor.isOver, 20_000);
      const { code } = await monitor.everybodyGone();
      // What the hand took out is missing to the witness too.
      expect([code, told('monitored')?.['exit']]).toEqual([6, 6]);
      const polled = linesOf(monitor).filter(({ event }) => event === 'polled');
      expect(polled.map(({ kind }) => kind)).not.toContain('refused');

      function told(event: string) {
        return linesOf(monitor).find((line) => line['event'] === event);
      }
    },
    STORY_MS,
  );

  /** Places of acts of the auditor that stand in the log. */
  async function ownActs(count: number): Promise<readonly number[]> {
    for (;;) {
      const rows = await sql(
        `SELECT l.index::int AS index FROM audit.log_entries l JOIN audit.events e ON e.event_id = l.entry_id
          WHERE e.actor_id = $1 AND e.type LIKE 'section.%' IS FALSE ORDER BY l.index LIMIT $2`,
        [ines, count],
      );
      if (rows.length === count) return rows.map(({ index }) => Number(index));
      await pause(50);
    }
  }

  /** An hour passes for the manifests. */
  async function manifested(): Promise<void> {
    while ((await sql('SELECT FROM audit.outbox')).length > 0) await pause(50);
    await sql('ALTER TABLE audit.logs DISABLE TRIGGER USER');
    await sql(`UPDATE audit.logs SET opened_at = opened_at - interval '2 hours'`);
    await sql('ALTER TABLE audit.logs ENABLE TRIGGER USER');
    await stage.here.server.server.app.get(ManifestRounds).round();
    while ((await sql('SELECT FROM audit.outbox')).length > 0) await pause(50);
  }
});
